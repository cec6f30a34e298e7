"""Generates docs/errors.md from the error codes of the domain, with examples."""

from collections.abc import Iterator
from typing import Final

from mock_zuora.api.errors import HTTP_STATUS
from mock_zuora.control.ledger import rules_of
from mock_zuora.domain.errors import Category, Resource, ZuoraError
from scripts.docs.markdown import code, table
from scripts.docs.refusals import REFUSALS

HEAD: Final = """\
# Error codes

An error code has 8 digits: 6 for the resource and 2 for the category. The category alone determines the HTTP status.
The body of an error is `{"code": …, "message": "…"}`, and every message names the field, the value and what was
expected. A 401 has the body `{"message": "Authentication error"}`; its message below is in the header
`Mock-Zuora-Reason`. [Assumptions](assumptions.md) choose other bodies, and the status or the code of some refusals:
for example, operations that document no 404 refuse an object that does not exist with 400 and 71000220.

## Categories

"""
RESOURCES: Final = "\n## Resources\n\n"
CODES: Final = """
## Codes

Codes that start with 9000 concern the request itself and no resource. The reference documents most of their statuses,
but not the codes. The rules are rows of the [fidelity ledger](fidelity.md), with the source of each. For a request that
a server has refused, `zuora.requests.explain(request)` returns them.

"""
FOOT: Final = """
`make pages` generates this page from `mock_zuora/domain/errors.py` and `scripts/docs/refusals.py`.
"""
MAX_MESSAGES: Final = 2


def page() -> str:
    """Returns the page as Markdown."""
    categories = [[f"{each:02}", each.name.lower().replace("_", " "), str(HTTP_STATUS[each])] for each in Category]
    resources = [[code(str(int(each))), each.name.lower().replace("_", " ")] for each in Resource]
    return "".join(
        [
            HEAD, table(["last two digits", "category", "status"], categories),
            RESOURCES, table(["first six digits", "resource"], resources),
            CODES, table(["code", "status", "rules", "example messages"], _codes()), FOOT,
        ]
    )  # fmt: skip


def _codes() -> Iterator[list[str]]:
    messages: dict[tuple[int, int], list[str]] = {}
    for refusal in REFUSALS:
        status = HTTP_STATUS[refusal.category] if isinstance(refusal, ZuoraError) else refusal.status
        messages.setdefault((refusal.code, status), []).append(refusal.message)
    anchored: set[int] = set()
    for (number, status), examples in sorted(messages.items()):
        rules = {row.id: row for each in examples for row in rules_of(number, each)}
        links = ", ".join(f"[{row}](fidelity.md#{row})" for row in rules)
        anchor = code(str(number)) if number in anchored else f'<span id="{number}">{code(str(number))}</span>'
        anchored.add(number)
        yield [anchor, str(status), links, "<br>".join(examples[:MAX_MESSAGES])]
