"""The bodies of refusals: one for the versions before 2024-05-20, one since, and OAuth's own."""

from typing import Literal

from pydantic import Field

from mock_zuora.api.schemas.records import RefusedRecordModel
from mock_zuora.api.schemas.wire import CODE_EXAMPLE, EXAMPLE_ID, Code, Uuid, Wire


class ErrorModel(Wire):
    """A refusal, in the versions before 2024-05-20."""

    code: Code = Field(examples=[CODE_EXAMPLE])
    message: str = Field(description="Which field has which value, and what was expected.")
    details: list[RefusedRecordModel] | None = Field(
        default=None, description="The records that were refused; only of a call about several records."
    )


class ReasonModel(Wire):
    """What is wrong."""

    code: Code = Field(examples=[CODE_EXAMPLE])
    message: str = Field(description="Which field has which value, and what was expected.")


class ErrorSince2024Model(Wire):
    """A refusal, in version 2024-05-20 and those after it."""

    success: Literal[False]
    processId: str = Field(description="Names the process that refused the call.", examples=["9C4F08D0A1B2C3D4"])
    requestId: Uuid = Field(description="The same as the `Zuora-Request-Id` header.", examples=[EXAMPLE_ID])
    reasons: list[ReasonModel] = Field(min_length=1)
    details: list[RefusedRecordModel] | None = Field(
        default=None, description="The records that were refused; only of a call about several records."
    )


class OAuthErrorModel(Wire):
    """A refusal of the token endpoint, in the words of RFC 6749."""

    error: Literal["invalid_client", "invalid_request", "unsupported_grant_type"]
    error_description: str
