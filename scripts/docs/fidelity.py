"""Generates docs/fidelity.md from the fidelity ledger and the marks of the tests."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from mock_zuora.control.ledger import SOURCES, behaviours
from mock_zuora.control.results import Behaviour
from scripts.docs.markdown import table

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

This page lists every emulated behaviour with its source. Open a behaviour to see the code that implements it and the
tests that prove it. The suite checks that the code exists and that every behaviour has a passing test. A running server
returns the same list, without the tests, at `GET /__mock/v1/fidelity`. What mock_zuora leaves out is on the page
[What is not emulated](not-emulated.md).

"""
ASSUMED: Final = """
## Assumed

Check these first if a test passes here and fails against Zuora. For each, the line *Open* says what Zuora could do
instead. Those that change what a client must do have a switch: see [assumptions](assumptions.md). If you know that one
is wrong, please report it. [`mock-zuora verify`](how-to/verify.md) checks those that name it on your Zuora tenant.
"""
FOOT: Final = """
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
    """Returns the page as Markdown: the assumed behaviours first, and then the others, each under its heading."""
    rows, tests = behaviours(), tests_by_row()
    counts = {source: sum(row.source == source for row in rows) for source in SOURCES}
    assumed = [row for row in rows if row.source == "assumed"]
    others = [row for row in rows if row.source != "assumed"]
    parts = [
        HEAD,
        table(["source", "behaviours", "meaning"], [[each, str(counts[each]), MEANINGS[each]] for each in SOURCES]),
        ASSUMED,
        *_groups(assumed, tests, level=3),
        *_groups(others, tests, level=2),
    ]
    return "".join([*parts, FOOT])


def _groups(rows: Sequence[Behaviour], tests: Mapping[str, Sequence[str]], level: int) -> Iterable[str]:
    for group, of_group in groupby(rows, lambda row: row.id.rpartition("-")[0]):
        items = "".join(_item(row, tests[row.id]) for row in of_group)
        heading = GROUPS[group] if level == 2 else f"{GROUPS[group]}: assumed"
        yield f"\n{'#' * level} {heading}\n\n{items}"


def _item(row: Behaviour, tests: Sequence[str]) -> str:
    """A behaviour that opens to show its code and its tests."""
    checked = "" if row.probe is None else f", checked by <code>mock-zuora verify</code> ({row.probe})"
    source = f" <small>{row.source}{checked}</small>"
    what = _html(row.what) + ("" if row.instead is None else f"<br><em>Open: {_html(row.instead)}</em>")
    lists = "".join(
        f"<p>{name}</p><ul>{''.join(f'<li><code>{each}</code></li>' for each in places)}</ul>"
        for name, places in (("Code", row.code), ("Tests", tests))
    )
    return (
        f'<details class="behaviour" id="{row.id}"><summary><b>{row.id}</b> {what}{source}</summary>{lists}</details>\n'
    )


def _html(text: str) -> str:
    """Inline Markdown as HTML; the ledger uses only code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
