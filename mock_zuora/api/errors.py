"""A refusal, a route that is not there, a crash: each becomes a response in the shape of its call.

Statuses live here only.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from mock_zuora.api.request_context import Call, call_of
from mock_zuora.api.responses import error_json, json_response
from mock_zuora.domain.errors import Category, Problem, ZuoraError, quote
from mock_zuora.domain.refusals import internal_error

STATUS: Final[Mapping[Category, int]] = {
    Category.AUTHENTICATION: 401,
    Category.READ_DENIED: 403,
    Category.UPDATE_DENIED: 403,
    Category.DELETE_DENIED: 403,
    Category.CREATE_DENIED: 403,
    Category.INVALID: 400,
    Category.UNKNOWN_FIELD: 400,
    Category.MISSING: 400,
    Category.INVALID_INTEGER: 400,
    Category.INVALID_NUMBER: 400,
    Category.INVALID_BOOLEAN: 400,
    Category.INVALID_STRING: 400,
    Category.RULE: 400,
    Category.NOT_FOUND: 404,
    Category.INTERNAL: 500,
    Category.RETRYABLE: 500,
}
"""The status follows from the category alone (D)."""

logger = logging.getLogger("mock_zuora.errors")


class Refusal(Exception):
    """A refusal of the call as such, which the resources of custom objects have no number for.

    The statuses are documented, their numbers inferred: 900000 as the resource, as in 90000011, and the category that
    Zuora gives to such a mistake (10 denied, 30 rule, 40 not found, 45 unsupported, 50 contention, 70 limit exceeded).
    """

    def __init__(self, status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def entity_denied(header: str, value: str) -> Refusal:
    return Refusal(403, 90000010, f"{header}: {quote(value)} is not among those that this tenant lists.")


def key_used_for_another_call(key: str) -> Refusal:
    return Refusal(
        422,
        90000030,
        f"Idempotency-Key: {quote(key)} was used for a call with another tenant, URL or method; expected a new key.",
    )


def key_still_running(key: str) -> Refusal:
    return Refusal(
        409,
        90000050,
        f"Idempotency-Key: the first call with {quote(key)} is still running; try again when it has ended.",
    )


def version_mismatch(if_match: str) -> Refusal:
    return Refusal(
        412, 71012530, f"If-Match: {quote(if_match)} is not the version of the record; retrieve it again for its ETag."
    )


def rate_exceeded(seconds: int) -> Refusal:
    return Refusal(
        429,
        90000070,
        f"The request limit is used up; try again after {seconds} seconds, as Retry-After says.",
        {"Retry-After": str(seconds)},
    )


def no_such_path(method: str, path: str) -> Refusal:
    return Refusal(
        404,
        90000040,
        f"{method} {quote(path)}: no such path here; this server emulates /oauth/token and what is below "
        "/objects, and its own paths begin with /__mock.",
    )


def method_not_allowed(method: str, path: str, allowed: str) -> Refusal:
    return Refusal(405, 90000045, f"{method} {quote(path)}: expected one of {allowed}.", {"Allow": allowed})


def respond(call: Call, error: ZuoraError | Refusal) -> Response:
    """The refusal as a response of its call."""
    if isinstance(error, ZuoraError):
        problem, status = error.problem, STATUS[error.category]
        headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    else:
        problem, status, headers = Problem(error.code, error.message), error.status, error.headers
    details = error.details if isinstance(error, ZuoraError) else ()
    body = error_json(problem, call.profile, process_id=call.process_id, request_id=call.request_id, details=details)
    response = json_response(body, status)
    response.headers.update(headers)
    return response


def crashed(call: Call, error: Exception) -> Response:
    """A mistake of ours: logged with its request id, answered without details."""
    logger.error("request %s: %s %s crashed", call.request_id, call.method, call.path, exc_info=error)
    return respond(
        call, internal_error("The mock server made a mistake; its log has the details under this request's id.")
    )


def handle_errors(api: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Lets the app of those routers answer what its handlers raise."""

    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, ZuoraError | Refusal):
            raise error
        return respond(call_of(request), error)

    async def not_routed(request: Request, error: Exception) -> Response:
        call = call_of(request)
        if isinstance(error, HTTPException) and error.status_code == 405:
            return respond(call, method_not_allowed(call.method, call.path, _methods_of(routers, call.path)))
        return respond(call, no_such_path(call.method, call.path))

    api.add_exception_handler(ZuoraError, refused)
    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(HTTPException, not_routed)


def _methods_of(routers: Sequence[APIRouter], path: str) -> str:
    """The methods of every route of that path; the exception names those of the first one only."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return ", ".join(
        sorted({method for each in routes if each.path_regex.match(path) for method in each.methods or ()})
    )
