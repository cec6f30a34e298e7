"""The route class of the emulated API: what every operation checks before its handler runs.

The order is documented where the service documents it: path (404) and method (405), which the router has matched by
then; access token (401); rate limit (429); version, track id, entities; injected fault; idempotency key; and then the
operation itself: permission (403), parameters and body (400), state.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from mock_zuora.api.errors import REFUSALS, refusal_response
from mock_zuora.api.pipeline.authentication import TOKEN_PATH, authenticate
from mock_zuora.api.pipeline.faults import inject_fault
from mock_zuora.api.pipeline.idempotency import respond_once
from mock_zuora.api.pipeline.query_parameters import check_query_parameters
from mock_zuora.api.pipeline.rate_limits import count_request, count_token_request
from mock_zuora.api.pipeline.request_headers import check_entities, check_track_id, check_version
from mock_zuora.api.request_context import RequestContext, context_of

Handler = Callable[[Request], Awaitable[Response]]


class ZuoraRoute(APIRoute):
    """A path operation of the emulated API. FastAPI calls the handler; this class only wraps it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps FastAPI's handler, which runs after matching and before the body is read."""
        handle, operation_id = super().get_route_handler(), str(self.operation_id)
        parameters = tuple(parameter.alias for parameter in self.dependant.query_params)

        async def run(request: Request) -> Response:
            check_query_parameters(request, parameters)
            return await handle(request)

        async def respond(request: Request) -> Response:
            context = context_of(request)
            check(context)
            context.emulator.runner.touch(context.tenant)
            await inject_fault(context, operation_id)
            return await respond_once(context, lambda: run(request))

        async def respond_to_token_request(request: Request) -> Response:
            context = context_of(request)
            check_track_id(context)
            response = await _response_or_refusal(context, request, run)
            # Only now is the tenant known, whose faults apply.
            await inject_fault(context, operation_id)
            return response

        return respond_to_token_request if self.path == TOKEN_PATH else respond


def check(context: RequestContext) -> None:
    """Authenticates the request and checks what every operation requires. Raises ZuoraError, HttpRefusal."""
    authenticate(context)
    count_request(context)
    check_version(context)
    check_track_id(context)
    check_entities(context)


async def _response_or_refusal(context: RequestContext, request: Request, run: Handler) -> Response:
    try:
        count_token_request(context)
        return await run(request)
    except REFUSALS as refusal:
        return refusal_response(context, refusal)
