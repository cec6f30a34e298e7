"""docs/errors.md, from the numbers of the core and the examples of the OpenAPI document."""

import json
from collections.abc import Iterator
from typing import Any, Final

from mock_zuora.api.errors import STATUS
from mock_zuora.api.versions import DEFAULT_VERSION
from mock_zuora.domain.errors import Category, Resource
from mock_zuora.server.app import openapi_json
from scripts.docs.markdown import code, table

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

With the messages of the examples in the OpenAPI document, which a server answers `GET /openapi.json` with. The codes
that begin with 9000 are of the call as such; the reference gives most of their statuses, but not their numbers.

"""
FOOT: Final = """
This page is made from `mock_zuora/domain/errors.py` and the OpenAPI document by `make pages`.
"""
MAX_MESSAGES: Final = 2
FEW_OPERATIONS: Final = 3


def page() -> str:
    """The page."""
    categories = [[f"{each:02}", each.name.lower().replace("_", " "), str(STATUS[each])] for each in Category]
    resources = [[code(str(int(each))), each.name.lower().replace("_", " ")] for each in Resource]
    return "".join(
        [
            HEAD, table(["digits", "kind", "status"], categories),
            RESOURCES, table(["digits", "resource"], resources),
            CODES, table(["code", "status", "for example", "operations"], _codes()), FOOT,
        ]
    )  # fmt: skip


def _codes() -> Iterator[list[str]]:
    document = json.loads(openapi_json())
    found: dict[tuple[int, str], tuple[list[str], list[str]]] = {}
    for operation, status, example in _refusals(document):
        messages, operations = found.setdefault((example["code"], status), ([], []))
        if example["message"] not in messages:
            messages.append(example["message"])
        if operation not in operations:
            operations.append(operation)
    for (number, status), (messages, operations) in sorted(found.items()):
        few = len(operations) <= FEW_OPERATIONS
        where = "<br>".join(map(code, operations)) if few else f"{len(operations)} operations"
        yield [code(str(number)), status, "<br>".join(messages[:MAX_MESSAGES]), where]


def _refusals(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each example of a refusal in the default version: its operation, its status, its body."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                content = _followed(document, response).get("content", {}).get("application/json", {})
                for name, example in content.get("examples", {}).items():
                    if name.endswith(f"-{DEFAULT_VERSION}"):
                        yield f"{method.upper()} {path}", status, _followed(document, example)["value"]


def _followed(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
