"""Query parameters that an operation does not document, and URLs that are not UTF-8."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from starlette.requests import Request
from starlette.types import Scope

from mock_zuora.api.request_context import context_of
from mock_zuora.domain.errors import expected, quote
from mock_zuora.domain.fidelity import Deviation
from mock_zuora.domain.refusals import request_invalid
from mock_zuora.domain.text import is_utf8, undecodable

_REPEATABLE: Final = "ids"
_MAX_LISTED: Final = 10


def check_encoding(scope: Scope) -> None:
    """Refuses a path and a query that are not UTF-8. Raises ZuoraError 71013020."""
    if not is_utf8(scope.get("raw_path", b"")):
        raise request_invalid(f"Path {quote(scope['path'])}: contains bytes that are not UTF-8.")
    if (name := undecodable(scope["query_string"])) is not None:
        raise request_invalid(f"{quote(name)}: the query parameter contains bytes that are not UTF-8.")


def check_query_parameters(request: Request, documented: Collection[str]) -> None:
    """Warns about query parameters that are unknown or repeated; strict mode refuses them with ZuoraError 71013020."""
    if not request.scope["query_string"]:
        return
    counts = Counter(name for name, _ in request.query_params.multi_items())
    unknown = [name for name in counts if name not in documented]
    repeated = [name for name in counts if name in documented and name != _REPEATABLE and counts[name] > 1]
    if unknown:
        subject, verb = _listed(unknown)
        has = expected(list(documented)) if documented else "this operation has no query parameters"
        context_of(request).warn(Deviation.UNKNOWN_PARAMETER, f"{subject} {verb} not documented; {has}.")
    if repeated:
        subject, verb = _listed(repeated)
        context_of(request).warn(
            Deviation.UNKNOWN_PARAMETER, f"{subject} {verb} repeated; only the last value is used."
        )


def _listed(names: Sequence[str]) -> tuple[str, str]:
    """The names as the subject of a sentence, ten at most, and its verb."""
    if len(names) == 1:
        return f"Query parameter {quote(names[0])}", "is"
    rest = f" and {len(names) - _MAX_LISTED} more" if len(names) > _MAX_LISTED else ""
    return f"Query parameters {', '.join(map(quote, names[:_MAX_LISTED]))}{rest}", "are"
