"""Jobs and their rejected rows."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from mock_zuora.api.schemas.wire import EXAMPLE_DATE, EXAMPLE_ID, Code, Uuid, Wire

StatusName = Literal["accepted", "pending", "in_progress", "completed", "failed", "cancelled"]


class JobErrorModel(Wire):
    """Why a job failed."""

    code: Code = Field(examples=[71012560])
    message: str = Field(examples=["Service limit reached, please retry later."])


class JobModel(Wire):
    """A bulk job."""

    Id: Uuid = Field(description="The id of the job.", examples=[EXAMPLE_ID])
    CreatedById: str = Field(description="The user who submitted the job.", examples=[EXAMPLE_ID])
    CreatedDate: datetime = Field(description="When the job was submitted, in UTC.", examples=[EXAMPLE_DATE])
    UpdatedById: str = Field(description="The user who last changed the job.", examples=[EXAMPLE_ID])
    UpdatedDate: datetime = Field(description="When the job last changed, in UTC.", examples=[EXAMPLE_DATE])
    namespace: Literal["default", "com_zuora"] = Field(description="The namespace of the job's object.")
    object: str = Field(description="API name of the object.", examples=["vehicle"])
    operation: Literal["create", "update", "delete"] = Field(description="What the job does with records.")
    status: StatusName = Field(
        description="The status; `completed`, `failed` and `cancelled` are final. A `pending` job waits for its file."
    )
    processingTime: int = Field(
        ge=0, description="Milliseconds from the start of processing to its end; 0 until then.", examples=[62]
    )
    recordsProcessed: int = Field(ge=0, description="Records that were written or deleted; 0 until the job ends.")
    error: JobErrorModel | None = Field(default=None, description="Only on a job that failed.")


class JobPageModel(Wire):
    """A page of jobs, newest first."""

    jobs: list[JobModel]
    count: int = Field(ge=0, description="The number of jobs on this page.")
    cursor: str | None = Field(
        default=None,
        description="The id of the last job of this page; missing on an empty page.",
        examples=[EXAMPLE_ID],
    )


class RowErrorModel(Wire):
    """A rejected row."""

    code: Code = Field(examples=[71012523])
    message: str = Field(description="The field, its value and what was expected.")
    record: dict[str, Any] = Field(
        description="The cells of the row by column, without empty ones. In dated versions also the system fields of a "
        "record: for a create with a generated `Id`, for an update with the `Id` of the row."
    )
    row: int = Field(ge=2, description="The number of the row in the file; row 1 is the header.")


class RowErrorsModel(Wire):
    """The rejected rows of a job, in the order of its file."""

    errors: list[RowErrorModel]
