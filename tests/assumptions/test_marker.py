"""Choices of assumptions in the marker of the pytest plugin."""

pytest_plugins = ["pytester"]

SOURCE = """
import pytest

@pytest.mark.zuora(assume={"put-record": "replace"})
def test_one(zuora):
    origins = {each.name: each.origin for each in zuora.assumptions}
    assert (zuora.settings()["assume"], origins["put-record"]) == ({"put-record": "replace"}, "test")

def test_two(zuora):
    assert zuora.settings()["assume"] == {}
"""
WRONG = """
import pytest

@pytest.mark.zuora(assume={"put-record": "delete"})
def test_it(zuora): pass
"""


def run(pytester, monkeypatch, source):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess("-p", "mock_zuora", "-p", "no:cacheprovider")


def test_marker_sets_choices_of_one_test(pytester, monkeypatch):
    run(pytester, monkeypatch, SOURCE).assert_outcomes(passed=2)


def test_invalid_choice_in_a_marker_is_reported(pytester, monkeypatch):
    result = run(pytester, monkeypatch, WRONG)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*put-record: 'delete' is not valid; expected one of merge, replace*"])
