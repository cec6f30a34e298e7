"""The Authorization header: who is calling, and which requests are refused."""

import pytest

from mock_zuora.control.journal import RequestSearch
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.tenants.settings import Auth
from mock_zuora.domain.tenants.template import TenantTemplate, UserTemplate
from tests.finished import finished

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
CREATE = {"operation": "create", "object": "car", "namespace": "default"}
AUTHORIZATIONS = {
    "none": "",
    "another scheme": "Basic dXNlcjpwYXNz",
    "no token": "Bearer ",
    "only a token": "any-token",
}


@pytest.mark.fidelity("errors-08", "requests-01")
@pytest.mark.parametrize("authorization", AUTHORIZATIONS.values(), ids=list(AUTHORIZATIONS))
async def test_request_without_token_is_401(client, api, authorization):
    response = await client.post(JOBS, json=CREATE, headers={"Authorization": authorization})
    assert (response.status_code, response.json()) == (401, {"message": "Authentication error"})
    assert response.headers["mock-zuora-reason"].startswith("Authorization: ")
    assert "dXNlcjpwYXNz" not in response.text + str(response.headers)
    assert response.headers["www-authenticate"] == "Bearer"
    assert list(api.tenant.store.jobs.newest_first()) == []


@pytest.mark.fidelity("errors-10", "tokens-07")
async def test_unknown_token_is_401_with_strict_auth_and_never_quoted(make_api):
    api = make_api(auth=Auth.STRICT)
    async with api.client("s3cret-token") as client:
        response = await client.get(JOBS)
    assert (response.status_code, response.json()) == (401, {"message": "Authentication error"})
    assert "not issued" in response.headers["mock-zuora-reason"]
    assert "s3cret-token" not in response.text + str(response.headers)


@pytest.mark.fidelity("requests-01")
@pytest.mark.parametrize("authorization", ["Bearer any", "bearer any", "BEARER   any  "])
async def test_scheme_is_case_insensitive(client, authorization):
    assert (await client.get(JOBS, headers={"Authorization": authorization})).status_code == 200


@pytest.mark.fidelity("tokens-07")
async def test_unknown_token_acts_as_the_default_user(client, api):
    job = (await client.post(JOBS, json=CREATE, headers={"Authorization": "Bearer whatever"})).json()
    assert job["CreatedById"] == api.tenant.default_user.id


async def test_issued_token_acts_as_its_user(make_api):
    viewer = UserTemplate(name="viewer", permissions=frozenset({Permission.VIEW}))
    api = make_api(TenantTemplate(users=(UserTemplate(), viewer)))
    async with api.client(api.registry.issue_token(api.tenant, api.tenant.users["viewer"]).text) as client:
        response = await client.post(JOBS, json=CREATE)
    assert (response.status_code, response.json()["code"]) == (403, 71012515)
    assert "create custom objects" in response.json()["message"]


@pytest.mark.fidelity("errors-08")
@pytest.mark.parametrize("auth", list(Auth))
async def test_expired_token_is_401_in_every_mode(make_api, auth):
    api = make_api(auth=auth)
    token = api.registry.issue_token(api.tenant, api.tenant.default_user).text
    async with api.client(token) as client:
        assert (await client.get(JOBS)).status_code == 200
        api.time.pass_seconds(3600)
        response = await client.get(JOBS)
    assert (response.status_code, response.json()) == (401, {"message": "Authentication error"})
    assert "expired" in response.headers["mock-zuora-reason"]
    assert token not in response.text + str(response.headers)


async def test_expired_token_is_recorded_for_its_own_tenant(make_api):
    api = make_api(TenantTemplate(), TenantTemplate(name="other"))
    other = api.registry.tenants["other"]
    token = api.registry.issue_token(other, other.default_user).text
    api.time.pass_seconds(3600)
    async with api.client(token) as client:
        await client.get(JOBS)
    journals = {name: api.app.control.instrumentation.of(name).journal for name in ("default", "other")}
    assert [finished(each.count(RequestSearch())) for each in journals.values()] == [0, 1]


@pytest.mark.fidelity("errors-08")
async def test_assumption_puts_the_reason_of_a_401_into_its_body(api, client):
    api.assume({"unauthorized-body": "reasons"})
    response = await client.get(JOBS, headers={"Authorization": ""})
    [reason] = response.json()["reasons"]
    assert (response.status_code, reason["code"]) == (401, 90000011)
    assert reason["message"].startswith("Authorization: ")
    assert response.headers["mock-zuora-reason"] == reason["message"]
