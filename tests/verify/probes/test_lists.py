import httpx2
import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes.lists import _cursor

JOBS = "/objects/jobs"


@pytest.mark.parametrize(
    ("refused", "verdict"),
    [
        ({"mockzuora_probe"}, Verdict.OTHER),
        ({"mockzuora_probe", "accepted", "open"}, Verdict.OTHER),
        ({"open"}, Verdict.INCONCLUSIVE),
        (set(), Verdict.INCONCLUSIVE),
    ],
)
def test_a_filter_that_does_not_tell_the_names_apart_is_no_choice(found_by, refused, verdict):
    def respond(method, path, headers, params):
        return (400, '{"code": 71013020}') if params["status"] in refused else (200, '{"jobs": []}')

    found = found_by("accepted-name", respond)
    assert found["accepted-name"].verdict is verdict


@pytest.mark.parametrize("cursor", ["next", 7, ["a"]])
def test_a_cursor_that_is_not_the_last_id_is_shown(cursor):
    assert _cursor({"cursor": cursor}, [{"Id": "a"}]).verdict is Verdict.OTHER


def test_a_list_that_never_shows_a_job_is_inconclusive(run_probes, tenant):
    tenant.faults.add(JOBS, "GET", status=200, body='{"jobs": [], "count": 0}')
    for name in ("last-cursor", "job-lists"):
        found = run_probes(tenant, name)
        assert {each.verdict for each in found.values()} == {Verdict.INCONCLUSIVE}


def test_a_list_of_another_form_is_inconclusive(run_probes, tenant):
    tenant.faults.add(JOBS, "GET", status=200, body='{"code": 71013020}')
    found = run_probes(tenant, "job-lists", "pending-expiry")
    assert {each.verdict for each in found.values()} == {Verdict.INCONCLUSIVE}


def test_jobs_of_others_do_not_matter(run_probes, tenant):
    tenant.jobs.fill(3)
    found = run_probes(tenant, "job-lists")
    assert {each.verdict for each in found.values()} == {Verdict.HOLDS}


# Jobs that wait


def test_without_a_job_that_waited_for_a_day_nothing_is_claimed(run_probes, tenant):
    tenant.jobs.fill(1)
    tenant.clock.advance(hours=24.5)
    found = run_probes(tenant, "pending-expiry")["pending-expiry"]
    assert (found.verdict, "leave a job pending for 25 hours" in found.reason) == (Verdict.INCONCLUSIVE, True)


@pytest.mark.parametrize("hours", [23.9, 24.1, 30])
def test_a_job_that_somebody_cancelled_after_a_day_decides_nothing(run_probes, tenant, hours):
    job = tenant.jobs.fill(1)[0]
    tenant.clock.advance(hours=hours)
    cancel(tenant, job)
    assert run_probes(tenant, "pending-expiry")["pending-expiry"].verdict is Verdict.INCONCLUSIVE


def test_a_job_that_was_cancelled_later_than_others_decides_nothing(run_probes, tenant):
    tenant.configure(assume={"pending-expiry": "a-day"})
    tenant.jobs.fill(1)
    tenant.clock.advance(hours=25)
    tenant.configure(assume={"pending-expiry": "never"})
    job = tenant.jobs.fill(1)[0]
    tenant.clock.advance(hours=40)
    cancel(tenant, job)
    assert run_probes(tenant, "pending-expiry")["pending-expiry"].verdict is Verdict.INCONCLUSIVE


def cancel(tenant, job):
    httpx2.patch(f"{tenant.url}{JOBS}/{job.id}/cancel", headers=tenant.headers()).raise_for_status()
