"""What a tenant has to say for itself: its calls, its jobs, its faults, and what was planned in vain."""

import pytest
import requests

from mock_zuora import MockZuora
from mock_zuora.control.results import Fault
from mock_zuora.testing.failure_report import FailureReport, fault_text


@pytest.fixture(scope="module")
def server():
    with MockZuora(auth="strict") as zuora:
        yield zuora


@pytest.fixture
def tenant(server):
    with server.tenant() as zuora:
        yield zuora


@pytest.fixture
def evidence(tenant, server):
    return FailureReport(tenant, server)


def call(zuora, method, path, **said):
    return requests.request(method, zuora.url + path, headers=zuora.headers(), timeout=30, **said)


def load(zuora, file):
    """A create job with its file; gives the job's id."""
    body = {"operation": "create", "namespace": "default", "object": "vehicle"}
    job = call(zuora, "POST", "/objects/jobs", json=body).json()["Id"]
    headers = {**zuora.headers(), "Content-Type": "text/csv"}
    requests.post(f"{zuora.url}/objects/jobs/{job}/files", file, headers=headers, timeout=30).raise_for_status()
    return job


def test_a_tenant_that_nobody_used_has_no_calls_and_no_jobs(tenant, evidence):
    assert evidence.text().splitlines() == [repr(tenant), "calls (0):", "jobs (0):"]


def test_a_call_says_what_was_asked_and_what_was_answered(tenant, evidence):
    call(tenant, "GET", "/objects/jobs?pageSize=0")
    said = evidence.text()
    assert "  GET /objects/jobs?pageSize=0: 400 (" in said
    assert '    {"code":71013020,"message":"pageSize: \'0\' is not valid' in said


def test_a_call_that_was_accepted_with_a_warning_says_so(tenant, evidence):
    requests.get(f"{tenant.url}/objects/jobs", headers={**tenant.headers(), "Zuora-Version": "7"}, timeout=30)
    assert "    warning: unlisted-version: " in evidence.text()


def test_a_call_that_a_fault_broke_off_says_so(tenant, evidence):
    tenant.faults.add("/objects/jobs", reset=True)
    with pytest.raises(requests.ConnectionError):
        call(tenant, "GET", "/objects/jobs")
    said = evidence.text()
    assert "  GET /objects/jobs: no answer, hit by a fault (" in said
    assert "faults (1):\n  reset for /objects/jobs: 1 hits" in said


def test_of_many_calls_the_latest_are_shown(tenant, evidence):
    for page_size in range(1, 36):
        call(tenant, "GET", f"/objects/jobs?pageSize={page_size}")
    said = evidence.text()
    assert "calls (35, the latest 30):" in said
    assert "pageSize=5:" not in said and "pageSize=6:" in said and "pageSize=35:" in said


def test_a_job_says_how_it_ended_and_which_rows_were_rejected(tenant, evidence):
    tenant.jobs.reject_rows({row: (71012520, f"boom {row}") for row in range(2, 7)})
    tenant.jobs.fail_next(after_records=1)
    job = load(tenant, "brand__c\n" + "Volvo\n" * 8)
    said = evidence.text()
    assert f"  create vehicle {job}: failed, 1 records, 5 rows rejected, 71012560 Service limit reached" in said
    assert said.endswith("    row 4: 71012520 boom 4")


def test_calls_without_a_token_of_the_tenant_are_shown_if_they_came_meanwhile(server, tenant):
    def stray(path):
        requests.get(server.url + path, headers={"Authorization": "Bearer of-nobody"}, timeout=30)

    stray("/objects/jobs?pageSize=1")
    server.clock.advance(1)
    evidence = FailureReport(tenant, server)
    stray("/objects/jobs?pageSize=2")
    said = evidence.text()
    assert "calls (0):\ncalls meanwhile without a token of any test (1):\n  GET /objects/jobs?pageSize=2: 401" in said
    assert "pageSize=1" not in said and "of-nobody" not in said


def test_a_tenant_that_is_gone_is_no_crash(tenant, evidence):
    tenant.drop()
    assert "It cannot be asked any more: tenant: there is none called" in evidence.text()
    assert evidence.planned_in_vain() == []


def test_faults_without_a_hit_and_outcomes_without_a_job_were_in_vain(tenant, evidence):
    tenant.faults.add("/objects/jobs", "GET", status=503)
    tenant.faults.add("/nowhere", status=429)
    tenant.jobs.fail_next()
    tenant.jobs.reject_rows(where={"brand__c": "Volvo"})
    tenant.jobs.hold_next()
    call(tenant, "GET", "/objects/jobs")
    in_vain = evidence.planned_in_vain()
    assert in_vain[0] == "the fault '429 for /nowhere' hit no call"
    assert in_vain[1:] == [f"jobs.{name} found no job" for name in ("fail_next", "reject_rows", "hold_next")]


def test_a_fault_that_hits_by_chance_had_its_chance_with_the_first_call(tenant, evidence):
    tenant.faults.add("/objects/*", status=503, probability=1e-9)
    assert len(evidence.planned_in_vain()) == 1
    call(tenant, "GET", "/objects/jobs")
    assert evidence.planned_in_vain() == []


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"status": 503, "method": "GET", "path": "/objects/**"}, "503 for GET /objects/**"),
        ({"reset": True}, "reset for any call"),
        ({"status": 500, "delay": 0.5, "operation": "x"}, "500 and 0.5 s delay for x"),
        ({"delay": 2.0}, "2 s delay for any call"),
    ],
    ids=str,
)
def test_a_fault_is_said_in_words(said, text):
    assert fault_text(Fault(id="1", **said)) == text
