"""Generates docs/fidelity.md from the fidelity ledger and the marks of the tests."""

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from mock_zuora.control.ledger import SOURCES, behaviours
from mock_zuora.control.results import Behaviour
from scripts.docs.markdown import code, table

GROUPS: Final = {
    "operations": "Operations",
    "jobs": "Jobs",
    "limits": "Limits",
    "permissions": "Permissions",
    "list": "Listing jobs",
    "upload": "Uploads",
    "rows": "Rows of a file",
    "filter": "Delete filters",
    "definitions": "Objects and their definitions",
    "records": "Records",
    "queries": "Queries",
    "errors": "Errors",
    "versions": "Versions",
    "requests": "Every request",
    "tokens": "Access tokens",
    "mock": "Features of the mock only",
}
"""Heading by the first part of a row's id."""
MEANINGS: Final = {
    "documented": "The official reference or product guide describes it.",
    "SDK": "The models of the official Python SDK show it.",
    "observed": "An official sample shows it.",
    "assumed": "The documentation is silent or contradicts itself, and this reading was chosen. The row says what "
    "Zuora could do instead, or what the documentation leaves open.",
    "mock only": "Zuora does not have it. It exists for tests.",
}
TESTS: Final = Path(__file__).parents[2] / "tests"
HEAD: Final = """\
# Fidelity

This page lists every emulated behaviour with its source, the code that implements it and the tests that prove it. The
suite checks that the code exists and that every row has a passing test. A running server returns the same rows, without
the tests, at `GET /__mock/v1/fidelity`.

"""
FOOT: Final = """
If you know that an assumed row is wrong, please report it or change the code that the row names. Assumptions have the
mark `(A)` in the code.

`make pages` generates this page from `mock_zuora/fidelity.toml` and the marks of the tests.
"""


def tests_by_row() -> Mapping[str, Sequence[str]]:
    """Returns the tests that are marked with each row, such as ``api/routes/test_jobs.py::test_…``."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for row in _marks(node):
                    found[row].append(f"{path.relative_to(TESTS).as_posix()}::{node.name}")
    return found


def _marks(test: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    calls = [each for each in test.decorator_list if isinstance(each, ast.Call)]
    marks = [each for each in calls if ast.unparse(each.func) == "pytest.mark.fidelity"]
    return [str(ast.literal_eval(argument)) for mark in marks for argument in mark.args]


def page() -> str:
    """Returns the page as Markdown."""
    rows, tests = behaviours(), tests_by_row()
    counts = {source: sum(row.source == source for row in rows) for source in SOURCES}
    parts = [
        HEAD,
        table(["source", "rows", "meaning"], [[each, str(counts[each]), MEANINGS[each]] for each in SOURCES]),
    ]
    for group, of_group in groupby(rows, lambda row: row.id.rpartition("-")[0]):
        cells = [_cells(row, tests[row.id]) for row in of_group]
        parts.append(f"\n## {GROUPS[group]}\n\n{table(['id', 'behaviour', 'source', 'code', 'tests'], cells)}")
    return "".join([*parts, FOOT])


def _cells(row: Behaviour, tests: Sequence[str]) -> list[str]:
    what = row.what if row.instead is None else f"{row.what}<br>*Open: {row.instead}*"
    return [
        f'<span id="{row.id}">{row.id}</span>',
        what,
        row.source,
        "<br>".join(code(each) for each in row.code),
        "<br>".join(code(each) for each in tests),
    ]
