import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES

MISSING_JOB = "/objects/jobs/*"


def test_an_error_of_another_form_is_shown(run_probes, tenant):
    tenant.faults.add(MISSING_JOB, status=404, body='{"oops": 71013040}')
    found = run_probes(tenant, "error-body")["error-body"]
    assert (found.verdict, "oops" in found.reason) == (Verdict.OTHER, True)


def test_an_error_whose_form_depends_on_the_version_is_shown(run_probes, tenant):
    tenant.faults.add(
        MISSING_JOB, status=404, body='{"reasons": [{"code": 71013040}]}', match_headers={"Zuora-Version": "186.0"}
    )
    assert run_probes(tenant, "error-body")["error-body"].verdict is Verdict.OTHER


REASONS = '{"reasons": [{"code": 90000011, "message": "no"}]}'
MESSAGE = '{"message": "no"}'


@pytest.mark.parametrize(
    ("without", "invalid", "choice"),
    [
        ((401, MESSAGE), (401, MESSAGE), "message"),
        ((401, REASONS), (401, REASONS), "reasons"),
        # A gateway that knows no token may let it pass.
        ((401, REASONS), (404, "{}"), "reasons"),
        ((401, MESSAGE), (401, REASONS), None),
        ((401, "<html>"), (401, "<html>"), None),
        ((404, "{}"), (404, "{}"), None),
    ],
)
def test_a_401_is_judged_by_both_requests(found_by, without, invalid, choice):
    def respond(method, path, headers, **options):
        return {None: without, "Bearer mockzuora-probe": invalid}.get(headers.get("Authorization"), (404, "{}"))

    found = found_by("unauthorized-body", respond)["unauthorized-body"]
    assert (found.verdict, found.choice) == (Verdict.CHOICE if choice else Verdict.OTHER, choice)


def test_a_scheme_in_upper_case_that_is_refused_is_shown(found_by):
    def respond(method, path, headers, **options):
        return (404, "{}") if headers.get("Authorization") == "bearer token" else (401, MESSAGE)

    assert found_by("unauthorized-body", respond)["requests-01"].verdict is Verdict.OTHER


@pytest.mark.parametrize(
    ("status", "body", "choice"),
    [
        (401, MESSAGE, "zuora"),
        (401, '{"error": "invalid_client"}', "rfc6749"),
        (200, '{"access_token": "x"}', None),
        (400, "<html>", None),
    ],
)
def test_a_refused_token_request_is_judged_by_its_body(found_by, status, body, choice):
    found = found_by("token-error-body", lambda *request, **options: (status, body))["token-error-body"]
    assert (found.verdict, found.choice) == (Verdict.CHOICE if choice else Verdict.OTHER, choice)


@pytest.mark.parametrize(
    ("status", "body"), [(422, '{"code": 90000030}'), (409, '{"code": 90000050}'), (409, '{"records": [{"Id": "a"}]}')]
)
def test_another_response_to_a_known_idempotency_key_is_shown(run_probes, tenant, status, body):
    effects = [None, {"status": status, "body": body}] * 2
    tenant.faults.sequence(effects, "/objects/records/default/*", "POST")
    assert run_probes(tenant, "idempotency-key")["idempotency-key"].verdict is Verdict.OTHER


def test_a_record_that_cannot_be_created_tells_nothing_about_idempotency_keys(run_probes, tenant):
    tenant.faults.add("/objects/records/default/*", "POST", status=403)
    assert run_probes(tenant, "idempotency-key")["idempotency-key"].verdict is Verdict.INCONCLUSIVE


def test_missing_headers_are_shown(run_probes, tenant):
    tenant.faults.add(MISSING_JOB, status=404, body="{}", headers={"Content-Type": "text/html"})
    found = run_probes(tenant, "request-headers")
    assert found["jobs-05"].verdict is Verdict.OTHER


def test_versions_that_change_nothing_are_inconclusive(run_probes, tenant):
    tenant.configure(assume={"record-version": "never"})
    found = run_probes(tenant, "versions")
    assert {each.verdict for each in found.values()} == {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"expires_in": 3600}, Verdict.HOLDS),
        ({"expires_in": 60}, Verdict.OTHER),
        ({"token_type": "Bearer"}, Verdict.OTHER),
        ({"refresh_token": "more"}, Verdict.OTHER),
    ],
)
def test_a_token_with_other_fields_is_told(fields, verdict):
    class Tenant:
        def token_fields(self):
            usual = {"access_token": "redacted", "token_type": "bearer", "expires_in": 3598, "scope": "", "jti": ""}
            return usual | fields

    found = dict(PROBES["access-token"].scenario(Tenant()))
    assert found["tokens-01"].verdict is Verdict.HOLDS
    assert found["tokens-02"].verdict is verdict
