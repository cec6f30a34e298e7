"""The route class of the emulated API: what every operation checks before its handler runs.

The order is documented where the service documents it: path (404) and method (405), which the router has matched by
then; origin of a web page (403, M); access token (401); rate limit (429); version, track id, entities; injected fault;
idempotency key; and then the operation itself: permission (403), parameters and body (400), state.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import Depends
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from mock_zuora.api.pipeline.authentication import TOKEN_PATH, authenticate
from mock_zuora.api.pipeline.faults import inject_fault
from mock_zuora.api.pipeline.idempotency import respond_once
from mock_zuora.api.pipeline.query_parameters import check_encoding, check_query_parameters
from mock_zuora.api.pipeline.rate_limits import count_request
from mock_zuora.api.pipeline.request_headers import check_entities, check_origin, check_track_id, check_version
from mock_zuora.api.request_context import RequestContext, context_of


class ZuoraRoute(APIRoute):
    """A path operation of the emulated API. FastAPI calls the handler; this class only wraps it."""

    def __init__(self, *arguments: Any, dependencies: Sequence[Dependency] | None = None, **options: Any) -> None:
        # Permissions are dependencies, and are checked before parameters. Without them, a direct check costs less.
        checks = [*dependencies, Depends(self._check_parameters)] if dependencies else []
        super().__init__(*arguments, dependencies=checks, **options)

    async def _check_parameters(self, request: Request) -> None:
        check_encoding(request.scope)
        check_query_parameters(request, [parameter.alias for parameter in self.dependant.query_params])

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps FastAPI's handler, which runs after matching and before the body is read."""
        handle, operation_id = super().get_route_handler(), str(self.operation_id)
        documents_not_found = 404 in self.responses

        async def run(request: Request) -> Response:
            if not self.dependencies:
                await self._check_parameters(request)
            return await handle(request)

        async def respond(request: Request) -> Response:
            context = context_of(request)
            context.operation = operation_id
            context.documents_not_found = documents_not_found
            check(context)
            context.emulator.runner.touch(context.tenant)
            injected = await inject_fault(context, operation_id, request)
            if injected is not None:
                return injected
            return await respond_once(context, lambda: run(request))

        # A token request is checked by its handler, because only the form tells its tenant.
        return handle if self.path == TOKEN_PATH else respond


def check(context: RequestContext) -> None:
    """Authenticates the request and checks what every operation requires. Raises ZuoraError, HttpRefusal."""
    check_origin(context)
    authenticate(context)
    count_request(context)
    check_version(context)
    check_track_id(context)
    check_entities(context)
