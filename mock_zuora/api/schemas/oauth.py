"""Tokens."""

from typing import Literal

from pydantic import Field

from mock_zuora.api.schemas.wire import Wire


class TokenRequestModel(Wire):
    """The credentials of an OAuth client, as a form."""

    client_id: str = Field(min_length=1, description="The id of the OAuth client.", examples=["my-client"])
    client_secret: str = Field(min_length=1, description="The secret of the OAuth client.", examples=["my-secret"])
    grant_type: Literal["client_credentials"] = Field(description="The only supported grant type.")


class TokenResponseModel(Wire):
    """An access token."""

    access_token: str = Field(description="The token for the `Authorization` header, after `Bearer`.")
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Seconds until the token expires.", examples=[3598])
    scope: str = Field(description="The user, the entities and the tenant that the token acts for.")
    jti: str = Field(description="The id of the token.")
