"""Choices as users write them, and their precedence."""

from itertools import pairwise

import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.assumptions.choices import assumed, check_choices, merged, parse_choices

REPLACE, MERGE = {"put-record": "replace"}, {"put-record": "merge"}


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("", {}),
        (" , ", {}),
        ("put-record=replace", REPLACE),
        (" put-record = replace , job-limit=429,", {**REPLACE, "job-limit": "429"}),
        ("put-record=replace,put-record=merge", MERGE),
    ],
)
def test_text_is_parsed_and_the_last_choice_of_a_name_counts(text, choices):
    assert parse_choices(text) == choices


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("put-record", "'put-record' is not valid; expected NAME=CHOICE, such as put-record=replace"),
        ("job-limit=500", "job-limit: '500' is not valid; expected one of 400, 429, 429-retry-after"),
        (
            "job=429",
            f"'job' is not an assumption; expected one of {', '.join(ASSUMPTIONS)}",
        ),
    ],
)
def test_message_lists_what_is_valid(text, message):
    with pytest.raises(ValueError) as raised:
        parse_choices(text)
    assert str(raised.value) == message


@pytest.mark.parametrize("choice", [True, None, 400, ["400"], {}])
def test_choice_that_is_not_a_text_is_refused(choice):
    with pytest.raises(ValueError, match="job-limit: .* is not valid; expected one of 400"):
        check_choices({"job-limit": choice})


@pytest.mark.parametrize(("first", "second"), list(pairwise(Origin)))
def test_origin_has_precedence_over_the_next_one_in_any_order(first, second):
    strong, weak = assumed(REPLACE, first), assumed(MERGE, second)
    assert merged(strong, weak) == merged(weak, strong) == strong


def test_later_choice_of_the_same_origin_counts():
    assert merged(assumed(REPLACE, Origin.TEST), assumed(MERGE, Origin.TEST)) == assumed(MERGE, Origin.TEST)


def test_other_choices_stay():
    limit = assumed({"job-limit": "429"}, Origin.VARIABLE)
    assert merged(limit, assumed(REPLACE, Origin.SEED)) == {**limit, **assumed(REPLACE, Origin.SEED)}
