"""Types shared by the models of the OpenAPI document."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

CODE_EXAMPLE = 71013040
EXAMPLE_ID = "5112347a-f7a1-4373-99df-c082984de7be"
EXAMPLE_DATE = "2021-03-10T00:05:54.207Z"

Uuid = Annotated[UUID, Field(json_schema_extra={"minLength": 36, "maxLength": 36})]

Code = Annotated[
    int,
    Field(
        ge=10_000_000,
        le=99_999_999,
        description="Eight digits: six say which resource the mistake is in, two what kind of mistake it is.",
    ),
]


class Wire(BaseModel):
    """A body. Its validator is never built: nobody validates with it."""

    model_config = ConfigDict(defer_build=True)


class ClosedWire(BaseModel):
    """The body of a request in which an unknown key is refused."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
