"""The summary of ``--zuora-vary``, from the reports of a run."""

from types import SimpleNamespace

import pytest

from mock_zuora.testing.vary_summary import print_summary


def test(nodeid, variants=1, not_varied="", needless=()):
    vary = {"variants": variants, "not_varied": not_varied, "needless": list(needless)}
    return SimpleNamespace(nodeid=nodeid, zuora_vary=vary)


def variant(base, assumption, choice, *, has_failed=True, is_accepted=False, observed=""):
    values = {"base": base, "assumption": assumption, "choice": choice, "observed": observed}
    shown = {**values, "has_failed": has_failed, "is_accepted": is_accepted}
    return SimpleNamespace(nodeid=f"{base}[assume {assumption}={choice}]", zuora_variant=shown)


test.__test__ = False


@pytest.fixture
def summary():
    """The lines of a summary."""

    def summary(*reports):
        lines = []
        reporter = SimpleNamespace(
            stats={"": list(reports)}, section=lambda title: lines.append(title), write_line=lines.append
        )
        print_summary(reporter)
        return lines

    return summary


def test_run_without_variants_says_so(summary):
    assert summary() == ["zuora assumptions", "0 tests, 0 variants, 0 assumptions your tests depend on"]


def test_failures_are_in_the_order_of_the_assumptions_and_explained_once(summary):
    lines = summary(
        test("test_b", 3),
        test("test_a", 1),
        variant("test_b", "last-cursor", "absent"),
        variant("test_b", "dates", "whole-seconds"),
        variant("test_b", "dates", "instant"),
        variant("test_a", "dates", "instant"),
        variant("test_a", "put-record", "replace", has_failed=False),
    )
    assert lines[1] == "2 tests, 4 variants, 2 assumptions your tests depend on"
    assert [line for line in lines if "fail" in line and "=" in line] == [
        "  dates=instant   2 tests fail   test_a, test_b",
        "  dates=whole-seconds   1 test fails   test_b",
        "  last-cursor=absent   1 test fails   test_b",
    ]
    assert sum("The documentation does not say." in line for line in lines) == 2
    assert lines[-1].startswith("What to do: ")


def test_phases_of_one_variant_count_once(summary):
    phase = variant("test_a", "dates", "instant")
    assert "  dates=instant   1 test fails   test_a" in summary(test("test_a"), phase, phase)


def test_long_lists_of_tests_are_cut(summary):
    tests = [variant(f"test_{number}", "dates", "instant") for number in range(7)]
    assert "  dates=instant   7 tests fail   test_0, test_1, test_2, test_3, test_4, and 2 more" in summary(*tests)


def test_accepted_and_needless_dependencies_are_told_apart(summary):
    lines = summary(
        test("test_a"), variant("test_a", "dates", "instant", is_accepted=True), test("test_b", 2, needless=["dates"])
    )
    assert lines[1:] == [
        "2 tests, 3 variants, 0 assumptions your tests depend on",
        "  dates   accepted, by marks of 1 test",
        "  test_b: relies_on='dates' is not needed; the test passed under every other choice of it",
    ]


def test_tests_that_were_not_varied_are_counted(summary):
    reports = [test("a", 0, "shared"), test("b", 0, "shared"), test("c", 0, "excluded")]
    assert summary(*reports)[2:] == [
        "  not varied: 2 tests on a tenant that tests share",
        "  not varied: 1 test with vary=False",
    ]


def test_observation_of_an_assumption_is_part_of_its_explanation(summary):
    lines = summary(test("test_a"), variant("test_a", "dates", "instant", observed="date-time on rest.example"))
    [explained] = [line for line in lines if "The documentation does not say." in line]
    assert explained.endswith(" Observed: date-time on rest.example.")
