"""The error responses of the document: one per status, with an example."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mock_zuora.api import errors as api_errors
from mock_zuora.api.errors import AUTHENTICATION_ERROR, HTTP_STATUS, HttpRefusal, OAuthRefusal
from mock_zuora.api.openapi import headers
from mock_zuora.api.responses import error_json
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category, ErrorDetail, Problem, Resource, ZuoraError

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
}
"""What each status means, and the refusal that its example shows."""
OF_RECORDS: Final[Mapping[int, tuple[str, ZuoraError]]] = {
    401: (
        "The access token is missing or not valid, or the user lacks a permission.",
        refusals.record_permission_denied(Category.CREATE_DENIED, "create"),
    ),
    500: (
        "The service cannot process the records now; try again later.",
        ZuoraError(Resource.RECORD, Category.RETRYABLE, "Service limit reached, please retry later."),
    ),
}
"""The statuses with ``details`` in requests about several records only."""
_TOKEN_ERRORS: Final[Mapping[int, OAuthRefusal]] = {
    400: OAuthRefusal(400, "invalid_request", "client_id: expected exactly one value in the form."),
    401: OAuthRefusal(401, "invalid_client", "client_id 'my-client' is not known here, or its client_secret is wrong."),
}


def error_response(status: int) -> dict[str, Any]:
    """The response of a status, the same for every operation that needs an access token."""
    meaning, refusal = MEANINGS[status]
    if isinstance(refusal, ZuoraError):
        assert_status(refusal, status)
    names = (*headers.IN_EVERY_RESPONSE, *headers.BY_STATUS.get(status, ()))
    example = AUTHENTICATION_ERROR if status == 401 else error_json(Problem(refusal.code, refusal.message))
    return _response(status, meaning, names, example)


def records_error_response(status: int) -> dict[str, Any]:
    """The response of a status to a request about several records, where it differs from that of others."""
    meaning, refusal = OF_RECORDS[status]
    names = (*headers.IN_EVERY_RESPONSE, *headers.BY_STATUS.get(status, ()))
    problem = Problem(refusal.code, refusal.message)
    response = _response(status, meaning, names, error_json(problem, (ErrorDetail(problem),)))
    [media] = response["content"].values()
    if status == 401:
        media["schema"] = _reference("RecordsAuthorizationError")
    return response


def token_error_response(status: int) -> dict[str, Any]:
    """The response of a status to a token request."""
    meaning, usual = MEANINGS[status]
    refusal = _TOKEN_ERRORS.get(status, usual)
    names = (*headers.IN_TOKEN_RESPONSES, *(headers.BY_STATUS[429] if status == 429 else ()))
    problem = Problem(refusal.code, refusal.message)
    return _response(status, meaning, names, {"message": problem.message} if status == 401 else error_json(problem))


def _response(status: int, meaning: str, names: Iterable[str], example: Mapping[str, Any]) -> dict[str, Any]:
    schema = "AuthenticationError" if status == 401 else "Error"
    return {
        "description": meaning,
        "headers": headers.references(names),
        "content": {
            "application/json": {
                "schema": _reference(schema),
                "examples": {"error": {"value": example}},
            }
        },
    }


def _reference(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}


def assert_status(refusal: ZuoraError, status: int) -> None:
    """Raises ValueError if a refusal is not of that status: the table above would be wrong."""
    if HTTP_STATUS[refusal.category] != status:
        raise ValueError(f"{refusal.code} is a {HTTP_STATUS[refusal.category]}, not a {status}")
