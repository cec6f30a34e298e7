"""The assumptions of a handle, with both transports."""

import pytest

from mock_zuora.control.errors import Unknown
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

JOBS = "/objects/jobs"
MISSING = f"{JOBS}/7006ce52-91c9-11ed-a1eb-0242ac120002"
"""A job that does not exist: its error consults how errors look."""


def test_assumptions_show_what_is_in_force(handle, call):
    handle.configure(assume={"put-record": "replace"})
    call(handle, "GET", f"{JOBS}/7006ce52-91c9-11ed-a1eb-0242ac120002")
    found = {each.name: each for each in handle.assumptions}
    assert list(found) == list(ASSUMPTIONS)
    assert (found["put-record"].choice, found["put-record"].origin) == ("replace", "test")
    assert (found["error-body"].choice, found["error-body"].origin) == ("flat", "default")
    assert [name for name, each in found.items() if each.is_consulted] == ["error-body"]
    for name, each in ASSUMPTIONS.items():
        shown = found[name]
        assert (shown.question, shown.choices, shown.default) == (each.question, each.choices, each.default)
        assert (shown.evidence, shown.row) == (each.evidence, each.row)


def test_assumption_is_found_by_its_name(handle):
    assert handle.assumptions["put-record"].default == "merge"
    with pytest.raises(Unknown, match="'put-records' is not an assumption; did you mean 'put-record'"):
        handle.assumptions["put-records"]


def test_consulted_assumptions_name_the_choices_that_requests_have_met(handle, call):
    assert handle.assumptions.consulted == []
    call(handle, "GET", MISSING)
    handle.configure(assume={"error-body": "reasons"})
    [found] = handle.assumptions.consulted
    assert (found.name, found.met, found.other_choices) == ("error-body", ("flat",), ("reasons",))
    call(handle, "GET", MISSING)
    assert handle.assumptions["error-body"].met == ("flat", "reasons")
    assert handle.assumptions["error-body"].other_choices == ()


@pytest.mark.parametrize(
    "restart", [lambda zuora: zuora.reset(), lambda zuora: zuora.seed({}), lambda zuora: zuora.reset("jobs")]
)
def test_reset_keeps_what_was_consulted(handle, call, restart):
    call(handle, "GET", MISSING)
    restart(handle)
    assert [each.name for each in handle.assumptions.consulted] == ["error-body"]


def test_assumption_that_was_not_consulted_has_other_choices_too(handle):
    assert handle.assumptions["put-record"].other_choices == ("replace",)


def test_documented_loop_runs_a_check_under_each_other_choice(handle, call):
    def check(zuora):
        assert call(zuora, "GET", MISSING)[1].get("code") == 71013040

    check(handle)
    depends = []
    for assumption in handle.assumptions.consulted:
        for choice in assumption.other_choices:
            with handle.tenant() as varied:
                varied.configure(assume={assumption.name: choice})
                try:
                    check(varied)
                except AssertionError:
                    depends.append(f"{assumption.name}={choice}")
    assert depends == ["error-body=reasons"]
