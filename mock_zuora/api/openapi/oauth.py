"""The facts of the token endpoint."""

from typing import Final

from mock_zuora.api.openapi.operation_docs import Body, Facts
from mock_zuora.api.openapi.shared_refusals import OF_EVERY_CALL
from mock_zuora.api.routes.oauth import OAuthRefusal
from mock_zuora.api.schemas.oauth import TokenAnswer, TokenRequest

TOKEN: Final = "createToken"

OPERATIONS: Final = {
    TOKEN: Facts(
        description="A token acts for the user of its client, and ends after an hour.",
        success="A token.",
        answer=TokenAnswer,
        example={
            "access_token": "c652cbc0ea384b9f81856a93a2a74538",
            "token_type": "bearer",
            "expires_in": 3598,
            "scope": "user.7c4d5433dc234c369a01b9719ecd059f entity.1a2b7a37-3e7d-4cb3-b0e2-883de9e766cc tenant.1",
            "jti": "c652cbc0ea384b9f81856a93a2a74538",
        },
        body=Body(
            "application/x-www-form-urlencoded",
            TokenRequest,
            {"client_id": "my-client", "client_secret": "my-secret", "grant_type": "client_credentials"},
        ),
        failures={
            "value_missing": OAuthRefusal(400, "invalid_request", "client_id: expected exactly one value in the form."),
            "grant_type_unsupported": OAuthRefusal(
                400, "unsupported_grant_type", "grant_type: 'password' is not supported; expected client_credentials."
            ),
            "client_unknown": OAuthRefusal(
                401, "invalid_client", "client_id 'my-client' is not known here, or its client_secret is wrong."
            ),
            "track_id_invalid": OF_EVERY_CALL["track_id_invalid"],
            "rate_exceeded": OF_EVERY_CALL["rate_exceeded"],
        },
    )
}
