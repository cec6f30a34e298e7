"""The report of a failed test."""

from contextlib import suppress

import pytest
import requests

from mock_zuora import MockZuora
from mock_zuora.control.faults import Fault
from mock_zuora.testing.failure_report import FailureReport, fault_text, unused_lines


@pytest.fixture(scope="module")
def server():
    with MockZuora(auth="strict") as zuora:
        yield zuora


@pytest.fixture
def tenant(server):
    with server.tenant() as zuora:
        yield zuora


@pytest.fixture
def report(tenant, server):
    return FailureReport(tenant, server)


def call(zuora, method, path, **options):
    return requests.request(method, zuora.url + path, headers=zuora.headers(), timeout=30, **options)


def load(zuora, file):
    """Submits a create job with its file; returns its id."""
    body = {"operation": "create", "namespace": "default", "object": "vehicle"}
    job = call(zuora, "POST", "/objects/jobs", json=body).json()["Id"]
    headers = {**zuora.headers(), "Content-Type": "text/csv"}
    requests.post(f"{zuora.url}/objects/jobs/{job}/files", file, headers=headers, timeout=30).raise_for_status()
    return job


def test_report_of_unused_tenant_is_empty(tenant, report):
    assert report.text().splitlines() == [repr(tenant), "requests (0):", "jobs (0):"]


def test_report_shows_request_and_error_response(tenant, report):
    call(tenant, "GET", "/objects/jobs?pageSize=0")
    text = report.text()
    assert "  GET /objects/jobs?pageSize=0: 400 (" in text
    assert '    {"code":71013020,"message":"pageSize: \'0\' is not valid' in text


def test_report_shows_fidelity_warning(tenant, report):
    requests.get(f"{tenant.url}/objects/jobs", headers={**tenant.headers(), "Zuora-Version": "7"}, timeout=30)
    assert "    warning: unlisted-version: " in report.text()


def test_report_shows_request_hit_by_fault(tenant, report):
    tenant.faults.add("/objects/jobs", reset=True)
    with pytest.raises(requests.ConnectionError):
        call(tenant, "GET", "/objects/jobs")
    text = report.text()
    assert "  GET /objects/jobs: no response, hit by a fault (" in text
    assert "faults (1):\n  reset for /objects/jobs: 1 hits" in text


def test_report_shows_the_latest_requests(tenant, report):
    for page_size in range(1, 36):
        call(tenant, "GET", f"/objects/jobs?pageSize={page_size}")
    text = report.text()
    assert "requests (35, the latest 30):" in text
    assert "pageSize=5:" not in text and "pageSize=6:" in text and "pageSize=35:" in text


def test_report_shows_job_with_error_and_rejected_rows(tenant, report):
    tenant.jobs.reject_rows({row: (71012520, f"boom {row}") for row in range(2, 7)})
    tenant.jobs.fail_next(after_records=1)
    job = load(tenant, "brand__c\n" + "Volvo\n" * 8)
    text = report.text()
    assert f"  create vehicle {job}: failed, 1 records, 5 rows rejected, 71012560 Service limit reached" in text
    assert text.endswith("    row 4: 71012520 boom 4")


def test_report_shows_requests_without_a_token_since_the_tenant_was_created(server):
    def stray(path):
        requests.get(server.url + path, headers={"Authorization": "Bearer of-nobody"}, timeout=30)

    stray("/objects/jobs?pageSize=1")
    server.clock.advance(1)
    with server.tenant() as tenant:
        report = FailureReport(tenant, server)
        stray("/objects/jobs?pageSize=2")
        text = report.text()
    assert (
        "requests (0):\nrequests during this test without a test's token (1):\n  GET /objects/jobs?pageSize=2: 401"
        in text
    )
    assert "pageSize=1" not in text and "of-nobody" not in text


def test_report_shows_no_secret(tenant, report):
    token, client = tenant.token(), tenant.client()
    tenant.jobs.reject_rows({2: (71012520, f"refused {token}")})
    load(tenant, f"brand__c\n{token}\n")
    tenant.faults.add(f"/{token}", "GET", status=503, times=1)
    for secret in (token, client.client_secret):
        call(tenant, "GET", f"/objects/jobs/{secret}?clientSecret={secret}&pageSize={secret}")
        call(tenant, "POST", f"/{secret}", data=secret)
    text = report.text() + "".join(unused_lines(tenant.drop()))
    assert "row 2: 71012520 refused redacted" in text and "GET /objects/jobs/redacted?clientSecret=redacted" in text
    assert token not in text and client.client_secret not in text


def test_report_of_dropped_tenant_says_so(tenant, report):
    tenant.drop()
    assert "The tenant is no longer available: tenant: " in report.text()
    assert report.unused_of_created() == []


def test_faults_without_hits_and_outcomes_without_jobs_are_unused(tenant):
    tenant.faults.add("/objects/jobs", "GET", status=503)
    tenant.faults.add("/nowhere", status=429)
    tenant.jobs.fail_next()
    tenant.jobs.reject_rows(where={"brand__c": "Volvo"})
    tenant.jobs.hold_next()
    call(tenant, "GET", "/objects/jobs")
    unused = unused_lines(tenant.drop())
    assert unused[0] == "the fault '429 for /nowhere' hit no request"
    assert unused[1:] == [f"jobs.{name} applied to no job" for name in ("fail_next", "reject_rows", "hold_next")]


@pytest.mark.parametrize(("requested", "unused"), [([], 1), (["/objects/jobs"], 0)])
def test_random_fault_is_used_once_a_request_matches(tenant, requested, unused):
    tenant.faults.add("/objects/*", status=503, probability=1e-9)
    for path in requested:
        call(tenant, "GET", path)
    assert len(unused_lines(tenant.drop())) == unused


def test_fault_that_hit_fewer_requests_than_planned_is_unused(tenant):
    tenant.faults.add("/objects/jobs", status=503, times=3)
    tenant.faults.sequence(["reset", 429, None, 503], path="/objects/jobs/*")
    call(tenant, "GET", "/objects/jobs")
    for _ in range(2):
        with suppress(requests.ConnectionError):
            call(tenant, "GET", "/objects/jobs/1")
    assert unused_lines(tenant.drop()) == [
        "the fault '503 for /objects/jobs' hit 1 of 3 requests",
        "the fault '503 for /objects/jobs/*, only request 4' hit no request",
    ]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"status": 503, "method": "GET", "nth": 2}, "503 for GET, only request 2"),
        ({"status": 503, "method": "GET", "path": "/objects/**"}, "503 for GET /objects/**"),
        ({"reset": True}, "reset for any request"),
        ({"status": 500, "delay": 0.5, "operation": "x"}, "500 and 0.5 s delay for x"),
        ({"delay": 2.0}, "2 s delay for any request"),
    ],
    ids=str,
)
def test_fault_in_words(options, text):
    assert fault_text(Fault(id="1", **options)) == text


PROXY_VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
PROXY = "http://ann:hunter2@proxy.example:3128"


@pytest.fixture
def no_proxy(monkeypatch):
    for name in (*PROXY_VARIABLES, "NO_PROXY", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_report_without_requests_names_the_proxy_variable(no_proxy, monkeypatch, report, variable):
    monkeypatch.setenv(variable, PROXY)
    text = report.text()
    assert f"{variable} is set, so the client may have sent its requests to a proxy; set NO_PROXY=127.0.0.1" in text
    assert "hunter2" not in text


@pytest.mark.parametrize("variables", [{"HTTPS_PROXY": PROXY}, {"HTTP_PROXY": PROXY, "NO_PROXY": "127.0.0.1"}], ids=len)
def test_report_names_no_proxy_that_the_client_does_not_use(no_proxy, monkeypatch, report, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert "proxy" not in report.text()


def test_report_names_no_proxy_once_a_request_arrived(no_proxy, monkeypatch, tenant, report):
    call(tenant, "GET", "/objects/jobs")
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    assert "proxy" not in report.text()


def test_requests_of_earlier_tests_are_counted_only(tenant, report):
    call(tenant, "GET", "/objects/jobs?pageSize=1")
    report.start_test()
    assert not report.has_new_requests()
    call(tenant, "GET", "/objects/jobs?pageSize=2")
    text = report.text()
    assert report.has_new_requests() and "requests (1, after 1 of earlier tests):" in text
    assert "pageSize=1:" not in text and "pageSize=2:" in text


def test_report_of_stopped_server_can_start_another_test(server):
    with MockZuora() as stopped:
        report = FailureReport(stopped.tenant(), stopped)
    report.start_test()
    assert not report.has_new_requests()


def test_report_shows_tenants_that_the_test_made_and_dropped(tenant, report):
    with tenant.tenant("eu") as eu:
        call(eu, "GET", "/objects/jobs?pageSize=0")
        eu.faults.add("/nowhere", status=503)
    us = tenant.tenant("us")
    us.jobs.fail_next()
    text = report.text()
    assert text.index(repr(tenant)) < text.index(repr(eu)) < text.index("pageSize=0: 400") < text.index(repr(us))
    assert report.unused_of_created() == [
        f"the fault '503 for /nowhere' hit no request (tenant {eu.name})",
        f"jobs.fail_next applied to no job (tenant {us.name})",
    ]
    report.start_test()
    assert repr(eu) not in report.text()
    report.close()
    us.drop()
    assert repr(us) not in report.text()
