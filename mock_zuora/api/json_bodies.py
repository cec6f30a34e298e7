"""JSON bodies and query parameters: their models, and the error number of each mistake in them."""

import asyncio
import json
import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, ValidationError
from starlette.requests import Request

from mock_zuora.api.request_body import BodyLimit, body_of
from mock_zuora.api.request_context import context_of
from mock_zuora.api.responses import status_name
from mock_zuora.domain import refusals
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, Resource, ZuoraError, expected, quote, shortened
from mock_zuora.domain.fidelity import Deviation
from mock_zuora.domain.jobs.job import Operation, Status
from mock_zuora.domain.jobs.operations import EVERY_STATUS, Submission
from mock_zuora.domain.json_keys import DuplicateKeyError, reject_constant, unique_keys
from mock_zuora.domain.nesting import is_too_deep, too_deep_sentence
from mock_zuora.domain.objects.definition import MAX_NAME_LENGTH
from mock_zuora.domain.records.batch_operations import MAX_RECORDS
from mock_zuora.domain.text import invalid_text, may_have_surrogates

MAX_JSON_BYTES: Final = 5_000_000
"""(A) The reference gives no limit for JSON bodies. Parsing a longer one would keep other requests waiting."""
_LONG_BODY: Final = 128 * 1024
"""Bytes. Longer ones are parsed in a thread, while other requests are served."""
MAX_SUBMISSION_BYTES: Final = 64 * 1024
"""(A) For the body that submits a job, which is small."""

OBJECT_NAME: Final[dict[str, Any]] = {
    "minLength": 1, "maxLength": MAX_NAME_LENGTH, "pattern": r"^[^\x00-\x20/\\\x7f-\xa0]+$",
}  # fmt: skip
"""The schema of an object's name; ``is_object_name`` decides."""

MAX_PAGE: Final = 999_999_999
"""The largest page number of a list (M)."""
_PAGE_SIZE: Final = re.compile(r"\d{1,9}", re.ASCII)


class FilterCondition(BaseModel):
    """A comparison of one filterable field."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(description="API name of a filterable field, custom or system.", examples=["CreatedDate"])
    operator: Literal["EQ", "GT", "LT", "GE", "LE"] = Field(description="How the field is compared with the value.")
    value: Any = Field(
        description="What the field is compared with, in the field's own type.", examples=["2020-01-01T00:00:00.000Z"]
    )


class DeleteFilter(BaseModel):
    """Which records a delete job deletes: those that meet every condition."""

    model_config = ConfigDict(extra="forbid")

    conditions: list[FilterCondition] = Field(min_length=1, max_length=2, description="One or two conditions.")


class JobRequest(BaseModel):
    """The body of a submit."""

    model_config = ConfigDict(extra="forbid", strict=True)

    operation: Literal["create", "update", "delete"] = Field(description="What the job does with records.")
    object: str = Field(
        min_length=1,
        description="API name of the object; case-sensitive.",
        examples=["vehicle"],
        json_schema_extra=OBJECT_NAME,
    )
    namespace: Literal["default", "com_zuora"] = Field(description="Where the object is: `default` for custom objects.")
    # domain/jobs/delete_filter.py checks the filter, whose rules have error numbers of their own.
    filter: SkipValidation[DeleteFilter | None] = Field(
        default=None, description="For delete jobs: which records to delete. Without it, every record of the object."
    )


MERGE_PATCH: Final = "application/merge-patch+json"


async def json_of(request: Request, resource: Resource = Resource.JOB) -> Any:
    """The JSON document of the body. Raises ZuoraError of the resource, category 20, and ClientDisconnect."""
    content_type = context_of(request).headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        sent = f"with Content-Type {quote(content_type)}" if content_type else "without Content-Type"
        context_of(request).warn(
            Deviation.JSON_WITHOUT_CONTENT_TYPE, f"JSON was sent {sent}; expected application/json."
        )
    return await read_json(request, resource)


async def merge_patch_of(request: Request) -> Any:
    """The JSON document of a merge patch. Raises ZuoraError 71012520, and ClientDisconnect."""
    content_type = context_of(request).headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != MERGE_PATCH:
        sent = f"with Content-Type {quote(content_type)}" if content_type else "without Content-Type"
        context_of(request).warn(Deviation.PATCH_CONTENT_TYPE, f"A patch was sent {sent}; expected {MERGE_PATCH}.")
    return await read_json(request, Resource.RECORD)


async def read_json(request: Request, resource: Resource) -> Any:
    """The JSON document of the body, of any content type. Raises ZuoraError of the resource, category 20."""
    invalid = partial(ZuoraError, resource, Category.INVALID)
    max_bytes = MAX_SUBMISSION_BYTES if resource is Resource.JOB else MAX_JSON_BYTES
    too_large = partial(invalid, f"The body is larger than {max_bytes} bytes.")
    body = await body_of(request, BodyLimit(max_bytes, too_large, invalid))
    if len(body) > _LONG_BODY:
        return await asyncio.to_thread(_parsed, body, invalid)
    return _parsed(body, invalid)


def _parsed(body: bytes, invalid: Callable[[str], ZuoraError]) -> Any:
    try:
        # json.loads itself would accept bytes that are not valid in their encoding.
        text = body.decode(json.detect_encoding(body))
        document = json.loads(
            text,
            object_pairs_hook=unique_keys,
            parse_constant=reject_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except RecursionError:
        raise invalid(f"The body {too_deep_sentence()}.") from None
    except OverflowError as error:
        raise invalid(str(error)) from None
    except UnicodeDecodeError as error:
        raise invalid(f"The body is not {error.encoding.upper()}, at byte {error.start + 1}.") from None
    except DuplicateKeyError as error:
        raise invalid(f"The body is ambiguous: {error}.") from None
    except ValueError as error:
        raise invalid(f"The body is not JSON: {quote(str(error))}.") from None
    if is_too_deep(document, text):
        raise invalid(f"The body {too_deep_sentence()}.")
    if may_have_surrogates(text) and (sentence := invalid_text(document)) is not None:
        raise invalid(f"{sentence}.")
    return document


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise OverflowError(
            f"The body contains an integer of more than {sys.get_int_max_str_digits():,} digits."
        ) from None


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{shortened(text, 40)} is too large a number")
    return number


async def object_of(request: Request, allowed: tuple[str, ...], resource: Resource = Resource.RECORD) -> dict[str, Any]:
    """A JSON object with only the allowed keys. Raises ZuoraError of the resource, category 20 or 21."""
    document = await json_of(request, resource)
    if not isinstance(document, dict):
        raise ZuoraError(resource, Category.INVALID, f"The body is {quote(document)}; expected a JSON object.")
    check_keys(document, allowed, resource)
    return document


def check_keys(document: Mapping[str, Any], allowed: tuple[str, ...], resource: Resource, prefix: str = "") -> None:
    """Refuses keys that are not among the allowed ones. Raises ZuoraError of the resource, category 21."""
    for key in document:
        if key not in allowed:
            raise ZuoraError(
                resource, Category.UNKNOWN_FIELD, f"Unknown field {quote(prefix + key)}; {expected(allowed)}."
            )


def sent_records(document: Any) -> Sequence[Mapping[str, Any]]:
    """The records in the body of a request about several records, with the ids that it gives them."""
    body: dict[str, Any] = document if isinstance(document, dict) else {}
    sent = body.get("action")
    action: dict[str, Any] = sent if isinstance(sent, dict) else {}
    created, updated, ids = body.get("records"), action.get("records"), action.get("ids")
    records = [each for each in created if isinstance(each, dict)] if isinstance(created, list) else []
    if isinstance(updated, dict):
        records += [{"Id": key, **value} for key, value in updated.items() if isinstance(value, dict)]
    elif isinstance(ids, list):
        records += [{"Id": each} for each in ids]
    return records[:MAX_RECORDS]


def flag_from(document: Mapping[str, Any], key: str) -> bool:
    """A boolean of a body; false if it is missing. Raises ZuoraError 71012520."""
    flag = document.get(key)
    if flag is not None and not isinstance(flag, bool):
        raise ZuoraError(Resource.RECORD, Category.INVALID, f"{key}: {quote(flag)} is not true or false.")
    return bool(flag)


def submission_from(document: Any) -> Submission:
    """The submission of a submit's body. A null counts as a missing field (A).

    Raises ZuoraError 71013020, 71013021, and those of a missing or wrong operation, object or namespace.
    """
    if not isinstance(document, dict):
        raise refusals.request_invalid(f"The body is {quote(document)}; expected a JSON object.")
    for key in document:
        if key not in JobRequest.model_fields:
            raise refusals.field_unknown(key, tuple(JobRequest.model_fields))
    try:
        body = JobRequest.model_validate({key: value for key, value in document.items() if value is not None})
    except ValidationError as error:
        raise _first_mistake(error) from None
    return Submission(Operation(body.operation), body.namespace, body.object, body.filter)


def _first_mistake(error: ValidationError) -> ZuoraError:
    first = error.errors(include_url=False)[0]
    name, value = str(first["loc"][0]), first["input"]
    is_missing = first["type"] == "missing"
    if name == "operation":
        return refusals.operation_missing() if is_missing else refusals.operation_invalid(value)
    if name == "namespace":
        return refusals.namespace_missing() if is_missing else refusals.namespace_invalid(value)
    return refusals.object_missing() if is_missing else refusals.object_invalid(value, "the API name of an object")


# Query parameters


def page_size_from(text: str | None, default: int, maximum: int, resource: Resource = Resource.JOB) -> int:
    """The ``pageSize`` of a list. Raises ZuoraError of the resource, category 20."""
    if text is None:
        return default
    if not _PAGE_SIZE.fullmatch(text) or not 1 <= int(text) <= maximum:
        raise ZuoraError(
            resource,
            Category.INVALID,
            f"pageSize: {quote(text)} is not valid; expected an integer from 1 to {maximum}.",
        )
    return int(text)


def page_from(text: str, resource: Resource) -> int:
    """The ``page`` of a list. Raises ZuoraError of the resource, category 20."""
    if not _PAGE_SIZE.fullmatch(text) or not 1 <= int(text) <= MAX_PAGE:
        raise ZuoraError(
            resource, Category.INVALID, f"page: {quote(text)} is not valid; expected an integer from 1 to {MAX_PAGE}."
        )
    return int(text)


def statuses_from(text: str | None, choices: Choices) -> frozenset[Status]:
    """The ``status`` that a list filters by; by default every status.

    Raises ZuoraError 71013020.
    """
    if text is None:
        return EVERY_STATUS
    if text != Status.ACCEPTED and text in tuple(Status):
        return frozenset({Status(text)})
    if text in (Status.ACCEPTED, "open") and text == status_name(Status.ACCEPTED, choices):
        return frozenset({Status.ACCEPTED})
    names = ", ".join(status_name(each, choices) for each in Status)
    raise refusals.request_invalid(f"status: {quote(text)} is not valid; expected one of {names}.")
