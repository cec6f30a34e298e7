"""Records, and the calls about several of them."""

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
    version: int = Field(ge=1, description="Counts the record's changes; its ETag is made of it.")


class CustomFieldsModel(Wire, extra="allow"):
    """Values of custom fields by API name, each of its field's own type; null clears a field."""


class RecordPageModel(Wire):
    """A page of records."""

    records: list[RecordModel]
    count: int = Field(ge=0, description="How many records the query finds in all.")


RecordCode = Literal[71012520, 71012521, 71012522, 71012523, 71012524, 71012525, 71012526, 71012530, 71012540]


class RefusedRecordModel(Wire):
    """A record that was refused."""

    code: RecordCode = Field(description="What kind of mistake the record has.")
    message: str = Field(description="Which field has which value, and what was expected.")
    record: dict[str, Any] = Field(description="The record as it was sent, with its id.")


class RecordsErrorModel(Wire):
    """The records that were refused, of a call that takes partial success."""

    code: Code = Field(examples=[71012520])
    message: str
    details: list[RefusedRecordModel]


class RecordsRequestModel(ClosedWire):
    """The records to create."""

    records: list[CustomFieldsModel] = Field(min_length=1, max_length=MAX_RECORDS)
    allowPartialSuccess: bool | None = Field(
        default=False, description="Whether good records are created when others are refused; otherwise all or none."
    )


class RecordBatchModel(Wire):
    """What came of creating records."""

    records: list[RecordModel]
    error: RecordsErrorModel | None = Field(default=None, description="Only if records were refused.")


class BatchActionModel(ClosedWire):
    """What to do with which records: `ids` says it for a delete, `records` for an update."""

    type: Literal["delete", "update"]
    ids: list[Uuid] | None = Field(default=None, min_length=1, max_length=MAX_RECORDS, description="Records to delete.")
    records: dict[str, CustomFieldsModel] | None = Field(
        default=None, description="What to change, by the ids of the records."
    )
    allowPartialSuccess: bool | None = Field(
        default=False, description="Whether good records are updated when others are refused; otherwise all or none."
    )


class BatchRequestModel(ClosedWire):
    """One action on several records."""

    action: BatchActionModel


class BatchAnswerModel(Wire):
    """What came of a batch; empty if all of it was done."""

    error: RecordsErrorModel | None = Field(default=None, description="Only if records were refused.")
