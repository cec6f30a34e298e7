"""The error responses of the document: one per status, with one example in each error format."""

from collections.abc import Mapping
from typing import Any, Final

from mock_zuora.api import errors as api_errors
from mock_zuora.api.errors import HTTP_STATUS, HttpRefusal
from mock_zuora.api.openapi import headers
from mock_zuora.api.responses import error_json, oauth_error_json
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE, ErrorFormat
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category, Problem, Resource, ZuoraError

FIRST_DATED_VERSION: Final = next(name for name, row in TABLE.items() if row.error_format is ErrorFormat.REASONS)
"""The first version with the error format of the second example."""
_PROCESS_ID: Final = "9C4F08D0A1B2C3D4"
_ERRORS: Final = ({"$ref": "#/components/schemas/Error"}, {"$ref": "#/components/schemas/ErrorSince2024"})

MEANINGS: Final[Mapping[int, tuple[str, ZuoraError | HttpRefusal]]] = {
    400: ("The request breaks a rule.", refusals.operation_invalid("upsert")),
    401: (
        "The access token is missing or not valid.",
        refusals.not_authenticated(
            "Authorization: the header is missing or not 'Bearer <token>'; get a token from POST /oauth/token."
        ),
    ),
    403: (
        "The user lacks a permission, or the tenant does not list an entity.",
        refusals.permission_denied(Category.UPDATE_DENIED, "update"),
    ),
    404: ("There is no such thing.", refusals.job_not_found(EXAMPLE_ID)),
    405: ("The path does not support this method.", api_errors.method_not_allowed("POST", "/objects/jobs/a", "GET")),
    409: ("The first request with this idempotency key is still running.", api_errors.key_in_use("order-4711")),
    412: ("`If-Match` names another version of the record.", api_errors.version_mismatch('"1"')),
    422: (
        "The idempotency key belongs to another request.",
        api_errors.key_belongs_to_another_request("order-4711"),
    ),
    429: ("The rate limit of the tenant is exceeded.", api_errors.rate_limit_exceeded(17)),
    500: (
        "The service cannot process the request now; try again later.",
        ZuoraError(Resource.RECORD, Category.RETRYABLE, "Service limit reached, please retry later."),
    ),
}
"""What each status means, and the refusal that its example shows."""
_TOKEN_ERRORS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("invalid_request", "client_id: expected exactly one value in the form."),
    401: ("invalid_client", "client_id 'my-client' is not known here, or its client_secret is wrong."),
}


def error_response(status: int) -> dict[str, Any]:
    """The response of a status, the same for every operation that needs an access token."""
    meaning, refusal = MEANINGS[status]
    if isinstance(refusal, ZuoraError):
        problem = refusal.problem
        assert_status(refusal, status)
    else:
        problem = Problem(refusal.code, refusal.message)
    return {
        "description": meaning,
        "headers": headers.references((*headers.IN_EVERY_RESPONSE, *headers.BY_STATUS.get(status, ()))),
        "content": {"application/json": {"schema": {"anyOf": list(_ERRORS)}, "examples": _examples(problem)}},
    }


def token_error_response(status: int) -> dict[str, Any]:
    """The response of a status to a token request: in the terms of RFC 6749, except for the rate limit."""
    names = (*headers.IN_TOKEN_RESPONSES, *(headers.BY_STATUS[429] if status == 429 else ()))
    meaning, refusal = MEANINGS[status]
    if status in _TOKEN_ERRORS:
        options: list[dict[str, Any]] = [{"$ref": "#/components/schemas/OAuthError"}]
        examples: dict[str, Any] = {"oauth": {"value": oauth_error_json(*_TOKEN_ERRORS[status])}}
    else:
        options, examples = [], {}
    if status != 401:
        options += _ERRORS
    if status == 429:
        problem = refusal.problem if isinstance(refusal, ZuoraError) else Problem(refusal.code, refusal.message)
        examples |= _examples(problem)
    schema = options[0] if len(options) == 1 else {"anyOf": options}
    return {
        "description": meaning,
        "headers": headers.references(names),
        "content": {"application/json": {"schema": schema, "examples": examples}},
    }


def assert_status(refusal: ZuoraError, status: int) -> None:
    """Raises ValueError if a refusal is not of that status: the table above would be wrong."""
    if HTTP_STATUS[refusal.category] != status:
        raise ValueError(f"{refusal.code} is a {HTTP_STATUS[refusal.category]}, not a {status}")


def _examples(problem: Problem) -> dict[str, Any]:
    return {
        version: {
            "summary": f"Zuora-Version {version}",
            "value": error_json(problem, TABLE[version], process_id=_PROCESS_ID, request_id=EXAMPLE_ID),
        }
        for version in (DEFAULT_VERSION, FIRST_DATED_VERSION)
    }
