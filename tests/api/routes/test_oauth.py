"""``POST /oauth/token``: who gets a token, what the response has, and what errors look like."""

import re

import pytest

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.access.rate_limits import TOKEN_LIMITS
from mock_zuora.domain.tenants.settings import Auth, TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate, UserTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient

pytestmark = pytest.mark.anyio

FORM = {"client_id": "cli", "client_secret": "s3cret", "grant_type": "client_credentials"}
HEX = re.compile("[0-9a-f]{32}")
JOBS = "/objects/jobs"


def plan_of(auth):
    """Two tenants; the second has an OAuth client whose user has only the view permission."""
    viewer = UserTemplate(name="viewer", id="11e64eef-ada8-786d-9658-00259058c29c", permissions={Permission.VIEW})
    return (
        TenantTemplate(settings=TenantSettings(auth=auth)),
        TenantTemplate(
            name="second",
            users=(UserTemplate(), viewer),
            entities=("e1", "e2"),
            clients=(OAuthClient("cli", "s3cret", "viewer"),),
        ),
    )


@pytest.fixture(params=list(Auth))
def both(make_api, request):
    """The same API with lenient and with strict authentication."""
    return make_api(*plan_of(request.param))


@pytest.mark.fidelity("tokens-01", "tokens-02")
async def test_token_response_looks_like_the_reference(client, api):
    response = await client.post("/oauth/token", data=FORM)
    token = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert list(token) == ["access_token", "token_type", "expires_in", "scope", "jti"]
    assert HEX.fullmatch(token["access_token"])
    assert HEX.fullmatch(token["jti"])
    assert token["jti"] != token["access_token"]
    assert (token["token_type"], token["expires_in"]) == ("bearer", 3598)
    user = api.tenant.default_user.id.replace("-", "")
    assert token["scope"] == f"user.{user} entity.{api.tenant.entity} tenant.1"


async def test_each_request_issues_a_new_token_and_old_ones_still_work(client, api):
    first, second = [(await client.post("/oauth/token", data=FORM)).json() for _ in range(2)]
    assert first["access_token"] != second["access_token"]
    assert first["jti"] != second["jti"]
    async with api.client(first["access_token"]) as old:
        assert (await old.get(JOBS)).status_code == 200


async def test_token_request_needs_no_token(api, ask):
    body = b"client_id=a&client_secret=b%2Bc&grant_type=client_credentials"
    headers = [(b"content-type", b"application/x-www-form-urlencoded; charset=UTF-8"), (b"authorization", b"")]
    assert (await ask(api.app, "POST", "/oauth/token", headers=headers, chunks=[body])).status == 200


async def test_token_response_has_request_id_and_track_id(client):
    response = await client.post("/oauth/token", data=FORM, headers={"Zuora-Track-Id": "me"})
    assert response.headers["zuora-track-id"] == "me"
    assert len(response.headers["zuora-request-id"]) == 36
    assert "ratelimit-limit" not in response.headers


async def test_listed_client_acts_as_its_user(both):
    async with both.client() as client:
        token = (await client.post("/oauth/token", data=FORM)).json()
    assert token["scope"] == "user.11e64eefada8786d965800259058c29c entity.e1 entity.e2 tenant.2"
    async with both.client(token["access_token"]) as client:
        job = {"operation": "create", "object": "vehicle", "namespace": "default"}
        assert (await client.post(JOBS, json=job)).json()["code"] == 71012515


@pytest.mark.fidelity("tokens-04", "tokens-08")
async def test_wrong_secret_of_listed_client_is_401_in_every_mode(both):
    async with both.client() as client:
        response = await client.post("/oauth/token", data={**FORM, "client_secret": "guess-me"})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert list(response.json()) == ["message"]
    assert "'cli'" in response.json()["message"]
    assert "guess-me" not in response.text


@pytest.mark.fidelity("tokens-07")
async def test_unlisted_client_gets_a_token_unless_auth_is_strict(both):
    async with both.client() as client:
        response = await client.post("/oauth/token", data={**FORM, "client_id": "stranger"})
    if both.tenant.settings.auth is Auth.LENIENT:
        assert response.json()["scope"].endswith("tenant.1")
    else:
        assert response.status_code == 401
        assert "'stranger'" in response.json()["message"]


FORMS = {
    "no client_id": ({"client_id": None}, "invalid_request", "client_id"),
    "no client_secret": ({"client_secret": None}, "invalid_request", "client_secret"),
    "empty client_secret": ({"client_secret": ""}, "invalid_request", "client_secret"),
    "no grant_type": ({"grant_type": None}, "invalid_request", "grant_type"),
    "twice": ({"client_id": ["a", "b"]}, "invalid_request", "client_id"),
    "another grant_type": ({"grant_type": "password"}, "unsupported_grant_type", "'password'"),
}


@pytest.mark.fidelity("tokens-01", "tokens-08")
@pytest.mark.parametrize(("change", "error", "word"), FORMS.values(), ids=list(FORMS))
async def test_invalid_form_is_400(client, change, error, word):
    form = {name: value for name, value in {**FORM, **change}.items() if value is not None}
    response = await client.post("/oauth/token", data=form)
    assert response.status_code == 400
    assert (list(response.json()), response.json()["code"]) == (["code", "message"], 90000020)
    assert word in response.json()["message"]
    assert "s3cret" not in response.text


@pytest.mark.parametrize(("change", "error", "word"), FORMS.values(), ids=list(FORMS))
async def test_assumption_gives_errors_the_form_of_rfc_6749(api, client, change, error, word):
    api.assume({"token-error-body": "rfc6749"})
    form = {name: value for name, value in {**FORM, **change}.items() if value is not None}
    response = await client.post("/oauth/token", data=form)
    assert response.status_code == 400
    assert list(response.json()) == ["error", "error_description"]
    assert response.json()["error"] == error
    assert word in response.json()["error_description"]


BODIES = {
    "JSON": ("application/json", b'{"client_id": "cli"}', "'application/json'"),
    "no content type": ("", b"client_id=cli", "none"),
    "not ASCII": ("application/x-www-form-urlencoded", b"client_id=\xff\xfe", "not a form"),
    "not UTF-8": ("application/x-www-form-urlencoded", b"client_id=%ff%fe", "not a form"),
    "too many fields": ("application/x-www-form-urlencoded", b"a=b&" * 50, "not a form"),
    "too large": ("application/x-www-form-urlencoded", b"a=" + b"b" * 70_000, "not a form"),
    "empty": ("application/x-www-form-urlencoded", b"", "client_id"),
}


@pytest.mark.parametrize(("content_type", "body", "word"), BODIES.values(), ids=list(BODIES))
async def test_body_that_is_not_a_form_is_400(client, content_type, body, word):
    response = await client.post("/oauth/token", content=body, headers={"Content-Type": content_type})
    assert (response.status_code, response.json()["code"]) == (400, 90000020)
    assert word in response.json()["message"]


@pytest.mark.fidelity("tokens-03")
async def test_token_expires_after_one_hour_of_the_tenant_clock(make_api):
    api = make_api(*plan_of(Auth.LENIENT))
    async with api.client() as client:
        token = (await client.post("/oauth/token", data=FORM)).json()["access_token"]
    async with api.client(token) as client:
        api.registry.tenants["second"].clock.advance(3_600_000 - 1)
        assert (await client.get(JOBS)).status_code == 200
        api.registry.tenants["second"].clock.advance(1)
        assert (await client.get(JOBS)).status_code == 401


@pytest.fixture
def exhausted(api):
    """A tenant that has requested all the access tokens of this minute."""
    now = api.tenant.clock.now()
    for _ in range(TOKEN_LIMITS.minute):
        api.tenant.token_rate_limiter.count_request(TOKEN_LIMITS, now)
    return api


@pytest.mark.fidelity("tokens-05")
async def test_token_requests_of_a_tenant_are_limited(exhausted, client):
    refused = await client.post("/oauth/token", data=FORM)
    assert (refused.status_code, refused.json()["code"]) == (429, 90000070)
    assert refused.headers["x-ratelimit-limit-minute"] == "2000"
    assert refused.headers["x-ratelimit-remaining-minute"] == "0"
    assert refused.headers["retry-after"] == "60"
    assert (await client.get(JOBS)).status_code == 200
    exhausted.time.pass_seconds(60)
    assert (await client.post("/oauth/token", data=FORM)).status_code == 200


@pytest.mark.fidelity("tokens-05")
@pytest.mark.parametrize("form", [{}, {**FORM, "client_secret": "wrong"}], ids=["empty", "of an unlisted client"])
async def test_limit_is_checked_before_the_form(exhausted, client, form):
    assert (await client.post("/oauth/token", data=form)).status_code == 429


async def test_reset_forgets_token_requests(exhausted, client):
    exhausted.registry.add_tenant(exhausted.registry.templates["default"])
    assert (await client.post("/oauth/token", data=FORM)).status_code == 200


@pytest.mark.fidelity("tokens-06")
async def test_many_token_requests_of_an_address_are_one_warning_per_minute(api, client):
    for _ in range(103):
        assert (await client.post("/oauth/token", data=FORM)).status_code == 200
    assert api.tenant.fidelity.counts == {"too-many-tokens": 1}
    api.time.pass_seconds(60)
    assert (await client.post("/oauth/token", data=FORM)).status_code == 200
    assert api.tenant.fidelity.counts == {"too-many-tokens": 1}


@pytest.mark.fidelity("tokens-06")
async def test_strict_mode_refuses_many_token_requests_of_an_address(make_api):
    async with make_api(strict=True).client() as client:
        responses = [await client.post("/oauth/token", data=FORM) for _ in range(101)]
    assert [each.status_code for each in responses] == [200] * 100 + [429]
    assert responses[-1].headers["retry-after"] == "6"


async def test_invalid_track_id_gets_no_token(client, api):
    response = await client.post("/oauth/token", data=FORM, headers={"Zuora-Track-Id": "a:b"})
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert "Zuora-Track-Id: 'a:b'" in response.json()["message"]


async def test_disabled_limits_do_not_limit_token_requests(make_api):
    async with make_api(rate_limits="off").client() as client:
        response = await client.post("/oauth/token", data=FORM)
    assert response.status_code == 200
    assert not [name for name in response.headers if "ratelimit" in name]


# HTTP Basic

BASIC = {"Authorization": "Basic Y2xpOnMzY3JldA=="}
FIELDS_NEEDED = " HTTP Basic credentials are not read; client_id and client_secret are fields of the form."


@pytest.mark.fidelity("tokens-01")
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"data": {"grant_type": "client_credentials"}}, "client_id: expected exactly one value in the form."),
        (
            {"json": {"grant_type": "client_credentials"}},
            "Content-Type: expected application/x-www-form-urlencoded, but 'application/json' was sent.",
        ),
        ({}, "Content-Type: expected application/x-www-form-urlencoded, but none was sent."),
    ],
    ids=["form", "JSON", "no body"],
)
async def test_http_basic_credentials_are_explained(client, sent, message):
    response = await client.post("/oauth/token", **sent, headers=BASIC)
    assert (response.status_code, response.json()["message"]) == (400, message + FIELDS_NEEDED)
    unauthenticated = await client.post("/oauth/token", **sent)
    assert unauthenticated.json()["message"] == message


async def test_http_basic_credentials_beside_the_form_are_ignored(client):
    assert (await client.post("/oauth/token", data=FORM, headers=BASIC)).status_code == 200
