"""docs/fidelity.md, from the fidelity ledger."""

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
    "calls": "Every call",
    "tokens": "Tokens",
    "mock": "What only the mock has",
}
"""The groups of rows by the first part of their ids, and their headings."""
MEANINGS: Final = {
    "documented": "the official reference or product guide says so",
    "SDK": "the models of the official Python SDK say so",
    "observed": "an official sample response shows it",
    "assumed": "the documentation is silent or contradicts itself; this is the reading that was chosen, and the row "
    "says what the service could do instead",
    "mock only": "our own, for testing; never under a path that the real service has",
}
TESTS: Final = Path(__file__).parents[2] / "tests"
HEAD: Final = """\
# Fidelity: what is emulated, and how well that is known

An emulator is worth what its users can trust. Each row is one behaviour, with where it is known from, where it is in
the code and which tests prove it. The suite holds the rows to it: each place and each test exists, and after a complete
run each of these tests has passed. A running server answers with the same rows at `GET /__mock/v1/fidelity`.

"""
FOOT: Final = """
If you know better than an assumed row, change the code that it names; each is in one place, marked `(A)`.

This page is made from `mock_zuora/fidelity.toml` by `make pages`.
"""


def tests_by_row() -> Mapping[str, Sequence[str]]:
    """The tests that are marked with each row, as ``api/routes/test_jobs.py::test_…``."""
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
    """The page."""
    rows, tests = behaviours(), tests_by_row()
    counts = {source: sum(row.source == source for row in rows) for source in SOURCES}
    parts = [
        HEAD,
        table(["source", "rows", "meaning"], [[each, str(counts[each]), MEANINGS[each]] for each in SOURCES]),
    ]
    for group, of_group in groupby(rows, lambda row: row.id.rpartition("-")[0]):
        cells = [_cells(row, tests[row.id]) for row in of_group]
        parts.append(f"\n## {GROUPS[group]}\n\n{table(['id', 'what', 'source', 'code', 'tests'], cells)}")
    return "".join([*parts, FOOT])


def _cells(row: Behaviour, tests: Sequence[str]) -> list[str]:
    what = row.what if row.instead is None else f"{row.what} *Or instead: {row.instead}.*"
    return [
        f'<span id="{row.id}">{row.id}</span>',
        what,
        row.source,
        "<br>".join(code(each) for each in row.code),
        "<br>".join(code(each) for each in tests),
    ]
