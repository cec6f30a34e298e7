import json

import pytest

from mock_zuora.control.results import (
    Client,
    Fault,
    FidelityWarning,
    Info,
    IssuedToken,
    Job,
    JobError,
    NewTenant,
    Requests,
    RowError,
    Tenant,
    Time,
    from_json,
    to_json,
)

JOB = Job(
    id="1", namespace="default", object="vehicle", operation="create", status="failed", created_by="u",
    created_at="2021-03-10T00:05:54.207Z", updated_by="u", updated_at="2021-03-10T00:05:54.207Z", processing_time=62,
    records_processed=0, error=JobError(code=71012560, message="later"),
)  # fmt: skip
TIME = Time(now="2021-03-10T00:05:54.207Z", speed=0.0)


@pytest.mark.parametrize(
    "result",
    [
        JOB,
        RowError(row=3, code=71012520, message="boom", record={"brand__c": "Saab"}),
        Fault(id="1", path="/objects/**", headers={"X-Why": "a test"}),
        FidelityWarning(kind="k", message="m", at="now", method="GET", path="/", request_id="1"),
        Tenant(name="acme", type="production", users=("ann", "bob"), is_default=False),
        Info(
            version="1", control="local", tenants=("default",), tenant="default", clock=TIME, settings={"strict": True}
        ),
        Client(client_id="c", client_secret="s", user="ann"),
        IssuedToken(access_token="t", tenant="acme", user="ann", expires_at="now"),
    ],
    ids=lambda result: type(result).__name__,
)
def test_a_result_is_the_same_after_a_way_over_json(result):
    assert from_json(type(result), json.loads(json.dumps(to_json(result)))) == result


def test_requests_are_the_same_after_a_way_over_json(make_request):
    found = Requests(requests=(make_request(warnings=("kind: message",)),), dropped=2)
    assert from_json(Requests, json.loads(json.dumps(to_json(found)))) == found


def test_what_a_newer_server_adds_is_left_out():
    assert from_json(Time, {**to_json(TIME), "zone": "UTC"}) == TIME


@pytest.mark.parametrize(
    "result",
    [
        Client(client_id="c", client_secret="geheim", user="ann"),
        NewTenant(name="acme", client_id="c", client_secret="geheim"),
        IssuedToken(access_token="geheim", tenant="acme", user="ann", expires_at="now"),
    ],
    ids=lambda result: type(result).__name__,
)
def test_a_result_never_shows_its_secret(result):
    assert "geheim" not in repr(result)


@pytest.mark.parametrize(
    ("status", "ended"),
    [("accepted", False), ("pending", False), ("in_progress", False), ("completed", True), ("cancelled", True)],
)
def test_a_job_says_whether_it_has_ended(status, ended):
    assert from_json(Job, {**to_json(JOB), "status": status}).has_ended is ended
