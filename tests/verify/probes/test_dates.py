import json

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.probes.dates import _decision
from mock_zuora.verify.response import Response

THREE = ["2026-01-01T00:00:00.100Z", "2026-01-01T00:00:01.300Z"]
JOB = ["2026-01-01T00:00:00.200Z", "2026-01-01T00:00:00.300Z"]
WHOLE_JOB = ["2026-01-01T00:00:00Z"] * 2


@pytest.mark.parametrize(
    ("records", "job", "choice"),
    [
        ([*THREE, "2026-01-01T00:00:02.000Z"], JOB, "milliseconds"),
        ([*THREE, "2026-01-01T00:00:02Z"], JOB, "instant"),
        ([f"2026-01-01T00:00:0{second}Z" for second in range(5)], WHOLE_JOB, "whole-seconds"),
        ([f"2026-01-01T00:00:0{second}+00:00" for second in range(5)], WHOLE_JOB, "whole-seconds"),
    ],
)
def test_dates_tell_the_choice(records, job, choice):
    assert _decision(records, job).choice == choice


@pytest.mark.parametrize(
    ("records", "job"), [(THREE, JOB), ([f"2026-01-01T00:00:0{second}Z" for second in range(4)], WHOLE_JOB)]
)
def test_more_dates_are_needed(records, job):
    assert _decision(records, job) is None


@pytest.mark.parametrize(
    ("records", "job"),
    [
        (["2026-01-01T00:00:00.123456Z"], JOB),
        (THREE, ["yesterday", "today"]),
        ([*THREE, "2026-01-01T00:00:02Z", "2026-01-01T00:00:03.000Z"], JOB),
        ([*THREE, "2026-01-01T00:00:02.000Z"], WHOLE_JOB),
        ([f"2026-01-01T00:00:0{second}Z" for second in range(5)], JOB),
    ],
)
def test_dates_of_other_forms_are_shown(records, job):
    assert _decision(records, job).verdict is Verdict.OTHER


def test_without_a_date_on_a_whole_second_nothing_is_claimed(run_probes, tenant):
    body = '{"records": [{"Id": "a", "CreatedDate": "2026-01-01T00:00:00.123Z"}]}'
    tenant.faults.add("/objects/records/default/*", "POST", status=200, body=body)
    found = run_probes(tenant, "dates")["dates"]
    assert (found.verdict, "none was on a whole second" in found.reason) == (Verdict.INCONCLUSIVE, True)


class DistantTenant:
    """Its requests take 60 to 100 milliseconds to arrive, never the same time twice in a row."""

    def __init__(self):
        self.timer, self.milliseconds, self.sent = self, 345, 0

    def pause(self, seconds):
        self.milliseconds += round(seconds * 1_000)

    def now_text(self):
        second, rest = divmod(self.milliseconds, 1_000)
        return f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}" + (f".{rest:03d}Z" if rest else "Z")

    def object(self, fields):
        return "object"

    def pending_job(self, name):
        return "job"

    def cancel(self, job):
        """Needs no time."""

    def wait_for(self, job):
        return Response("GET", 200, {}, json.dumps({"CreatedDate": JOB[0], "UpdatedDate": JOB[1]}))

    def call(self, method, path, json_body):
        self.sent += 1
        self.milliseconds += 60 + self.sent * 17 % 41
        return Response("POST", 200, {}, json.dumps({"records": [{"CreatedDate": self.now_text()}]}))


def test_a_whole_second_is_met_although_requests_take_time():
    """The probe learns how late its requests arrive. By chance, one in a thousand would be on a whole second."""
    tenant = DistantTenant()
    assert dict(PROBES["dates"].scenario(tenant))["dates"].choice == "instant"
