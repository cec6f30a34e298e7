"""``--zuora-vary``: reruns each test under the other choices of the assumptions that it has consulted.

Which variants a test has is known only after its run with the defaults, so they cannot be parametrized at collection.
The test is run again within its own protocol, as plugins that rerun flaky tests do, which relies on internals of
pytest; ``tests/testing/test_vary.py`` has a canary test for them. pytest imports this module only with the option.
"""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol

from mock_zuora.testing.marks import CONSULTED, OBSERVED, VARIANT, fixtures_of, marked_values
from mock_zuora.testing.options import VARY, VARY_REPORT_ONLY
from mock_zuora.testing.vary_summary import print_summary

SHARED: Final = frozenset({"zuora_class", "zuora_module", "zuora_session"})
"""Fixtures whose tenants have been used by other tests, under the defaults."""
_REPORTED: Final = (pytest.exit.Exception, KeyboardInterrupt)
"""What ends a run instead of being reported."""
CATEGORY: Final = "variants"
"""What pytest counts variants as that are no failures: ``41 passed, 118 variants``."""


@dataclass
class _Outcome:
    """What a test's variants have shown. The reports carry it, so that it reaches the summary from other processes."""

    variants: int = 0
    not_varied: str = ""
    """Why the test was not varied: ``shared``, ``excluded``, or nothing."""
    needless: list[str] = field(default_factory=list)
    """Assumptions that the test's mark lists, although it passed under all their choices."""


class Vary:
    """The plugin that is registered with the option."""

    def __init__(self, config: pytest.Config, names: Set[str] | None, *, is_report_only: bool) -> None:
        """``names`` limits the assumptions."""
        self._plugins = config.pluginmanager
        self._names = names
        self._is_report_only = is_report_only
        self._base_of: dict[Any, Any] = {}
        """The tests that variants belong to, by the ids of the variants."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Runs a test, and its variants if it has passed."""
        if not {"zuora", *SHARED}.intersection(getattr(item, "fixturenames", ())):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        # What other tests share is set up once for all variants, and torn down at the end.
        *reports, teardown = runtestprotocol(item, log=False, nextitem=_parent(item))
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        outcome = self._outcome(item, [*reports, teardown])
        shared = _tear_down_shared(item, nextitem)
        teardown = shared if shared.failed and not teardown.failed else teardown
        teardown.zuora_vary = asdict(outcome)  # type: ignore[attr-defined]
        item.ihook.pytest_runtest_logreport(report=teardown)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _outcome(self, item: pytest.Item, reports: list[pytest.TestReport]) -> _Outcome:
        outcome = _Outcome()
        if not all(report.passed and not hasattr(report, "wasxfail") for report in reports):
            return outcome
        if marked_values(item).get("vary") is False:
            outcome.not_varied = "excluded"
        elif SHARED & fixtures_of(item):
            outcome.not_varied = "shared"
        else:
            self._run_variants(item, outcome)
        return outcome

    def _run_variants(self, item: pytest.Item, outcome: _Outcome) -> None:
        depends_on = set()
        for name, choice in self._variants(item):
            outcome.variants += 1
            if self._fails_under(item, name, choice):
                depends_on.add(name)
            if item.session.shouldfail or item.session.shouldstop:
                return
        relies_on = marked_values(item).get("relies_on", ())
        outcome.needless = [each for each in relies_on if self._is_varied(each) and each not in depends_on]

    def _is_varied(self, name: str) -> bool:
        return self._names is None or name in self._names

    def _variants(self, item: pytest.Item) -> Iterator[tuple[str, str]]:
        """The assumptions and choices under which a test runs once more."""
        for name, choices in item.stash.get(CONSULTED, {}).items():
            if self._is_varied(name):
                yield from ((name, choice) for choice in choices)

    def _fails_under(self, item: pytest.Item, name: str, choice: str) -> bool:
        """Runs a test under another choice, and reports it as a test of its own."""
        base, suffix = item.nodeid, f"[assume {name}={choice}]"
        with _renamed(item, base + suffix):
            item.stash[VARIANT] = {name: choice}
            reports = runtestprotocol(item, log=False, nextitem=_parent(item))
            del item.stash[VARIANT]
            has_failed = any(report.failed for report in reports)
            is_accepted = name in marked_values(item).get("relies_on", ())
            for report in reports:
                report.zuora_variant = {  # type: ignore[attr-defined]
                    "base": base,
                    "assumption": name,
                    "choice": choice,
                    "observed": item.stash.get(OBSERVED, {}).get(name, ""),
                    "has_failed": has_failed,
                    "is_accepted": is_accepted,
                }
                path, line, domain = report.location
                report.location = path, line, domain + suffix
                if self._is_report_only or is_accepted:
                    _forgive(report)
                item.ihook.pytest_runtest_logreport(report=report)
        return has_failed

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Counts variants apart from tests."""
        if hasattr(report, "zuora_variant") and report.when == "call" and not report.failed:
            return CATEGORY, ".", "VARIANT"
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes the names of variants, and keeps them out of the progress in percent of the collected tests."""
        if variant := getattr(report, "zuora_variant", None):
            variant_id = getattr(report, "id", report.nodeid)
            self._base_of[variant_id] = _id_like(variant_id, variant["base"])
            reporter = self._plugins.get_plugin("terminalreporter")
            getattr(reporter, "_progress_nodeids_reported", set()).discard(variant_id)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Lets ``--lf`` rerun the tests of failed variants: there is no test with the name of a variant."""
        last_failed = getattr(session.config.pluginmanager.get_plugin("lfplugin"), "lastfailed", {})
        for variant_id, base_id in self._base_of.items():
            if last_failed.pop(variant_id, False):
                last_failed[base_id] = True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Explains what the tests depend on."""
        print_summary(terminalreporter)


def vary_plugin(config: pytest.Config) -> Vary | None:
    """The plugin, if the option asks for it."""
    value = VARY.value(config)
    if value is None:
        return None
    names = None if value[1] == "all" else frozenset(value[1].split(","))
    return Vary(config, names, is_report_only=VARY_REPORT_ONLY.value(config) is not None)


@contextmanager
def _renamed(item: pytest.Item, name: str) -> Iterator[None]:
    """Gives a test another name for a while. pytest takes the names of reports from it; pytest-xdist checks them."""
    attribute = "_id" if hasattr(item, "_id") else "_nodeid"
    before = getattr(item, attribute)
    setattr(item, attribute, _id_like(before, name))
    try:
        yield
    finally:
        setattr(item, attribute, before)


def _id_like(known: Any, name: str) -> Any:
    """The id for a name: an object with parts since pytest 9.2, a text before."""
    return name if isinstance(known, str) else type(known).parse(name)


def _tear_down_shared(item: pytest.Item, nextitem: pytest.Item | None) -> pytest.TestReport:
    """Tears down what the next test does not share with this one."""
    setup_state = item.session._setupstate
    call = pytest.CallInfo.from_call(lambda: setup_state.teardown_exact(nextitem), when="teardown", reraise=_REPORTED)
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    return report


def _parent(item: pytest.Item) -> Any:
    """In place of the next test: only what belongs to this test alone is torn down."""
    return item.parent


def _forgive(report: pytest.TestReport) -> None:
    if report.failed:
        report.outcome, report.longrepr, report.sections = "passed", None, []
