"""``did_you_mean`` for names that users mistype."""

import pytest

from mock_zuora.config.suggestions import did_you_mean, nearest

NAMES = ("transitions", "processing_time", "processing_polls", "port", "vehicle")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("transitons", "transitions"),
        ("transition", "transitions"),
        ("processing-time", "processing_time"),
        ("Vehicle", "vehicle"),
        ("vehicles", "vehicle"),
        ("vehcile", "vehicle"),
        ("prot", "port"),
    ],
)
def test_misspelt_name_is_recognised(typed: str, meant: str) -> None:
    assert nearest(typed, NAMES) == meant
    assert did_you_mean(typed, NAMES) == f"; did you mean '{meant}'?"


@pytest.mark.parametrize("typed", ["", "driver", "colour", "x" * 10_000])
def test_name_that_is_like_no_other_gets_no_suggestion(typed: str) -> None:
    assert nearest(typed, NAMES) is None
    assert did_you_mean(typed, NAMES) == ""


def test_known_name_is_not_suggested_for_itself() -> None:
    assert nearest("port", ["port"]) is None
