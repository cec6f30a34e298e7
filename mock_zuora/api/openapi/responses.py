"""The error responses of the document. Operations whose example of a status is the same share one component."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mock_zuora.api.errors import AUTHENTICATION_ERROR, HTTP_STATUS, Refusal
from mock_zuora.api.openapi import headers
from mock_zuora.api.openapi.error_examples import MEANINGS, OF_OPERATIONS, USUAL
from mock_zuora.api.responses import error_json
from mock_zuora.domain.assumptions.catalogue.records import RECORD_PERMISSION_STATUS
from mock_zuora.domain.errors import ErrorDetail, Problem, ZuoraError

_COMPONENTS: Final = "#/components/responses/"


def operation_responses(operation_id: str, statuses: Iterable[int], not_allowed: Refusal) -> dict[str, Any]:
    """The error responses of an operation that needs an access token, by status."""
    own = {status: refusal for (name, status), refusal in OF_OPERATIONS.items() if name == operation_id}
    own[405] = not_allowed
    return {
        str(status): _response_of(status, own[status]) if status in own else {"$ref": f"{_COMPONENTS}Status{status}"}
        for status in statuses
    }


def token_responses(operation_id: str, statuses: Iterable[int]) -> dict[str, Any]:
    """The error responses of the operation that issues access tokens, by status."""
    return {str(status): _token_response(status, OF_OPERATIONS.get((operation_id, status))) for status in statuses}


def shared_responses() -> dict[str, Any]:
    """The components: the responses of the usual examples, by name."""
    return {f"Status{status}": _response_of(status, refusal) for status, refusal in USUAL.items()}


def _response_of(status: int, refusal: Refusal) -> dict[str, Any]:
    names = (*headers.IN_EVERY_RESPONSE, *headers.BY_STATUS.get(status, ()))
    if isinstance(refusal, ZuoraError) and refusal.assumption is RECORD_PERMISSION_STATUS:
        # Two operations refuse a missing permission and a missing token with the same status (D).
        problem = Problem(refusal.code, refusal.message)
        return _response(status, names, error_json(problem, (ErrorDetail(problem),)), "RecordsAuthorizationError")
    if isinstance(refusal, ZuoraError):
        assert_status(refusal, status)
    return _response(status, names, AUTHENTICATION_ERROR if status == 401 else _body_of(refusal))


def _token_response(status: int, own: Refusal | None) -> dict[str, Any]:
    refusal = own or USUAL[status]
    names = (*headers.IN_TOKEN_RESPONSES, *headers.BY_STATUS.get(status, ()))
    return _response(status, names, {"message": refusal.message} if status == 401 else _body_of(refusal))


def _body_of(refusal: Refusal) -> dict[str, Any]:
    details = refusal.details if isinstance(refusal, ZuoraError) else ()
    return error_json(Problem(refusal.code, refusal.message), details)


def _response(
    status: int, names: Iterable[str], example: Mapping[str, Any], schema: str | None = None
) -> dict[str, Any]:
    schema = schema or ("AuthenticationError" if status == 401 else "Error")
    return {
        "description": MEANINGS[status],
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
    """Raises ValueError if a refusal is not of that status: the table of examples would be wrong."""
    if HTTP_STATUS[refusal.category] != status:
        raise ValueError(f"{refusal.code} is a {HTTP_STATUS[refusal.category]}, not a {status}")
