"""ETag and If-Match: the version of a record, so that a client does not overwrite a change it has not seen."""

from mock_zuora.api.request_context import RequestContext
from mock_zuora.domain.records.operations import Precondition
from mock_zuora.domain.records.record import Record


def etag_of(record: Record) -> str:
    """The ETag of a record: its version, quoted."""
    return f'"{record.version}"'


def precondition_of(context: RequestContext) -> Precondition | None:
    """The condition of the If-Match header; None without one. ``*`` accepts any version."""
    text = context.headers.get("if-match")
    if text is None:
        return None
    expected = {each.strip().removeprefix("W/") for each in text.split(",")}

    def holds(record: Record | None) -> bool:
        return record is not None and ("*" in expected or etag_of(record) in expected)

    return holds
