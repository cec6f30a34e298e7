import pytest

from mock_zuora.verify.finding import Verdict


@pytest.mark.parametrize(
    ("status", "body"), [(404, "<html>"), (400, '{"code": 71013020}'), (404, '{"code": 71013120}')]
)
def test_other_refusals_of_a_job_id_are_shown(run_probes, tenant, status, body):
    tenant.faults.add("/objects/jobs/*", status=status, body=body)
    assert run_probes(tenant, "bad-job-id")["bad-job-id"].verdict is Verdict.OTHER


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ((404, "<html>"), (405, '{"code": 90000045}', {"allow": "GET"})),
        ((404, '{"code": 90000040}'), (405, '{"code": 90000045}')),
        ((404, '{"code": 90000040}'), (404, '{"code": 90000040}', {"allow": "GET"})),
    ],
)
def test_errors_of_a_gateway_are_shown(found_by, path, method):
    found = found_by("paths", lambda sent, *request, **options: method if sent == "DELETE" else path)
    assert found["errors-09"].verdict is Verdict.OTHER


def test_the_method_that_does_not_exist_could_delete_nothing(run_probes, tenant):
    """A tenant may have an operation that the documentation does not have."""
    run_probes(tenant, "paths")
    deleted = [each.path for each in tenant.requests if each.method == "DELETE"]
    assert deleted
    assert all(each.startswith("/objects/jobs/0") for each in deleted)


def test_a_submit_with_a_mistake_that_is_accepted_is_shown_and_its_job_ended(run_probes, tenant):
    tenant.faults.add("/objects/jobs", "POST", match_body='"upsert"', status=400, body='{"code": 71013020}')
    found = run_probes(tenant, "submit-errors")
    assert (found["errors-05"].verdict, found["jobs-07"].verdict) == (Verdict.OTHER, Verdict.OTHER)
    assert found["errors-04"].verdict is Verdict.HOLDS


def test_a_full_tenant_tells_nothing_about_mistakes(run_probes, tenant):
    tenant.faults.add("/objects/jobs", "POST", status=400, body='{"code": 71013030}')
    found = run_probes(tenant, "submit-errors")
    assert {each.verdict for each in found.values()} == {Verdict.INCONCLUSIVE}


# Permissions


@pytest.mark.parametrize("permissions", [[], ["view"], ["edit"], ["view", "edit"]])
def test_a_user_without_a_permission_sees_the_refusal(run_probes, tenant, permissions):
    tenant.user(tenant.client().user, permissions)
    found = run_probes(tenant, "permissions")["permissions-03"]
    assert found.verdict is Verdict.HOLDS, found.reason


def test_another_refusal_for_a_permission_is_shown(run_probes, tenant):
    tenant.faults.add("/objects/jobs", "POST", status=403, body='{"message": "no"}')
    assert run_probes(tenant, "permissions")["permissions-03"].verdict is Verdict.OTHER
