"""Documents of assumptions: choices alone or with what was observed, and observed rows of the ledger."""

import pytest

from mock_zuora.domain.assumptions.assumption import Observation, ObservedRow, Origin, Setting
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.assumptions.choices import ROWS, assumed, joined, merged, observed_rows
from mock_zuora.domain.assumptions.observed import check_assumed

KNOWN = {"host": "rest.test.zuora.com", "date": "2026-11-26", "reason": "it kept plate__c"}
OBSERVED = {"put-record": {"choice": "merge", **KNOWN}, "rows": {"jobs-01": {"holds": False, **KNOWN}}}


def test_no_assumption_has_the_name_of_the_observed_rows():
    assert ROWS not in ASSUMPTIONS


def test_choices_are_settings_with_their_observation():
    assert assumed(check_assumed({**OBSERVED, "job-limit": "429"}), Origin.FLAG) == {
        "put-record": Setting("merge", Origin.FLAG, Observation(**KNOWN)),
        "job-limit": Setting("429", Origin.FLAG),
    }


def test_rows_are_settings_with_their_observation():
    row = ObservedRow(Observation(**KNOWN, holds=False), Origin.SEED)
    assert observed_rows(check_assumed(OBSERVED), Origin.SEED) == {"jobs-01": row}


def test_texts_of_an_observation_are_optional():
    document = check_assumed({"put-record": {"choice": "merge"}, "rows": {"jobs-01": {"holds": True}}})
    assert assumed(document, Origin.TEST)["put-record"].observed == Observation()
    assert observed_rows(document, Origin.TEST)["jobs-01"].observed == Observation(holds=True)


@pytest.mark.parametrize(
    "entry", [{"holds": True}, {"holds": True, "seen": 3}, 5], ids=["valid", "unknown key", "other"]
)
def test_row_of_a_newer_version_is_ignored(entry):
    assert check_assumed({"rows": {"jobs-999": entry}}) == {"rows": {}}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"put-record": {"choice": "delete"}},
            "put-record.choice: 'delete' is not valid; expected one of merge, replace",
        ),
        ({"put-record": {"choice": None}}, "put-record.choice: null is not valid; expected one of merge, replace"),
        ({"put-record": {"host": "h"}}, "put-record.choice: is missing"),
        (
            {"put-record": {"choice": "merge", "hosts": "h"}},
            "put-record: 'hosts' is not a valid key; expected one of choice, host, date, reason",
        ),
        ({"put-record": {"choice": "merge", "a\nb": 1}}, "put-record: 'a\\nb' is not a valid key"),
        ({"put-record": {"choice": "merge", "host": 5}}, "put-record.host: 5 is not valid; expected a text"),
        ({"put-record": ["merge"]}, 'put-record: ["merge"] is not valid; expected one of merge, replace'),
        ({"put-records": {"choice": "merge"}}, "'put-records' is not an assumption; expected one of error-body"),
        ({"rows": 5}, "rows: 5 is not valid; expected a table by row of the fidelity ledger"),
        ({"rows": {"jobs-01": 5}}, "rows.jobs-01: 5 is not valid; expected a table with holds"),
        ({"rows": {"jobs-01": {"holds": "yes"}}}, "rows.jobs-01.holds: 'yes' is not valid; expected true or false"),
        ({"rows": {"jobs-01": {"reason": "r"}}}, "rows.jobs-01.holds: is missing"),
        (
            {"rows": {"jobs-01": {"holds": True, "choice": "merge"}}},
            "rows.jobs-01: 'choice' is not a valid key; expected one of holds, host, date, reason",
        ),
    ],
)
def test_mistake_names_the_key_and_the_value(document, message):
    with pytest.raises(ValueError) as raised:
        check_assumed(document)
    assert str(raised.value).startswith(message) and "\n" not in str(raised.value)


def test_second_of_two_documents_has_precedence_by_assumption_and_by_row():
    second = {"put-record": "replace", "rows": {"jobs-02": {"holds": True}}}
    assert joined(OBSERVED, second) == {"put-record": "replace", "rows": {**OBSERVED["rows"], **second["rows"]}}
    assert joined({"put-record": "merge"}, {}) == {"put-record": "merge"}


def test_later_choice_has_no_observation():
    before = assumed(OBSERVED, Origin.TEST)
    assert merged(before, assumed({"put-record": "merge"}, Origin.TEST))["put-record"].observed is None
    assert merged(before, assumed({"put-record": "replace"}, Origin.FLAG)) == before


@pytest.mark.parametrize(
    ("known", "place"),
    [({}, ""), ({"host": "h"}, "on h"), ({"date": "d"}, "on d"), ({"host": "h", "date": "d"}, "on h, d")],
)
def test_place_of_an_observation_is_what_is_known(known, place):
    assert Observation(**known, reason="r").place == place
