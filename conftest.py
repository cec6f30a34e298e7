"""At the end of a complete run: each test that the fidelity ledger or SECURITY.md names has passed, or the run fails.

This file lies above tests/ because under xdist it is the controlling process that sees every result, and this is the
conftest that it reads.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent
NARROWING = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "last_failed", "stepwise", "collectonly")
"""Options with which a run is not meant to be complete."""


def name_of(node_id: str) -> str:
    """The name of a test as it is named there: without its parameters, and without its group under xdist."""
    return node_id.partition("[")[0].partition("@")[0].removeprefix("tests/")


class Proofs:
    """Which of the named tests have passed."""

    def __init__(self, named: Iterable[str]) -> None:
        self._named = frozenset(named)
        self._passed: set[str] = set()
        self.unproved: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self._passed.add(name_of(report.nodeid))

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and is_complete(session.config):
            self.unproved = sorted(self._named - self._passed)
        if self.unproved:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.unproved:
            terminalreporter.section("named by the fidelity ledger or by SECURITY.md, but did not pass", red=True)
            terminalreporter.write_line("\n".join(self.unproved))


def is_complete(config: pytest.Config) -> bool:
    """Whether the run is one of every test there is, but for those that the project itself leaves out."""
    always = config.getini("addopts")
    narrowed = [said for name in NARROWING if (said := config.getoption(name, None)) and said not in always]
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not narrowed


def named_tests() -> Iterator[str]:
    """The tests that the ledger and SECURITY.md name."""
    for row in tomllib.loads((ROOT / "mock_zuora" / "fidelity.toml").read_text("utf-8"))["behaviours"]:
        yield from row["tests"]
    yield from re.findall(r"`([\w/]+\.py::test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8"))


def pytest_configure(config: pytest.Config) -> None:
    # A worker of xdist sees its own results only.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Proofs(named_tests()), "proofs")
