"""``POST /oauth/token``: form-encoded client credentials become an access token. Its errors are those of RFC 6749."""

from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import Response

from mock_zuora.api.errors import OAuthRefusal
from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.pipeline.faults import inject_fault
from mock_zuora.api.pipeline.query_parameters import check_query_parameters
from mock_zuora.api.pipeline.rate_limits import count_token_request
from mock_zuora.api.pipeline.request_headers import check_origin, check_track_id, check_version
from mock_zuora.api.pipeline.route import ZuoraRoute
from mock_zuora.api.request_body import BodyLimit, body_of
from mock_zuora.api.request_context import RequestContext, context_of
from mock_zuora.api.responses import json_response
from mock_zuora.api.routes.documentation import Body, Success, documentation
from mock_zuora.domain import refusals
from mock_zuora.domain.access.access_tokens import EXPIRES_IN, AccessToken
from mock_zuora.domain.errors import ZuoraError, quote
from mock_zuora.domain.tenants.tenant import Caller

router = APIRouter(tags=["OAuth"], route_class=ZuoraRoute)

GRANT_TYPE: Final = "client_credentials"
_OPERATION_ID: Final = "createToken"
_MAX_FORM_BYTES: Final = 64 * 1024
_PARAMETERS: Final = ("client_id", "client_secret", "grant_type")


@router.post(
    TOKEN_PATH,
    operation_id=_OPERATION_ID,
    summary="Create an OAuth token",
    response_description="An access token.",
    openapi_extra=documentation(
        Success("TokenResponse", "token"),
        Body("TokenRequest", "credentials", "application/x-www-form-urlencoded"),
    ),
)
async def create_token(request: Request) -> Response:
    """Issues an access token for the user of an OAuth client. Tokens expire one hour after they are issued."""
    context = context_of(request)
    context.operation = _OPERATION_ID
    check_origin(context)
    body: bytes | None = None
    form: dict[str, str] = {}
    invalid: OAuthRefusal | None = None
    try:
        body = await _body_of(request)
        form = _form_of(request, body)
    except OAuthRefusal as refusal:
        invalid = refusal
    # Only the form tells the tenant, so the checks of every request come here, in their usual order.
    context.token_tenant = context.registry.tenant_of_client(form.get("client_id", ""))
    count_token_request(context)
    check_version(context)
    check_track_id(context)
    injected = await inject_fault(context, _OPERATION_ID, request, body or b"")
    if injected is not None:
        return injected
    check_query_parameters(request, ())
    if invalid is not None:
        raise invalid
    context.authenticated = caller = _caller_of(context, form)
    return json_response(_token_json(caller, context.registry.issue_token(caller.tenant, caller.user)))


async def _body_of(request: Request) -> bytes:
    content_type = context_of(request).headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        sent = quote(content_type) if content_type else "none"
        raise OAuthRefusal(
            400,
            "invalid_request",
            f"Content-Type: expected application/x-www-form-urlencoded, but {sent} was sent.{_basic_hint(request)}",
        )
    try:
        return await body_of(request, BodyLimit(_MAX_FORM_BYTES, _form_too_large, refusals.request_invalid))
    except ZuoraError:
        raise _no_form() from None


def _form_of(request: Request, body: bytes) -> dict[str, str]:
    try:
        form = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise _no_form() from None
    for name in _PARAMETERS:
        if len(form.get(name, [])) != 1 or not form[name][0]:
            raise OAuthRefusal(
                400, "invalid_request", f"{name}: expected exactly one value in the form.{_basic_hint(request)}"
            )
    return {name: form[name][0] for name in _PARAMETERS}


def _no_form() -> OAuthRefusal:
    return OAuthRefusal(400, "invalid_request", "The body is not a form of client_id, client_secret, grant_type.")


def _basic_hint(request: Request) -> str:
    if not context_of(request).headers.get("authorization", "").lower().startswith("basic "):
        return ""
    return " HTTP Basic credentials are not read; client_id and client_secret are fields of the form."


def _form_too_large() -> ZuoraError:
    return refusals.request_invalid(f"The form is larger than {_MAX_FORM_BYTES} bytes.")


def _caller_of(context: RequestContext, form: dict[str, str]) -> Caller:
    """Whom the client's tokens act for. Raises OAuthRefusal."""
    if form["grant_type"] != GRANT_TYPE:
        raise OAuthRefusal(
            400,
            "unsupported_grant_type",
            f"grant_type: {quote(form['grant_type'])} is not supported; expected {GRANT_TYPE}.",
        )
    caller = context.registry.grant(form["client_id"], form["client_secret"])
    if caller is None:
        raise OAuthRefusal(
            401,
            "invalid_client",
            f"{_client_of(form)} is not known here, or its client_secret is wrong.",
        )
    return caller


def _client_of(form: dict[str, str]) -> str:
    # A client that sends its secret as client_id, too, must not find it in a log.
    is_secret = form["client_id"] == form["client_secret"]
    return "client_id" if is_secret else f"client_id {quote(form['client_id'])}"


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
