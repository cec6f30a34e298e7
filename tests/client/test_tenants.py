"""Tenants that a handle creates: their initial state, their names, and when they are dropped. With both transports."""

import pytest
import requests

from mock_zuora import MockZuora
from mock_zuora.control.errors import Invalid, Unknown


def names(server):
    return [each.name for each in server.tenants()]


@pytest.mark.fidelity("mock-03")
def test_new_tenant_has_the_initial_state_of_the_tenant_that_creates_it(handle):
    handle.configure(transitions="manual", strict=True)
    seed = {
        "settings": {"processing_time": 7},
        "users": [{"name": "ann", "permissions": ["view"]}],
        "clients": [{"id": f"of-{handle.name}", "secret": "s"}],
        "records": {"vehicle": [{"brand__c": "Volvo"}]},
    }
    handle.seed(seed)
    handle.configure(strict=False)
    child = handle.tenant()
    settings = child.settings()
    assert (settings["transitions"], settings["processing_time"], settings["strict"]) == ("manual", 7, True)
    assert [each["brand__c"] for each in child.records("vehicle")] == ["Volvo"]
    assert [each["permissions"] for each in child.export_state()["users"]] == [["view"]]
    child.reset()
    assert (child.settings(), len(child.records("vehicle"))) == (settings, 1)


def test_tenant_of_the_default_tenant_has_its_initial_state(running, handle):
    handle.configure(strict=True)
    with running.tenant() as other:
        assert not other.settings()["strict"]


def test_tenant_is_dropped_with_the_tenant_that_created_it(running):
    for server in (running, MockZuora.connect(running.url)):
        with server.tenant() as zuora:
            child = zuora.tenant()
            grandchild = child.tenant("eu")
            assert {child.name, grandchild.name} <= set(names(running))
        assert {zuora.name, child.name, grandchild.name}.isdisjoint(names(running))


def test_children_of_a_dropped_tenant_are_dropped_as_well(running):
    with running.tenant() as zuora:
        child = zuora.tenant()
        grandchild = child.tenant()
        child.drop()
        zuora.drop()
    assert grandchild.name not in names(running)


def test_tenant_of_a_server_handle_stays_until_it_is_dropped(running):
    server = MockZuora.connect(running.url)
    child = server.tenant("eu")
    server.stop()
    assert (child.name, "eu" in names(running)) == ("eu", True)
    child.stop()
    assert "eu" not in names(running)


def test_names_of_tenants_are_local_to_a_created_tenant(handle, running):
    eu = handle.tenant("eu")
    assert eu.name == f"{handle.name}-eu"
    assert handle.tenant("eu") is eu and handle.tenant(eu.name) is eu
    with running.tenant() as other:
        assert other.tenant("eu").name == f"{other.name}-eu"


def test_existing_tenant_of_the_exact_name_is_returned(handle, running):
    with running.tenant("seeded-one"):
        seen = handle.tenant("seeded-one")
        assert seen.name == "seeded-one"
        of_seeded = seen.tenant("eu")
        assert of_seeded.name == f"{handle.name}-eu"
        handle.stop()
        assert names(running)[-1] == "seeded-one"


def test_dropped_tenant_can_be_created_again(handle):
    first = handle.tenant("eu")
    first.configure(strict=True)
    first.drop()
    second = handle.tenant("eu")
    assert (second.name, second.settings()["strict"]) == (first.name, False)


def test_token_names_tenants_like_tenant(handle, running, call):
    child = handle.tenant("eu")
    call(child, "GET", "/objects/jobs", token=handle.token(tenant="eu"))
    call(child, "GET", "/objects/jobs", token=handle.token(tenant=child.name))
    assert child.requests.count() == 2
    with running.tenant("another-one") as other:
        call(other, "GET", "/objects/jobs", token=handle.token(tenant="another-one"))
        assert other.requests.count() == 1
    with pytest.raises(Unknown, match="tenant: 'us' does not exist; expected one of default, "):
        handle.token(tenant="us")


@pytest.mark.parametrize("name", [7, 0, True, b"eu", ["eu"]], ids=repr)
def test_name_that_is_not_a_text_is_refused(handle, name):
    with handle.tenant() as zuora, pytest.raises(Invalid, match="name: .* is not valid; expected a text"):
        zuora.tenant(name)


def test_listed_tenant_has_the_numbers_of_its_jobs_and_requests(running, handle, submit, call):
    handle.configure(transitions="manual")
    submit(handle)
    submit(handle, "brand__c\nVolvo\n")
    listed = {each.name: each for each in running.tenants()}
    assert (listed[handle.name].unfinished_jobs, listed[handle.name].requests) == (2, 3)
    assert (listed[handle.name].is_temporary, listed["default"].is_temporary) == (True, False)


def test_a_tenant_can_be_created_with_a_seed_of_its_own(handle):
    handle.configure(queue_delay=7)
    seed = {
        "users": [{"name": "kim"}],
        "settings": {"processing_time": 5},
        "records": {"vehicle": [{"brand__c": "Saab"}]},
    }
    with handle.tenant(seed=seed) as tenant:
        assert [record["brand__c"] for record in tenant.records("vehicle")] == ["Saab"]
        assert tenant.settings()["processing_time"] == 5
        assert tenant.client().user == "kim"
        tenant.reset()
        assert len(tenant.records("vehicle")) == 1


def test_an_invalid_seed_creates_no_tenant(handle):
    before = [each.name for each in handle.tenants()]
    with pytest.raises(Invalid, match=r"seed\.users\.0\.nam: is not a valid key"):
        handle.tenant(seed={"users": [{"nam": "kim"}]})
    with pytest.raises(Invalid, match="definition"):
        handle.tenant(seed={"definitions": [{"object": "vehicle"}]})
    assert [each.name for each in handle.tenants()] == before


def test_a_new_tenant_has_a_working_client_with_any_users(running):
    body = {"name": "fleet", "seed": {"users": [{"name": "kim"}]}}
    created = requests.post(f"{running.url}/__mock/v1/tenants", json=body, timeout=30).json()
    form = {"client_id": created["client_id"], "client_secret": created["client_secret"]}
    token = requests.post(f"{running.url}/oauth/token", {**form, "grant_type": "client_credentials"}, timeout=30)
    assert token.status_code == 200


def test_a_dropped_tenant_returns_what_was_planned_but_never_used(handle):
    tenant = handle.tenant()
    used, unused = tenant.faults.add("/objects/jobs", status=503), tenant.faults.add("/nowhere", status=503)
    tenant.jobs.fail_next()
    requests.get(f"{tenant.url}/objects/jobs", headers=tenant.headers(), timeout=30)
    dropped = tenant.drop()
    assert [each.id for each in dropped.unused_faults] == [unused.id] != [used.id]
    assert dropped.pending_outcomes.failures == 1


def test_a_server_of_an_earlier_version_returns_nothing(handle, monkeypatch):
    tenant = handle.tenant()
    monkeypatch.setattr(tenant, "_call", lambda *_, **__: None)
    assert tenant.drop() is None
