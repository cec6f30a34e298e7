"""The bodies of errors. Assumptions can give them another form, which the document does not describe."""

from pydantic import Field

from mock_zuora.api.schemas.records import RefusedRecordModel
from mock_zuora.api.schemas.wire import CODE_EXAMPLE, Code, Wire


class ErrorModel(Wire):
    """An error."""

    code: Code = Field(examples=[CODE_EXAMPLE])
    message: str = Field(description="The field, its value and what was expected.")
    details: list[RefusedRecordModel] | None = Field(
        default=None, description="The refused records, in responses to requests about several records."
    )


class AuthenticationErrorModel(Wire):
    """An error about the access token or the OAuth client. `Mock-Zuora-Reason` gives the reason."""

    message: str
