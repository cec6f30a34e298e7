"""Which choice of an assumption is in force."""

import pytest

from mock_zuora.domain.assumptions.assumption import BY_VERSION, Assumption, Origin, Setting

OF_VERSION = {"colour": "blue"}
BLUE = Setting("blue", Origin.VERSION)
COLOUR = Assumption(
    name="colour",
    question="Which colour?",
    choices={"red": "Red.", "blue": "Blue.", "green": "Green."},
    default="red",
    evidence="None.",
    row="jobs-01",
)


def test_default_is_in_force_if_nothing_is_set():
    assert COLOUR.in_force({}, {}) == Setting("red", Origin.DEFAULT)


def test_version_has_precedence_over_the_default():
    assert COLOUR.in_force({}, OF_VERSION) == BLUE
    assert COLOUR.in_force({}, {"size": "big"}) == Setting("red", Origin.DEFAULT)


@pytest.mark.parametrize("origin", [Origin.TEST, Origin.SEED, Origin.FLAG, Origin.VARIABLE])
def test_set_choice_has_precedence_over_the_version(origin):
    green = Setting("green", origin)
    assert COLOUR.in_force({"colour": green}, OF_VERSION) == green


def test_by_version_leaves_the_decision_to_the_version():
    assumed = {"colour": Setting(BY_VERSION, Origin.TEST)}
    assert COLOUR.in_force(assumed, OF_VERSION) == BLUE
    assert COLOUR.in_force(assumed, {}) == assumed["colour"]
