"""Query parameters that an operation does not document."""

from collections.abc import Collection

from starlette.requests import Request

from mock_zuora.api.request_context import context_of
from mock_zuora.domain.errors import quote
from mock_zuora.domain.fidelity import Deviation


def check_query_parameters(request: Request, documented: Collection[str]) -> None:
    """Warns about each query parameter that is not documented; strict mode refuses it with ZuoraError 71013020."""
    for name in request.query_params if request.scope["query_string"] else ():
        if name not in documented:
            context_of(request).warn(
                Deviation.UNKNOWN_PARAMETER,
                f"Query parameter {quote(name)} is ignored; this operation has {', '.join(documented) or 'none'}.",
            )
