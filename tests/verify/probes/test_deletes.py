import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.response import Response

JOBS = "/objects/jobs"


def test_another_first_status_is_shown(run_probes, tenant):
    body = '{"Id": "00000000-0000-4000-8000-000000000000", "status": "pending"}'
    tenant.faults.add(JOBS, "POST", match_body='"delete"', status=200, body=body)
    found = run_probes(tenant, "delete-first-status")
    assert (found["delete-first-status"].verdict, found["jobs-11"].verdict) == (Verdict.OTHER, Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("status", "code", "verdict"), [(400, 71013020, Verdict.OTHER), (403, 71012514, Verdict.INCONCLUSIVE)]
)
def test_other_refusals_of_a_job_without_a_filter_are_no_choice(run_probes, tenant, status, code, verdict):
    tenant.faults.add(JOBS, "POST", match_body='"delete"', status=status, body=f'{{"code": {code}}}')
    assert run_probes(tenant, "delete-without-filter")["delete-without-filter"].verdict is verdict


def test_a_job_without_a_filter_that_deletes_nothing_is_shown(run_probes, tenant):
    for _ in range(2):
        tenant.jobs.fail_next(after_records=0, operation="delete")
    found = run_probes(tenant, "delete-without-filter")["delete-without-filter"]
    assert (found.verdict, "2 of 2 records were left" in found.reason) == (Verdict.OTHER, True)


def test_a_job_that_fails_tells_nothing_about_filters(run_probes, tenant):
    for _ in range(2):
        tenant.jobs.fail_next(after_records=0, operation="delete")
    found = run_probes(tenant, "delete-filters")
    assert {each.verdict for each in found.values()} == {Verdict.INCONCLUSIVE}


class CarelessTenant:
    """Refuses nothing, and its delete jobs delete nothing."""

    def __init__(self):
        self.jobs = []

    def object(self, fields, **keys):
        return "object"

    def create(self, name, *records):
        self.created = records

    def records(self, name):
        return self.created

    def submit(self, operation, name, **keys):
        return Response("POST", 200, {}, '{"Id": "a", "status": "completed"}')

    def call(self, method, path, **options):
        return self.submit(method, path)

    def wait_for(self, job):
        return self.submit("delete", job)


def test_filters_that_are_not_followed_and_mistakes_that_are_accepted_are_shown():
    found = dict(PROBES["delete-filters"].scenario(CarelessTenant()))
    assert found.pop("filter-07").verdict is Verdict.HOLDS, "a tenant that accepts everything accepts this, too"
    assert {each.verdict for each in found.values()} == {Verdict.OTHER}


def test_a_value_beyond_its_field_that_is_refused_is_shown(run_probes, tenant):
    tenant.faults.add("/objects/jobs", "POST", match_body="101", status=400, code=71013320)
    assert run_probes(tenant, "delete-filters")["filter-07"].verdict is Verdict.OTHER


def test_records_that_are_listed_late_are_waited_for(run_probes, tenant):
    tenant.configure(read_delay=30)
    found = run_probes(tenant, "delete-without-filter", "delete-filters")
    assert found.pop("delete-without-filter").choice == "all"
    assert {each.verdict for each in found.values()} == {Verdict.HOLDS}
