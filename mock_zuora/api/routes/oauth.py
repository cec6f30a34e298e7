"""``POST /oauth/token``: form-encoded client credentials become a token. Its errors are those of OAuth (RFC 6749)."""

from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import Response

from mock_zuora.api.errors import rate_exceeded
from mock_zuora.api.request_body import Bound, body_of
from mock_zuora.api.request_context import Call, call_of
from mock_zuora.api.responses import json_response
from mock_zuora.domain import refusals
from mock_zuora.domain.access.access_tokens import EXPIRES_IN, AccessToken
from mock_zuora.domain.access.rate_limits import RateLimiter
from mock_zuora.domain.errors import ZuoraError, quote
from mock_zuora.domain.tenants.tenant import Caller

router = APIRouter(tags=["OAuth"])

GRANT_TYPE: Final = "client_credentials"
_MAX_FORM_BYTES: Final = 64 * 1024
_PARAMETERS: Final = ("client_id", "client_secret", "grant_type")


class OAuthRefusal(Exception):
    """A refusal in OAuth's own words."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


@router.post(
    "/oauth/token",
    operation_id="createToken",
    summary="Create an OAuth token",
)
async def create_token(request: Request) -> Response:
    call = call_of(request)
    _spend(call)
    try:
        caller = _let_in(call, await _form_of(call))
    except OAuthRefusal as refusal:
        return json_response(refusal_json(refusal), refusal.status)
    call.known_caller = caller
    return json_response(_token_json(caller, call.registry.issue_token(caller.tenant, caller.user)))


def refusal_json(refusal: OAuthRefusal) -> dict[str, Any]:
    """The body of a refusal."""
    return {"error": refusal.error, "error_description": refusal.description}


def _spend(call: Call) -> None:
    """Counts the call against its address, which is how this operation is limited (D). Raises Refusal 429."""
    # (A) The number is not in the reference: a minute's requests of the default tenant are taken for each address.
    tenant = call.registry.default_tenant
    limits = tenant.rate_limits
    if limits is None:
        return
    rate_limiter = tenant.token_rate_limiters.setdefault(call.peer, RateLimiter())
    limit_status = rate_limiter.count_token_request(limits, tenant.clock.now())
    call.response_headers["X-RateLimit-Limit-minute"] = str(limit_status.limit)
    call.response_headers["X-RateLimit-Remaining-minute"] = str(limit_status.remaining)
    if limit_status.refused:
        raise rate_exceeded(limit_status.reset)


async def _form_of(call: Call) -> dict[str, str]:
    content_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        said = quote(content_type) if content_type else "none"
        raise OAuthRefusal(
            400, "invalid_request", f"Content-Type: expected application/x-www-form-urlencoded, but {said} was sent."
        )
    try:
        body = await body_of(call, Bound(_MAX_FORM_BYTES, _form_too_large, refusals.request_invalid))
        form = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except (ValueError, ZuoraError):
        raise OAuthRefusal(
            400, "invalid_request", "The body is not a form of client_id, client_secret, grant_type."
        ) from None
    for name in _PARAMETERS:
        if len(form.get(name, [])) != 1 or not form[name][0]:
            raise OAuthRefusal(400, "invalid_request", f"{name}: expected exactly one value in the form.")
    return {name: form[name][0] for name in _PARAMETERS}


def _form_too_large() -> ZuoraError:
    return refusals.request_invalid(f"The form is larger than {_MAX_FORM_BYTES} bytes.")


def _let_in(call: Call, form: dict[str, str]) -> Caller:
    if form["grant_type"] != GRANT_TYPE:
        raise OAuthRefusal(
            400,
            "unsupported_grant_type",
            f"grant_type: {quote(form['grant_type'])} is not supported; expected {GRANT_TYPE}.",
        )
    call.known_tenant = call.registry.tenant_of_client(form["client_id"])
    caller = call.registry.grant(form["client_id"], form["client_secret"])
    if caller is None:
        raise OAuthRefusal(
            401,
            "invalid_client",
            f"client_id {quote(form['client_id'])} is not known here, or its client_secret is wrong.",
        )
    return caller


def _token_json(caller: Caller, token: AccessToken) -> dict[str, Any]:
    tenant = caller.tenant
    scopes = [
        f"user.{caller.user.id.replace('-', '')}",
        *(f"entity.{each}" for each in tenant.entities or (tenant.entity,)),
    ]
    return {
        "access_token": token.text,
        "token_type": "bearer",
        "expires_in": EXPIRES_IN,
        "scope": " ".join([*scopes, f"tenant.{tenant.number}"]),
        "jti": token.jti,
    }
