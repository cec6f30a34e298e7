"""Pages, summaries and explanations of recorded requests, and searches by what went wrong, with both transports."""

import pytest

from mock_zuora.control.errors import Invalid, Unknown
from mock_zuora.control.journal import MAX_REQUESTS

JOBS = "/objects/jobs"
RECORDS = "/objects/records/default/car"
CAR = {"object": "car", "label": "Car", "properties": {"doors__c": {"type": "integer", "label": "Doors"}}}


@pytest.mark.parametrize("order, expected", [("oldest", ["1", "2", "3"]), ("newest", ["3", "2", "1"])])
def test_pages_have_every_request_once(paged, sizes, order, expected):
    found, after = [], None
    while page := paged.requests.find(path=JOBS, order=order, limit=2, after=after):
        found += page
        after = page[-1]
    assert sizes(found) == expected


@pytest.mark.parametrize("listing", ["find", "summaries"])
def test_page_after_an_unknown_request_is_refused(paged, listing):
    with pytest.raises(Unknown, match=f"after: tenant '{paged.name}' has no recorded request 'nope'$"):
        getattr(paged.requests, listing)(after="nope")


@pytest.mark.parametrize(
    "page", [{"limit": 0}, {"limit": MAX_REQUESTS + 1}, {"order": "latest"}, {"text": ""}], ids=str
)
def test_page_that_is_not_possible_is_refused(paged, page):
    with pytest.raises(Invalid, match=next(iter(page))):
        paged.requests.find(**page)


def test_request_is_returned_by_its_id(paged):
    request = paged.requests[1]
    assert paged.requests.get(request.id) == paged.requests.get(request) == request
    with pytest.raises(Unknown, match="id: tenant .* has no recorded request 'nope'"):
        paged.requests.get("nope")


def test_summaries_have_what_a_list_shows(handle, call):
    fault = handle.faults.add(path=JOBS, status=503, message="Down for a while.", nth=2)
    call(handle, "GET", f"{JOBS}?pageSize=1", **{"Zuora-Version": "7"})
    call(handle, "GET", JOBS)
    first, second = handle.requests.summaries()
    for summary, request in zip((first, second), handle.requests, strict=True):
        for name in ("id", "at", "method", "path", "query", "status", "duration", "user", "token", "operation"):
            assert getattr(summary, name) == getattr(request, name)
        assert summary.warnings == len(request.warnings)
    assert (first.query, first.warnings, first.is_error, first.message) == ("pageSize=1", 1, False, "")
    assert (second.error_code, second.is_error, second.message) == (71013061, True, "Down for a while.")
    assert second.fault == fault.id


def test_requests_are_found_by_their_fault(handle, call):
    first, second = (handle.faults.add(path=JOBS, status=503, nth=number) for number in (1, 2))
    for _ in range(3):
        call(handle, "GET", JOBS)
    assert [each.fault for each in handle.requests.find(fault="any")] == [first.id, second.id]
    assert [each.fault for each in handle.requests.find(fault=second)] == [second.id]


def test_requests_are_found_by_their_user(handle, call):
    call(handle, "GET", JOBS, token=handle.token(user="ann"))
    call(handle, "GET", JOBS)
    assert [each.user for each in handle.requests.find(user="ann")] == ["ann"]


@pytest.mark.parametrize("text", ["ünsinn", "BECAUSE", "operation: 'Ünsinn' is not valid", JOBS])
def test_text_is_found_in_path_query_and_bodies_in_any_letter_case(handle, call, text):
    call(handle, "GET", "/x")
    call(handle, "POST", f"{JOBS}?why=because", '{"operation": "Ünsinn"}'.encode().decode("latin-1"))
    assert [each.path for each in handle.requests.find(text=text)] == [JOBS]
    assert handle.requests.wait(text=text, timeout=30)


def test_secret_is_not_found_by_text(handle, request_token):
    client = handle.client()
    request_token(handle, client)
    assert handle.requests.count(text=client.client_id) == 1
    assert handle.requests.count(text=client.client_secret) == handle.requests.count(text=client.client_secret[:5]) == 0


def test_errors_are_refusals_lost_responses_and_refused_records(handle, call):
    handle.define("car", CAR)
    handle.faults.add(path=f"{JOBS}/*", reset=True)
    call(handle, "GET", JOBS)
    call(handle, "GET", "/x")
    with pytest.raises(ConnectionResetError):
        call(handle, "GET", f"{JOBS}/1")
    call(handle, "POST", RECORDS, {"allowPartialSuccess": True, "records": [{"doors__c": 4}, {"doors__c": "x"}]})
    found = handle.requests.find(errors_only=True)
    assert [(each.status, each.is_error) for each in found] == [(404, True), (None, True), (200, True)]
    assert [each.error_code for each in found] == [90000040, None, 71012520]
    assert [each.id for each in handle.requests.explain(found[-1]).rules] == ["records-01"]
    assert [each.is_error for each in handle.requests.summaries()] == [False, True, True, True]


def test_failed_check_shows_the_requests_that_were_not_errors(handle, call):
    call(handle, "GET", JOBS)
    with pytest.raises(
        AssertionError, match=r"expected at least 1 request with errors_only=True(.|\n)*other errors_only"
    ):
        handle.requests.assert_made(errors_only=True)


@pytest.mark.fidelity("mock-06")
def test_refused_request_is_explained_by_its_rule_and_its_assumption(handle, call, submit):
    job = submit(handle, "doors__c\n4\n")
    call(handle, "POST", f"{JOBS}/{job}/files", "doors__c\n4\n")
    explanation = handle.requests.explain(handle.requests.last)
    assert [each.id for each in explanation.rules] == ["errors-12", "upload-04"]
    assert [each.source for each in explanation.rules] == ["assumed", "documented"]
    assert [(each.name, each.choice) for each in explanation.assumptions] == [("wrong-status", "71013620")]
    assert handle.requests.explain(handle.requests.summaries()[-1]) == explanation


@pytest.mark.parametrize(
    "settings, token, status, rule",
    [
        ({}, {"lifetime": 0}, 401, "tokens-03"),
        ({}, {"permissions": ["edit"]}, 403, "permissions-03"),
        ({"rate_limits": "1,1,1"}, {}, 429, "limits-05"),
    ],
    ids=["401", "403", "429"],
)
def test_refusal_for_token_permission_and_rate_limit_is_explained(handle, call, settings, token, status, rule):
    handle.configure(**settings)
    for _ in range(2):
        call(handle, "GET", f"{JOBS}/1", token=handle.token(**token))
    refused = handle.requests.last
    assert refused.status == status
    assert rule in [each.id for each in handle.requests.explain(refused).rules]


def test_rejected_row_failed_job_and_code_are_explained(handle, submit):
    handle.define("car", CAR)
    job = submit(handle, "doors__c\nfour\n", object="car")
    [row] = handle.jobs.errors(job)
    assert "rows-10" in [each.id for each in handle.requests.explain(row).rules]
    failed = handle.jobs.get(job)
    assert "rows-10" in [each.id for each in handle.requests.explain(failed).rules]
    assert handle.requests.explain(failed) == handle.requests.explain(failed.error)
    assert [each.id for each in handle.requests.explain(90000040).rules] == ["errors-09"]
    assert handle.requests.explain(99999999).rules == ()


def test_successful_request_and_impossible_code_are_not_explained(paged):
    with pytest.raises(Invalid, match=f"refused: GET {JOBS}.pageSize=1: 200 has no error code"):
        paged.requests.explain(paged.requests[0])
    with pytest.raises(
        Invalid, match="refused: JobInfo.* has no error code; expected a refused request or row, or a f"
    ):
        paged.requests.explain(paged.jobs.fill(1)[0])
    with pytest.raises(Invalid, match="code: '404' is not valid; expected an error code of 8 digits"):
        paged.requests.explain(404)
