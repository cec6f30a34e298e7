"""The responses of an operation: its success, and each status that it can be refused with, with examples."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel

from mock_zuora.api.errors import STATUS
from mock_zuora.api.openapi import headers
from mock_zuora.api.openapi.models import schema_of
from mock_zuora.api.openapi.operation_docs import Facts, Failure
from mock_zuora.api.openapi.shared_refusals import OF_EVERY_CALL, OF_POST_AND_PATCH
from mock_zuora.api.pipeline.idempotency import METHODS
from mock_zuora.api.responses import error_json
from mock_zuora.api.routes.oauth import OAuthRefusal, refusal_json
from mock_zuora.api.schemas.errors import Error, ErrorSince2024, OAuthError
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE, ErrorFormat
from mock_zuora.domain.errors import Problem, ZuoraError

FIRST_OF_2024: Final = next(
    version for version, profile in TABLE.items() if profile.error_format is ErrorFormat.REASONS
)
"""The version whose envelope the second example of each refusal shows."""
_PROCESS_ID: Final = "9C4F08D0A1B2C3D4"
_MEANING: Final = {
    400: "The call breaks a rule.",
    401: "No token, or one that is not good.",
    403: "The user or the tenant may not do this.",
    404: "There is no such thing.",
    405: "The path does not take this method.",
    409: "The first call with this idempotency key is still running.",
    412: "The record is not in the version that `If-Match` names.",
    422: "The idempotency key belongs to another call.",
    429: "The tenant's calls are used up for now.",
    500: "The service cannot do it now; try again later.",
}


def success_response(facts: Facts, *, is_token: bool) -> dict[str, Any]:
    """The response of a success, with its links."""
    media = {"schema": schema_of(facts.answer), "example": facts.example}
    made: dict[str, Any] = {
        "description": facts.success,
        "headers": _header_refs((*_every(is_token=is_token), *facts.answer_headers)),
        "content": {"application/json": media},
    }
    if facts.links:
        made["links"] = {
            name: {
                "operationId": link.operation_id,
                "parameters": dict(link.parameters),
                "description": link.description,
            }
            for name, link in facts.links.items()
        }
    return made


def error_responses(
    method: str, operation: Mapping[str, Any], facts: Facts, *, is_token: bool
) -> dict[str, dict[str, Any]]:
    """A response for each status that the operation can be refused with."""
    failures = dict(facts.failures) if is_token else {**OF_EVERY_CALL, **facts.failures}
    if any(each["in"] == "query" for each in operation.get("parameters", ())):
        del failures["parameter_unknown"]
    if not is_token and method.upper() in METHODS:
        failures |= OF_POST_AND_PATCH
    by_status: dict[int, dict[str, Failure]] = {}
    for name, failure in failures.items():
        by_status.setdefault(_status_of(failure), {})[name] = failure
    return {str(status): _error(status, by_status[status], is_token=is_token) for status in sorted(by_status)}


def _error(status: int, failures: Mapping[str, Failure], *, is_token: bool) -> dict[str, Any]:
    examples: dict[str, Any] = {}
    for name, failure in failures.items():
        examples |= _examples(name, failure)
    models: dict[type[BaseModel], None] = {}
    for failure in failures.values():
        models |= dict.fromkeys((OAuthError,) if isinstance(failure, OAuthRefusal) else (Error, ErrorSince2024))
    options = [schema_of(model) for model in models]
    names = (*_every(is_token=is_token), *(() if is_token and status == 401 else headers.BY_STATUS.get(status, ())))
    return {
        "description": _MEANING[status],
        "headers": _header_refs(names),
        "content": {
            "application/json": {
                "schema": options[0] if len(options) == 1 else {"anyOf": options},
                "examples": examples,
            }
        },
    }


def _examples(name: str, failure: Failure) -> dict[str, Any]:
    """The bodies of a refusal: one in each envelope; OAuth's is the same in every version."""
    if isinstance(failure, OAuthRefusal):
        return {name: {"value": refusal_json(failure)}}
    if isinstance(failure, ZuoraError):
        problem, details = failure.problem, failure.details
    else:
        problem, details = Problem(failure.code, failure.message), ()
    return {
        f"{name}-{version}": {
            "summary": f"{problem.code}, Zuora-Version {version}",
            "value": error_json(
                problem, TABLE[version], process_id=_PROCESS_ID, request_id=EXAMPLE_ID, details=details
            ),
        }
        for version in (DEFAULT_VERSION, FIRST_OF_2024)
    }


def _status_of(failure: Failure) -> int:
    return STATUS[failure.category] if isinstance(failure, ZuoraError) else failure.status


def _every(*, is_token: bool) -> tuple[str, ...]:
    return headers.IN_TOKEN_ANSWERS if is_token else headers.IN_EVERY_ANSWER


def _header_refs(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
