"""``--zuora-vary``: each test runs pytest with a small test file."""

import inspect
import re

import pytest
from _pytest.runner import SetupState, runtestprotocol

LOAD = """
def load(zuora, rows):
    job = submit(zuora, rows)
    return zuora.jobs.get(job)
"""
FRAGILE = (
    LOAD
    + """
def test_fragile(zuora):
    assert load(zuora, "\\n").rejected_rows == 0  # a blank line
"""
)
VARIANT = "test_it.py::test_fragile[[]assume blank-lines=rejected[]]"


def summary_of(result):
    """The lines of the summary."""
    lines = result.outlines
    [start] = [index for index, line in enumerate(lines) if "zuora assumptions ==" in line]
    return [line.strip() for line in lines[start + 1 :] if line.strip()]


# Variants


def test_test_runs_once_more_for_each_other_choice_that_could_matter(run_anywhere):
    result = run_anywhere(
        LOAD
        + """
def test_robust(zuora):
    load(zuora, "\\n")
    print("ran with", {name: each.choice for name, each in consulted(zuora).items()})

def consulted(zuora):
    return {each.name: each for each in zuora.assumptions.consulted}

def test_that_sends_nothing(zuora):
    pass

def test_that_has_no_tenant():
    pass
""",
        "--zuora-vary",
        "-v",
    )
    result.stdout.fnmatch_lines(["test_it.py::test_robust[[]assume blank-lines=rejected[]] VARIANT*"])
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == 3 and outcomes["variants"] >= 1
    names = re.findall(r"test_robust\[assume ([\w-]+=[\w-]+)\]", result.stdout.str())
    assert len(set(names)) == outcomes["variants"]


def test_failed_variant_fails_the_run_and_is_explained(run_anywhere):
    result = run_anywhere(FRAGILE, "--zuora-vary=blank-lines")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([f"FAILED {VARIANT} - *"])
    lines = summary_of(result)
    assert lines[:3] == [
        "1 test, 1 variant, 1 assumption your tests depend on",
        "blank-lines=rejected   1 test fails   test_it.py::test_fragile",
        'What happens to a blank line? The documentation does not say. The default here is "skipped".',
    ]
    assert lines[3].startswith("What to do: make the client work with each choice; or accept a dependency, with")


def test_report_of_a_failed_variant_shows_the_requests_of_its_tenant(run):
    result = run(FRAGILE, "--zuora-vary=blank-lines")
    result.stdout.fnmatch_lines(
        ["*test_fragile[[]assume blank-lines=rejected[]] ___*", "*- mock_zuora -*", "*1 rows rejected*"]
    )


def test_variants_are_limited_to_the_named_assumptions(run):
    result = run(FRAGILE, "--zuora-vary=put-record,header-check")
    result.assert_outcomes(passed=1)
    assert "blank-lines" not in result.stdout.str()


def test_test_that_fails_with_the_defaults_is_not_varied(run):
    result = run(FRAGILE.replace("== 0", "== 7"), "--zuora-vary")
    result.assert_outcomes(failed=1)
    assert summary_of(result)[0] == "0 tests, 0 variants, 0 assumptions your tests depend on"


@pytest.mark.parametrize("body", ["pytest.skip('later')", "pytest.xfail('known')"])
def test_test_that_is_skipped_or_expected_to_fail_is_not_varied(run, body):
    result = run(f"def test_it(zuora):\n    submit(zuora)\n    {body}", "--zuora-vary")
    assert "variants" not in result.parseoutcomes()


def test_choice_that_the_test_makes_is_not_varied(run_anywhere):
    run_anywhere(
        LOAD
        + """
@pytest.mark.zuora(assume={"blank-lines": "rejected"})
def test_marked(zuora):
    assert load(zuora, "\\n").rejected_rows == 1

def test_configured(zuora):
    zuora.configure(assume={"blank-lines": "rejected"})
    assert load(zuora, "\\n").rejected_rows == 1
""",
        "--zuora-vary=blank-lines",
    ).assert_outcomes(passed=2)


def test_choice_of_the_whole_run_is_varied(run):
    source = FRAGILE.replace("rejected_rows == 0", "rejected_rows == 1")
    result = run(source, "--zuora-vary=blank-lines", "--zuora-set=assume=blank-lines=rejected")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_fragile[[]assume blank-lines=skipped[]]*"])


def test_tenants_that_the_test_makes_are_varied_with_it(run_anywhere):
    run_anywhere(
        LOAD
        + """
def test_it(zuora):
    assert load(zuora.tenant("eu"), "\\n").rejected_rows == 0
""",
        "--zuora-vary=blank-lines",
    ).assert_outcomes(passed=1, failed=1)


def test_reset_hides_no_dependency(run):
    run(
        LOAD
        + """
def test_it(zuora):
    assert load(zuora, "\\n").rejected_rows == 0
    zuora.reset()
""",
        "--zuora-vary=blank-lines",
    ).assert_outcomes(passed=1, failed=1)


def test_variant_starts_with_fresh_fixtures_and_shares_those_of_the_module(run):
    run(
        LOAD
        + """
made = {"function": 0, "module": 0}

@pytest.fixture
def of_function():
    made["function"] += 1

@pytest.fixture(scope="module")
def of_module():
    made["module"] += 1
    yield
    assert made == {"function": 2, "module": 1}

def test_it(zuora, of_function, of_module):
    assert zuora.jobs.all() == []
    load(zuora, "\\n")
""",
        "--zuora-vary=blank-lines",
    ).assert_outcomes(passed=1)


def test_failed_teardown_of_a_module_is_reported_once(run):
    result = run(
        LOAD
        + """
@pytest.fixture(scope="module")
def broken():
    yield
    raise RuntimeError("broken teardown")

def test_it(zuora, broken):
    load(zuora, "\\n")
""",
        "--zuora-vary=blank-lines",
    )
    result.assert_outcomes(passed=1, errors=1)
    assert result.stdout.str().count("RuntimeError: broken teardown") == 2  # the traceback, and the line at the end


def test_parametrized_and_unittest_tests_are_varied(run):
    result = run(
        LOAD
        + """
import unittest

@pytest.mark.parametrize("rows", ["", "\\n"])
def test_it(zuora, rows):
    assert load(zuora, rows).rejected_rows == 0

class TestClass(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def take(self, zuora):
        self.zuora = zuora

    def test_method(self):
        self.assertEqual(load(self.zuora, "\\n").rejected_rows, 0)
""",
        "--zuora-vary=blank-lines",
    )
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines_random([
        r"FAILED test_it.py::test_it[[]\n][[]assume blank-lines=rejected[]] - *",
        "FAILED test_it.py::TestClass::test_method[[]assume blank-lines=rejected[]] - *",
    ])  # fmt: skip


def test_fault_that_a_variant_does_not_need_is_no_error(run):
    run(
        LOAD
        + """
def test_it(zuora):
    zuora.faults.add("/objects/jobs/*/errors", status=503)
    if load(zuora, "\\n").rejected_rows == 0:
        try:
            call(zuora, "GET", f"/objects/jobs/{zuora.jobs[0].id}/errors")
        except Exception:
            pass
""",
        "--zuora-vary=blank-lines",
        "--zuora-unused=fail",
    ).assert_outcomes(passed=1)


# Marks


def test_known_dependency_is_accepted(run_anywhere):
    source = FRAGILE.replace("def test_fragile", '@pytest.mark.zuora(relies_on=["blank-lines"])\ndef test_fragile')
    result = run_anywhere(source, "--zuora-vary=blank-lines")
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    assert summary_of(result)[:2] == [
        "1 test, 1 variant, 0 assumptions your tests depend on",
        "blank-lines   accepted, by marks of 1 test",
    ]


def test_dependency_that_no_longer_exists_is_reported(run):
    source = FRAGILE.replace("== 0", ">= 0").replace(
        "def test_fragile", '@pytest.mark.zuora(relies_on=["blank-lines", "put-record"])\ndef test_fragile'
    )
    result = run(source, "--zuora-vary=blank-lines")
    result.assert_outcomes(passed=1)
    needless = [line for line in summary_of(result) if "is not needed" in line]
    assert needless == [
        "test_it.py::test_fragile: relies_on='blank-lines' is not needed; "
        "the test passed under every other choice of it"
    ]


def test_test_can_be_excluded(run):
    source = FRAGILE.replace("def test_fragile", "@pytest.mark.zuora(vary=False)\ndef test_fragile")
    result = run(source, "--zuora-vary")
    result.assert_outcomes(passed=1)
    assert "not varied: 1 test with vary=False" in summary_of(result)


@pytest.mark.parametrize("fixtures", ["zuora, zuora_module", "zuora_module", "zuora_session, zuora_class"])
def test_test_on_a_shared_tenant_is_not_varied(run, fixtures):
    source = f"""
def test_it({fixtures}):
    load({fixtures.rpartition(" ")[2]}, "\\n")
"""
    result = run(LOAD + source, "--zuora-vary")
    result.assert_outcomes(passed=1)
    assert "not varied: 1 test on a tenant that tests share" in summary_of(result)


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("relies_on=['blank-line']", "relies_on: 'blank-line' is not an assumption; did you mean 'blank-lines'[?]"),
        ("relies_on='blank-lines'", "relies_on: 'blank-lines' is not valid; expected a list of assumptions"),
        ("relies_on=7", "relies_on: 7 is not valid; expected a list of assumptions"),
        ("vary='no'", "vary: 'no' is not valid; expected True or False"),
    ],
)
def test_invalid_mark_is_an_error(run, mark, message):
    result = run(f"@pytest.mark.zuora({mark})\ndef test_it(zuora): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"@pytest.mark.zuora: {message}"])


# Options


def test_report_only_lets_no_variant_fail(run):
    result = run(FRAGILE, "--zuora-vary=blank-lines", "--zuora-vary-report-only")
    assert result.ret == 0 and result.parseoutcomes() == {"passed": 1, "variants": 1}
    assert "blank-lines=rejected   1 test fails   test_it.py::test_fragile" in summary_of(result)


def test_first_failed_variant_ends_the_run_if_asked(run):
    result = run(FRAGILE + FRAGILE.replace("test_fragile", "test_other"), "--zuora-vary=blank-lines", "-x")
    result.assert_outcomes(passed=1, failed=1)


def test_last_failed_reruns_the_test_of_a_variant(run, pytester):
    def rerun(*args):
        return pytester.runpytest_inprocess("-p", "mock_zuora", "-W", "error", "--zuora-vary=blank-lines", *args)

    run(FRAGILE + "\ndef test_robust(zuora): submit(zuora)")
    rerun().assert_outcomes(passed=2, failed=1)
    rerun("--lf").assert_outcomes(passed=1, failed=1)


def test_variants_are_test_cases_of_junit(run, pytester):
    run(FRAGILE, "--zuora-vary=blank-lines", "--junitxml=report.xml")
    report = pytester.path.joinpath("report.xml").read_text("utf-8")
    assert re.findall(r'<testcase classname="test_it" name="(.*?)"', report) == [
        "test_fragile",
        "test_fragile[assume blank-lines=rejected]",
    ]


@pytest.mark.parametrize("arguments", [["--zuora-vary", "test_it.py"], ["test_it.py", "--zuora-vary"]], ids=str)
def test_flag_takes_no_path_for_its_value(run, arguments):
    run(FRAGILE, *arguments).assert_outcomes(passed=1, failed=1)


def test_names_can_follow_the_flag(run):
    run(FRAGILE, "--zuora-vary", "put-record,dates").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--zuora-vary=blank-line"], "--zuora-vary: 'blank-line' is not an assumption; did you mean 'blank-lines'[?]"),
        (["--zuora-vary-report-only=no"], "--zuora-vary-report-only: 'no' is not valid; expected true*"),
    ],
)
def test_invalid_option_stops_the_run(run, arguments, message):
    result = run(FRAGILE, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_progress_counts_tests_only(run):
    result = run(FRAGILE + "\ndef test_other(zuora): pass", "--zuora-vary=blank-lines")
    assert re.findall(r"\[ *(\d+)%\]", result.stdout.str())[-1] == "100"


def test_workers_report_to_one_summary(run, monkeypatch, pytester):
    run(FRAGILE)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    arguments = ["-p", "mock_zuora", "-p", "xdist", "-n", "2", "--zuora-vary=blank-lines"]
    result = pytester.runpytest_subprocess(*arguments)
    result.assert_outcomes(passed=1, failed=1)
    assert summary_of(result)[0] == "1 test, 1 variant, 1 assumption your tests depend on"
    result = pytester.runpytest_subprocess(*arguments, "--lf")
    result.assert_outcomes(passed=1, failed=1)


# Internals of pytest


def test_canary_for_internals_of_pytest(request):
    assert list(inspect.signature(runtestprotocol).parameters) == ["item", "log", "nextitem"]
    assert list(inspect.signature(SetupState.teardown_exact).parameters) == ["self", "nextitem"]
    assert isinstance(request.session._setupstate, SetupState)
    assert hasattr(request.node, "_id") or hasattr(request.node, "_nodeid")
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    assert reporter is None or hasattr(reporter, "_progress_nodeids_reported")  # a worker of pytest-xdist has none


def test_observed_choice_is_varied_and_explained(run_anywhere, pytester):
    observed = '[blank-lines]\nchoice = "rejected"\nhost = "rest.test.zuora.com"\ndate = "2026-11-26"\n'
    pytester.path.joinpath("observed.toml").write_text(observed, "utf-8")
    flags = ("--zuora-set=assume=observed.toml", "--zuora-vary=blank-lines")
    result = run_anywhere(FRAGILE.replace("== 0", "== 1"), *flags)
    result.assert_outcomes(passed=1, failed=1)
    lines = summary_of(result)
    assert lines[1] == "blank-lines=skipped   1 test fails   test_it.py::test_fragile"
    assert lines[2].endswith(' is "skipped". Observed: rejected on rest.test.zuora.com, 2026-11-26.')
