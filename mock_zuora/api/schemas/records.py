"""Records, and requests about several of them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from mock_zuora.api.schemas.wire import EXAMPLE_DATE, EXAMPLE_ID, ClosedWire, Code, Uuid, Wire
from mock_zuora.domain.records.batch_operations import MAX_RECORDS


class RecordModel(Wire, extra="allow"):
    """A record: its system fields, and each of its custom fields that has a value."""

    Id: Uuid = Field(description="The id that the service gave to the record.", examples=[EXAMPLE_ID])
    CreatedById: str = Field(description="The user who created the record.", examples=[EXAMPLE_ID])
    CreatedDate: datetime = Field(description="When the record was created, in UTC.", examples=[EXAMPLE_DATE])
    UpdatedById: str = Field(description="The user who changed the record last.", examples=[EXAMPLE_ID])
    UpdatedDate: datetime = Field(description="When the record last changed, in UTC.", examples=[EXAMPLE_DATE])
    type: str = Field(description="API name of the record's object.", examples=["vehicle"])
    version: int | None = Field(
        default=None, ge=1, description="Counts the record's changes. Dated versions of the API do not have it."
    )


class CustomFieldsModel(Wire, extra="allow"):
    """Values of custom fields by API name, each of its field's own type; null clears a field."""


class RecordPageModel(Wire):
    """A page of records."""

    records: list[RecordModel]
    count: int = Field(ge=0, description="The number of records that match the query, on all pages.")


RecordCode = Literal[71012520, 71012521, 71012522, 71012523, 71012524, 71012525, 71012526, 71012530, 71012540]


class RefusedRecordModel(Wire):
    """A refused record."""

    code: RecordCode = Field(description="The kind of mistake.")
    message: str = Field(description="The field, its value and what was expected.")
    record: dict[str, Any] = Field(description="The record as it was sent, with its id.")


class RecordsErrorModel(Wire):
    """The refused records of a request that allows partial success."""

    code: Code = Field(examples=[71012520])
    message: str
    details: list[RefusedRecordModel]


class RecordsRequestModel(ClosedWire):
    """The records to create."""

    records: list[CustomFieldsModel] = Field(min_length=1, max_length=MAX_RECORDS)
    allowPartialSuccess: bool | None = Field(
        default=False, description="Whether valid records are created if others are refused; by default all or none."
    )


class RecordBatchModel(Wire):
    """The result of creating records."""

    records: list[RecordModel]
    unprocessedRecords: list[dict[str, Any]] | None = Field(
        default=None, max_length=0, description="Always empty, and only in dated versions of the API."
    )
    error: RecordsErrorModel | None = Field(default=None, description="Only if records were refused.")


class BatchActionModel(ClosedWire):
    """An action on records: a delete names `ids`, an update has `records`."""

    type: Literal["delete", "update"]
    ids: list[Uuid] | None = Field(default=None, min_length=1, max_length=MAX_RECORDS, description="Records to delete.")
    records: dict[str, CustomFieldsModel] | None = Field(default=None, description="The changed values by record id.")
    allowPartialSuccess: bool | None = Field(
        default=False, description="Whether valid records are updated if others are refused; by default all or none."
    )


class BatchRequestModel(ClosedWire):
    """One action on several records."""

    action: BatchActionModel


class BatchResultModel(Wire):
    """The result of a batch; empty if every record was accepted."""

    error: RecordsErrorModel | None = Field(default=None, description="Only if records were refused.")
