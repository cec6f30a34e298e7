"""Refusals, unknown paths and crashes as responses. HTTP statuses are decided here and nowhere else."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from mock_zuora.api.paths import similar_path
from mock_zuora.api.request_context import RequestContext, context_of
from mock_zuora.api.responses import error_json, json_response, oauth_error_json, reasons_json
from mock_zuora.config.hosts import foreign_origin
from mock_zuora.control.paths import allowed_methods
from mock_zuora.domain.assumptions.catalogue.jobs import BAD_JOB_ID, JOB_LIMIT, WRONG_STATUS
from mock_zuora.domain.assumptions.catalogue.objects import UNKNOWN_OBJECT
from mock_zuora.domain.assumptions.catalogue.records import RECORD_PERMISSION_STATUS
from mock_zuora.domain.assumptions.catalogue.requests import ERROR_BODY, TOKEN_ERROR_BODY, UNAUTHORIZED_BODY
from mock_zuora.domain.errors import (
    MAX_QUOTED_LENGTH,
    Category,
    ErrorDetail,
    Problem,
    Resource,
    ZuoraError,
    expected,
    one_line,
    quote,
    shortened,
)
from mock_zuora.domain.refusals import internal_error

HTTP_STATUS: Final[Mapping[Category, int]] = {
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
"""The status of an error follows from its category (D), unless an assumption chooses another; see ``ALTERNATIVES``."""

REASON_HEADER: Final = "Mock-Zuora-Reason"
"""The header with the reason of a 401, or with the assumption that a refusal or a rejected row rests on (M)."""
AUTHENTICATION_ERROR: Final = {"message": "Authentication error"}
"""The body of a 401 for the access token, which does not tell the reason (S)."""

logger = logging.getLogger("mock_zuora.errors")


class HttpRefusal(Exception):
    """A refusal of the request as such, for which the resources of custom objects have no number.

    The statuses are documented and their numbers assumed: 900000 as the resource, as in 90000011, and the category that
    Zuora uses for such a mistake (10 denied, 30 rule, 40 not found, 45 unsupported, 50 contention, 70 limit exceeded).
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        details: tuple[ErrorDetail, ...] = (),
    ) -> None:
        super().__init__(message)
        self.details = details
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


class OAuthRefusal(Exception):
    """A refusal of a token request.

    ``error`` is its name in RFC 6749, and ``code`` its number in Zuora's own form (A).
    """

    code: Final = 90000020
    details: Final[tuple[ErrorDetail, ...]] = ()

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.message = description
        # RFC 9110 requires a challenge. Not Basic, for which a browser asks its user, and which is not read.
        self.headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"} if status == 401 else {}


REFUSALS: Final = (ZuoraError, HttpRefusal, OAuthRefusal)
Refusal = ZuoraError | HttpRefusal | OAuthRefusal


def entity_denied(header: str, value: str) -> HttpRefusal:
    return HttpRefusal(403, 90000010, f"{header}: {quote(value)} is not among those that this tenant lists.")


def origin_denied(origin: str) -> HttpRefusal:
    return HttpRefusal(403, 90000010, foreign_origin(origin))


def key_belongs_to_another_request(key: str) -> HttpRefusal:
    return HttpRefusal(
        422,
        90000030,
        f"Idempotency-Key: {quote(key)} was used with another tenant, URL or method; expected a new key.",
    )


def key_in_use(key: str) -> HttpRefusal:
    return HttpRefusal(
        409,
        90000050,
        f"Idempotency-Key: the first request with {quote(key)} is still running; try again when it has ended.",
    )


def version_mismatch(if_match: str) -> HttpRefusal:
    return HttpRefusal(
        412, 71012530, f"If-Match: {quote(if_match)} is not the record's version; retrieve the record for its ETag."
    )


def rate_limit_exceeded(seconds: int) -> HttpRefusal:
    return HttpRefusal(
        429,
        90000070,
        f"The rate limit is exceeded; try again in {seconds} seconds (see Retry-After).",
        {"Retry-After": str(seconds)},
    )


def no_such_path(method: str, path: str, similar: str | None = None) -> HttpRefusal:
    hint = (
        f"did you mean {one_line(shortened(similar, MAX_QUOTED_LENGTH))}?"
        if similar
        else "this server emulates /oauth/token and the paths below /objects."
    )
    return HttpRefusal(404, 90000040, f"{method} {quote(path)}: there is no such path; {hint}")


def method_not_allowed(method: str, path: str, allowed: str) -> HttpRefusal:
    sentence = f"{method} is not allowed for {quote(path)}; {expected(allowed.split(', '))}."
    return HttpRefusal(405, 90000045, sentence, {"Allow": allowed})


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the choice of an assumption changes in a refusal. None leaves the status or the code as it is."""

    status: int | None = None
    code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    has_details: bool = False
    """Whether the body has ``details``, with the code and message of the refusal."""


ALTERNATIVES: Final[Mapping[tuple[str, str], Alternative]] = {
    (JOB_LIMIT.name, "429"): Alternative(429),
    (JOB_LIMIT.name, "429-retry-after"): Alternative(429, headers={"Retry-After": "60"}),
    (WRONG_STATUS.name, "71013430"): Alternative(code=Resource.JOB_STATUS * 100 + Category.RULE),
    (UNKNOWN_OBJECT.name, "400"): Alternative(400, Resource.DEFINITION_OBJECT * 100 + Category.INVALID),
    (RECORD_PERMISSION_STATUS.name, "401"): Alternative(401, headers={"WWW-Authenticate": "Bearer"}, has_details=True),
    (BAD_JOB_ID.name, "400"): Alternative(400, Resource.JOB_ID * 100 + Category.INVALID),
}
"""By the names of an assumption and of its choice. A choice that is not listed changes nothing."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A refusal with what its status decides and what assumptions change."""

    status: int
    problem: Problem
    details: tuple[ErrorDetail, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal_response(context: RequestContext, refusal: Refusal) -> Response:
    """A refusal as the response of its request, in the form that its tenant and its version use."""
    outcome = _outcome_of(context, refusal)
    context.refusal = one_line(f"{outcome.problem.code} {outcome.problem.message}")
    response = json_response(_body_of(context, refusal, outcome), outcome.status)
    response.headers.update(outcome.headers)
    return response


def _outcome_of(context: RequestContext, refusal: Refusal) -> _Outcome:
    problem = Problem(refusal.code, context.redacted(refusal.message))
    details = tuple([_redacted(context, each) for each in refusal.details])
    if not isinstance(refusal, ZuoraError):
        return _Outcome(refusal.status, problem, details, refusal.headers)
    if refusal.category is Category.AUTHENTICATION:
        return _Outcome(401, problem, headers={"WWW-Authenticate": "Bearer"})
    alternative = _alternative_of(context, refusal)
    problem = replace(problem, code=alternative.code or problem.code)
    return _Outcome(
        alternative.status or HTTP_STATUS[refusal.category],
        problem,
        (ErrorDetail(problem),) if alternative.has_details else details,
        alternative.headers,
    )


def _redacted(context: RequestContext, detail: ErrorDetail) -> ErrorDetail:
    return replace(detail, problem=replace(detail.problem, message=context.redacted(detail.problem.message)))


def _alternative_of(context: RequestContext, refusal: ZuoraError) -> Alternative:
    """What the assumption that a refusal rests on changes in it."""
    assumption = refusal.assumption
    if assumption is None or (assumption is UNKNOWN_OBJECT and context.documents_not_found):
        return Alternative()
    choice = context.choices.of(assumption)
    context.reason = context.choices.reason(assumption)
    return ALTERNATIVES.get((assumption.name, choice), Alternative())


def _body_of(context: RequestContext, refusal: Refusal, outcome: _Outcome) -> dict[str, Any]:
    problem, details = outcome.problem, outcome.details
    if isinstance(refusal, OAuthRefusal):
        if context.choices.of(TOKEN_ERROR_BODY) == "rfc6749":
            return oauth_error_json(refusal.error, problem.message)
        return {"message": problem.message} if outcome.status == 401 else error_json(problem)
    if isinstance(refusal, ZuoraError) and refusal.category is Category.AUTHENTICATION:
        context.reason = problem.message
        if context.choices.of(UNAUTHORIZED_BODY) == "message":
            return AUTHENTICATION_ERROR
    elif context.choices.of(ERROR_BODY) == "flat":
        return error_json(problem, details)
    return reasons_json(problem, details, process_id=context.process_id, request_id=context.request_id)


def add_exception_handlers(api: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Turns every exception that leaves a route into a response."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]

    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, REFUSALS):
            raise error
        return refusal_response(context_of(request), error)

    async def not_matched(request: Request, error: Exception) -> Response:
        context = context_of(request)
        if allowed := allowed_methods(routes, context.path):
            return refusal_response(context, method_not_allowed(context.method, context.path, allowed))
        similar = similar_path(routes, context.path)
        return refusal_response(context, no_such_path(context.method, context.path, similar))

    async def disconnected(request: Request, error: Exception) -> Response:
        context_of(request).is_disconnected = True
        return Response()

    async def crashed(request: Request, error: Exception) -> Response:
        context = context_of(request)
        logger.error("request %s: %s crashed", context.request_id, context.request_line, exc_info=error)
        sentence = "The mock server has a bug; its log has the details under this request's id."
        return refusal_response(context, internal_error(sentence))

    for kind in REFUSALS:
        api.add_exception_handler(kind, refused)
    api.add_exception_handler(HTTPException, not_matched)
    api.add_exception_handler(ClientDisconnect, disconnected)
    api.add_exception_handler(Exception, crashed)
