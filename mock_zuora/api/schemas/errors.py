"""The bodies of errors: those of versions before 2024-05-20, those since, and those of token requests."""

from typing import Literal

from pydantic import Field

from mock_zuora.api.schemas.records import RefusedRecordModel
from mock_zuora.api.schemas.wire import CODE_EXAMPLE, EXAMPLE_ID, Code, Uuid, Wire


class ErrorModel(Wire):
    """An error, in versions before 2024-05-20."""

    code: Code = Field(examples=[CODE_EXAMPLE])
    message: str = Field(description="The field, its value and what was expected.")
    details: list[RefusedRecordModel] | None = Field(
        default=None, description="The refused records, in responses to requests about several records."
    )


class ReasonModel(Wire):
    """A reason for an error."""

    code: Code = Field(examples=[CODE_EXAMPLE])
    message: str = Field(description="The field, its value and what was expected.")


class ErrorSince2024Model(Wire):
    """An error, in version 2024-05-20 and later."""

    success: Literal[False]
    processId: str = Field(description="The process that refused the request.", examples=["9C4F08D0A1B2C3D4"])
    requestId: Uuid = Field(description="The same as the `Zuora-Request-Id` header.", examples=[EXAMPLE_ID])
    reasons: list[ReasonModel] = Field(min_length=1)
    details: list[RefusedRecordModel] | None = Field(
        default=None, description="The refused records, in responses to requests about several records."
    )


class OAuthErrorModel(Wire):
    """An error of the token endpoint, in the terms of RFC 6749."""

    error: Literal["invalid_client", "invalid_request", "unsupported_grant_type"]
    error_description: str
