"""docs/errors.md, from the error codes of the domain and an example of each."""

from collections.abc import Iterator
from typing import Final

from mock_zuora.api.errors import STATUS
from mock_zuora.domain.errors import Category, Resource, ZuoraError
from scripts.docs.markdown import code, table
from scripts.docs.refusals import REFUSALS

HEAD: Final = """\
# Error codes

A code has 8 digits: 6 say which resource the mistake is in, 2 which kind of mistake it is. The HTTP status follows from
the kind alone. How the body around it looks depends on the [version](versions.md). Every message names the field, the
value and what was expected.

## The last two digits

"""
RESOURCES: Final = "\n## The first six digits\n\n"
CODES: Final = """
## Each code

The codes that begin with 9000 belong to the request as such; the reference documents most of their statuses, but not
their numbers.

"""
FOOT: Final = """
This page is made from `mock_zuora/domain/errors.py` and `scripts/docs/refusals.py` by `make pages`.
"""
MAX_MESSAGES: Final = 2


def page() -> str:
    """The page."""
    categories = [[f"{each:02}", each.name.lower().replace("_", " "), str(STATUS[each])] for each in Category]
    resources = [[code(str(int(each))), each.name.lower().replace("_", " ")] for each in Resource]
    return "".join(
        [
            HEAD, table(["digits", "kind", "status"], categories),
            RESOURCES, table(["digits", "resource"], resources),
            CODES, table(["code", "status", "for example"], _codes()), FOOT,
        ]
    )  # fmt: skip


def _codes() -> Iterator[list[str]]:
    messages: dict[tuple[int, int], list[str]] = {}
    for refusal in REFUSALS:
        status = STATUS[refusal.category] if isinstance(refusal, ZuoraError) else refusal.status
        messages.setdefault((refusal.code, status), []).append(refusal.message)
    for (number, status), examples in sorted(messages.items()):
        yield [code(str(number)), str(status), "<br>".join(examples[:MAX_MESSAGES])]
