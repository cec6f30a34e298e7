"""Named constructors for every documented error of the API, one per mistake."""

from collections.abc import Sequence

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue.jobs import BAD_JOB_ID, DELETE_WITHOUT_FILTER, JOB_LIMIT, WRONG_STATUS
from mock_zuora.domain.assumptions.catalogue.objects import UNKNOWN_OBJECT
from mock_zuora.domain.assumptions.catalogue.records import RECORD_PERMISSION_STATUS
from mock_zuora.domain.errors import Category, ErrorDetail, Resource, ZuoraError, expected, quote
from mock_zuora.domain.ids import is_uuid

RECORDS_INVALID = "The request has records that their object's definition does not allow; 'details' lists them and why."


# Requests


def not_authenticated(message: str) -> ZuoraError:
    return ZuoraError(Resource.CREDENTIALS, Category.AUTHENTICATION, message)


def permission_denied(category: Category, verb: str) -> ZuoraError:
    return ZuoraError(Resource.RECORD, category, f"User does not have permission to {verb} custom objects.")


def record_permission_denied(category: Category, verb: str) -> ZuoraError:
    """The refusal of ``POST /objects/records/…`` and ``POST /objects/batch/…``."""
    message = permission_denied(category, verb).message
    return ZuoraError(Resource.RECORD, category, message, assumption=RECORD_PERMISSION_STATUS)


def request_invalid(message: str) -> ZuoraError:
    return ZuoraError(Resource.JOB, Category.INVALID, message)


def field_unknown(name: str, allowed: Sequence[str]) -> ZuoraError:
    return ZuoraError(Resource.JOB, Category.UNKNOWN_FIELD, f"Unknown field {quote(name)}; {expected(allowed)}.")


def internal_error(message: str) -> ZuoraError:
    return ZuoraError(Resource.JOB, Category.INTERNAL, message)


# Jobs


def job_not_found(job_id: str) -> ZuoraError:
    message = f"Job not found for id {quote(job_id)}."
    return ZuoraError(Resource.JOB, Category.NOT_FOUND, message, assumption=None if is_uuid(job_id) else BAD_JOB_ID)


def too_many_jobs(limit: int) -> ZuoraError:
    return ZuoraError(
        Resource.JOB,
        Category.RULE,
        f"The tenant already has {limit} bulk jobs in accepted, pending or in_progress status, which is the concurrent "
        "bulk job limit; wait until one ends, or cancel one that is accepted or pending.",
        assumption=JOB_LIMIT,
    )


def cursor_unknown(cursor: str) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_ID,
        Category.INVALID,
        f"cursor: {quote(cursor)} is not the id of a job; expected the 'cursor' of the previous page.",
    )


def operation_missing() -> ZuoraError:
    return ZuoraError(
        Resource.JOB_OPERATION, Category.MISSING, "operation is missing; expected one of create, update, delete."
    )


def operation_invalid(value: object) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_OPERATION,
        Category.INVALID,
        f"operation: {quote(value)} is not valid; expected one of create, update, delete.",
    )


def object_missing() -> ZuoraError:
    return ZuoraError(
        Resource.DEFINITION_OBJECT, Category.MISSING, "object is missing; expected the API name of an object."
    )


def object_invalid(value: object, expectation: str) -> ZuoraError:
    return ZuoraError(
        Resource.DEFINITION_OBJECT, Category.INVALID, f"object: {quote(value)} is not valid; expected {expectation}."
    )


def object_not_found(name: str) -> ZuoraError:
    return ZuoraError(
        Resource.DEFINITION,
        Category.NOT_FOUND,
        f"object: no custom object {quote(name)} is defined in this tenant; names are case-sensitive.",
        assumption=UNKNOWN_OBJECT,
    )


def namespace_missing() -> ZuoraError:
    return ZuoraError(
        Resource.DEFINITION_NAMESPACE, Category.MISSING, "namespace is missing; expected one of default, com_zuora."
    )


def namespace_invalid(value: object) -> ZuoraError:
    return ZuoraError(
        Resource.DEFINITION_NAMESPACE,
        Category.INVALID,
        f"namespace: {quote(value)} is not valid; expected one of default, com_zuora.",
    )


def wrong_status(status: str, what: str, allowed: str) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_FILE,
        Category.INVALID,
        f"status: the job is '{status}'; {what} only while it is {allowed}.",
        assumption=WRONG_STATUS,
    )


def delete_takes_no_file() -> ZuoraError:
    return ZuoraError(
        Resource.JOB_OPERATION,
        Category.RULE,
        "The job's operation is 'delete', which does not accept a file; expected a job whose operation is create or "
        "update.",
    )


# Delete filters


def filter_not_allowed(operation: str) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_FILTER,
        Category.RULE,
        f"filter belongs to delete jobs only; this job's operation is '{operation}'.",
    )


def filter_invalid(message: str) -> ZuoraError:
    return ZuoraError(Resource.JOB_FILTER, Category.INVALID, message)


def filter_missing() -> ZuoraError:
    return ZuoraError(
        Resource.JOB_FILTER,
        Category.MISSING,
        "filter is missing; expected the records to delete, as an object with 'conditions'.",
        assumption=DELETE_WITHOUT_FILTER,
    )


def conditions_missing() -> ZuoraError:
    return ZuoraError(
        Resource.JOB_CONDITIONS, Category.MISSING, "filter.conditions is missing; expected a list of 1 or 2 conditions."
    )


def conditions_count(count: int) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_CONDITIONS, Category.RULE, f"filter.conditions has {count} conditions; expected 1 or 2."
    )


def condition_invalid(message: str, assumption: Assumption | None = None) -> ZuoraError:
    return ZuoraError(Resource.JOB_CONDITIONS, Category.INVALID, message, assumption=assumption)


def condition_field_unknown(message: str) -> ZuoraError:
    return ZuoraError(Resource.JOB_CONDITIONS, Category.UNKNOWN_FIELD, message)


def condition_not_filterable(field: str, object_name: str, assumption: Assumption | None = None) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_CONDITIONS,
        Category.RULE,
        f"Field [{field}] of object '{object_name}' is not filterable; filters accept filterable fields only.",
        assumption=assumption,
    )


# Uploaded files


def file_invalid(message: str, assumption: Assumption | None = None) -> ZuoraError:
    return ZuoraError(Resource.JOB_FILE, Category.INVALID, message, assumption=assumption)


def file_too_large(limit: int, assumption: Assumption | None = None) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_FILE,
        Category.RULE,
        f"The file is larger than 15 MB; expected at most {limit} bytes, counted after gunzip.",
        assumption=assumption,
    )


def column_unknown(message: str) -> ZuoraError:
    return ZuoraError(Resource.JOB_HEADERS, Category.UNKNOWN_FIELD, message)


def id_column_missing() -> ZuoraError:
    return ZuoraError(
        Resource.JOB_HEADERS,
        Category.MISSING,
        "The header row has no 'id' column; an update file needs one to name the record of each row.",
    )


def column_duplicate(name: str) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_HEADERS, Category.INVALID, f"Column {quote(name)} appears in the header row more than once."
    )


def column_of_system(name: str, operation: str) -> ZuoraError:
    return ZuoraError(
        Resource.JOB_HEADERS,
        Category.RULE,
        f"Column {quote(name)} is a system field, which a file for operation '{operation}' cannot set.",
    )


# Records and rows


def record_not_found(record_id: str, object_name: str) -> ZuoraError:
    return ZuoraError(
        Resource.RECORD,
        Category.NOT_FOUND,
        f"Record not found for id {quote(record_id)} in object '{object_name}'.",
    )


def record_invalid(category: Category, message: str, assumption: Assumption | None = None) -> ZuoraError:
    return ZuoraError(Resource.RECORD, category, message, assumption=assumption)


def record_query_invalid(
    message: str, category: Category = Category.INVALID, assumption: Assumption | None = None
) -> ZuoraError:
    return ZuoraError(Resource.RECORD_QUERY, category, message, assumption=assumption)


def record_ids_invalid(message: str) -> ZuoraError:
    return ZuoraError(Resource.RECORD_IDS, Category.INVALID, message)


def records_invalid(details: tuple[ErrorDetail, ...], assumption: Assumption | None = None) -> ZuoraError:
    """Refuses a request about several records, none of which was written. ``details`` lists the invalid ones."""
    return ZuoraError(Resource.RECORD, Category.INVALID, RECORDS_INVALID, details, assumption)
