"""The bodies of errors. Assumptions can give them another form, which the document does not describe."""

from typing import Any, Literal

from pydantic import Field

from mock_zuora.api.schemas.wire import CODE_EXAMPLE, Code, Wire

DetailCode = Literal[
    71012520, 71012521, 71012522, 71012523, 71012524, 71012525, 71012526, 71012530, 71012540, 71012561,
]  # fmt: skip


class ErrorDetailModel(Wire):
    """A mistake of a request about several records."""

    code: DetailCode = Field(description="The kind of mistake.")
    message: str = Field(description="The field, its value and what was expected.")
    record: dict[str, Any] | None = Field(
        default=None, description="The record as it was sent, with its id, if the mistake is about a record."
    )


class ErrorModel(Wire):
    """An error."""

    code: Code = Field(examples=[CODE_EXAMPLE])
    message: str = Field(description="The field, its value and what was expected.")
    details: list[ErrorDetailModel] | None = Field(
        default=None, description="The mistakes, in responses to requests about several records."
    )


class AuthenticationErrorModel(Wire):
    """An error about the access token or the OAuth client. `Mock-Zuora-Reason` gives the reason."""

    message: str


class MissingPermissionModel(Wire):
    """A missing permission."""

    code: Code = Field(examples=[71012515])
    message: str


class RecordsAuthorizationErrorModel(Wire):
    """An error about the access token, which has a message only, or about a missing permission."""

    message: str
    code: Code | None = Field(default=None, examples=[71012515])
    details: list[MissingPermissionModel] | None = Field(
        default=None, description="The missing permission, with the same code and message."
    )
