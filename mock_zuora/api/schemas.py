"""The answers' models, for the document only: ``shapes`` writes them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

StatusName = Literal["accepted", "pending", "in_progress", "completed", "failed", "cancelled"]


class JobError(BaseModel):
    """Why a job failed."""

    code: int = Field(examples=[71012560])
    message: str = Field(examples=["Service limit reached, please retry later."])


class Job(BaseModel):
    """A bulk job."""

    Id: UUID
    CreatedById: UUID = Field(description="The user who submitted the job.")
    CreatedDate: datetime
    UpdatedById: UUID = Field(description="The user who changed the job last.")
    UpdatedDate: datetime
    namespace: Literal["default", "com_zuora"]
    object: str
    operation: Literal["create", "update", "delete"]
    status: StatusName
    processingTime: int = Field(description="Milliseconds from the start of processing to its end; 0 until then.")
    recordsProcessed: int = Field(description="How many records were written or deleted; 0 until the job ends.")
    error: JobError | None = Field(default=None, description="Only on a job that failed.")


class JobPage(BaseModel):
    """A page of jobs, newest first."""

    jobs: list[Job]
    count: int = Field(description="How many jobs are on this page.")
    cursor: UUID | None = Field(default=None, description="The last job of this page; not there on an empty one.")


class RowError(BaseModel):
    """A rejected row."""

    code: int = Field(examples=[71012520])
    message: str
    record: dict[str, Any] = Field(description="What the row said.")
    row: int = Field(description="Its number in the file; row 1 is the header.")


class RowErrors(BaseModel):
    """The rejected rows of a job."""

    errors: list[RowError]


class Record(BaseModel, extra="allow"):
    """A record: its system fields, and its custom fields that have a value."""

    Id: UUID
    CreatedById: UUID
    CreatedDate: datetime
    UpdatedById: UUID
    UpdatedDate: datetime
    type: str
    version: int


class RecordPage(BaseModel):
    """A page of records."""

    records: list[Record]
    count: int


class TokenAnswer(BaseModel):
    """An access token."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Seconds until the token ends.", examples=[3598])
    scope: str
    jti: str


class RefusedRecord(BaseModel):
    """A record that was refused."""

    code: int = Field(examples=[71012523])
    message: str
    record: dict[str, Any]


class RecordsError(BaseModel):
    """The records that were refused, of a call that takes partial success."""

    code: int = Field(examples=[71012520])
    message: str
    details: list[RefusedRecord]


class RecordBatch(BaseModel):
    """What came of creating records."""

    records: list[Record]
    error: RecordsError | None = Field(default=None, description="Only if records were refused.")


class BatchAnswer(BaseModel):
    """What came of a batch; empty if all of it was done."""

    error: RecordsError | None = Field(default=None, description="Only if records were refused.")


class Definition(BaseModel):
    """A custom object."""

    Id: UUID
    CreatedById: UUID
    CreatedDate: datetime
    UpdatedById: UUID
    UpdatedDate: datetime
    type: str = Field(description="API name of the object.")
    # The attribute cannot be called "schema": pydantic's own method is.
    document: dict[str, Any] = Field(alias="schema", description="The object's JSON schema.")


class DefinitionList(BaseModel):
    """Custom objects by name."""

    definitions: dict[str, Definition]
    count: int


class Migration(BaseModel):
    """The action that was carried out."""

    actions: list[dict[str, Any]] = Field(min_length=1, max_length=1)
