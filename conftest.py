"""Fails a complete run if a row of the fidelity ledger or a test that SECURITY.md names has no passing test.

A test proves a row of ``mock_zuora/fidelity.toml`` with a mark: ``@pytest.mark.fidelity("jobs-17")``. This file is
above tests/ because under pytest-xdist only the controlling process sees every result.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent
NARROWING = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "last_failed", "stepwise", "collectonly")
"""Options that select some of the tests."""


def ledger_rows() -> set[str]:
    """The ids of the ledger's rows."""
    text = (ROOT / "mock_zuora" / "fidelity.toml").read_text("utf-8")
    return {row["id"] for row in tomllib.loads(text)["behaviours"]}


def tests_of_security_page() -> set[str]:
    """The tests that SECURITY.md names."""
    return set(re.findall(r"`([\w/]+\.py::test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8")))


def test_name(node_id: str) -> str:
    """Returns the name of a test without its parameters and its xdist group."""
    return node_id.partition("[")[0].partition("@")[0].removeprefix("tests/")


def rows_of(item: pytest.Item) -> Iterator[str]:
    """The ledger rows that a test is marked with."""
    for mark in item.iter_markers("fidelity"):
        yield from mark.args


class ProofCheck:
    """Which ledger rows, and which tests of SECURITY.md, have a passing test."""

    def __init__(self) -> None:
        self._needed = ledger_rows() | tests_of_security_page()
        self._proved: set[str] = set()
        self.unproved: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self._proved.add(test_name(report.nodeid))
            self._proved |= {str(row) for name, row in report.user_properties if name == "fidelity"}

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and is_complete(session.config):
            self.unproved = sorted(self._needed - self._proved)
        if self.unproved:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.unproved:
            terminalreporter.section("ledger rows and SECURITY.md tests without a passing test", red=True)
            terminalreporter.write_line("\n".join(self.unproved))


def is_complete(config: pytest.Config) -> bool:
    """Whether the run has every test except those that the configuration of the project excludes."""
    always = config.getini("addopts")
    options = {name: config.getoption(name, None) for name in NARROWING}
    narrowed = [value for value in options.values() if value and value not in always]
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not narrowed


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fidelity(*rows): the rows of the fidelity ledger that this test proves")
    # A worker of pytest-xdist sees only its own results.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ProofCheck(), "proof_check")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rows = ledger_rows()
    for item in items:
        marked = list(rows_of(item))
        if unknown := sorted(set(marked) - rows):
            raise pytest.UsageError(f"{item.nodeid}: the fidelity ledger has no row {', '.join(unknown)}")
        # Properties reach the controlling process with the report.
        item.user_properties += [("fidelity", row) for row in marked]
