import pytest

from mock_zuora.verify.finding import Inconclusive, Verdict, inconclusive
from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.response import Response
from mock_zuora.verify.timer import Timer

JOBS = "/objects/jobs"


def test_a_tenant_without_rate_limit_headers_is_shown(run_probes, tenant):
    tenant.configure(rate_limits="off")
    found = run_probes(tenant, "rate-limit-headers")
    assert (found["limits-04"].verdict, found["limits-03"].verdict) == (Verdict.OTHER, Verdict.INCONCLUSIVE)


def test_limits_of_no_documented_type_are_shown(run_probes, tenant):
    tenant.configure(rate_limits="30,100,1000")
    assert run_probes(tenant, "rate-limit-headers")["limits-03"].verdict is Verdict.OTHER


# Jobs


def test_a_tenant_that_accepts_ten_jobs_is_shown(run_probes, tenant):
    tenant.configure(concurrent_job_limit=20)
    found = run_probes(tenant, "job-limit")
    assert {each.verdict for each in found.values()} == {Verdict.OTHER}
    assert "10 jobs waited" in found["job-limit"].reason


def test_another_number_of_jobs_is_shown(run_probes, tenant):
    tenant.configure(concurrent_job_limit=3)
    found = run_probes(tenant, "job-limit")
    assert (found["job-limit"].choice, found["limits-01"].verdict) == ("400", Verdict.OTHER)


def test_jobs_of_others_leave_the_number_undecided(run_probes, tenant):
    tenant.jobs.fill()
    found = run_probes(tenant, "job-limit")
    assert (found["job-limit"].choice, found["limits-01"].verdict) == ("400", Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (403, '{"code": 71012515}', Verdict.INCONCLUSIVE),
        (500, "", Verdict.INCONCLUSIVE),
        (400, '{"code": 71013020}', Verdict.OTHER),
        (429, '{"message": "Too many jobs"}', Verdict.OTHER),
    ],
)
def test_other_refusals_of_jobs_are_no_choice(run_probes, tenant, status, body, verdict):
    tenant.faults.add(JOBS, "POST", status=status, body=body)
    found = run_probes(tenant, "job-limit")
    assert found["job-limit"].verdict is verdict
    assert found["limits-01"].verdict is Verdict.INCONCLUSIVE


# Requests


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ("off", "does not tell the limit per minute"),
        ("3001,100000,1000000", "3,001 requests per minute"),
        ("30,89,1000000", "per hour leaves too few"),
    ],
)
def test_limits_that_cannot_be_reached_are_inconclusive(run_probes, tenant, limits, why):
    tenant.configure(rate_limits=limits)
    found = run_probes(tenant, "refused-requests")["refused-requests"]
    assert (found.verdict, why in found.reason) == (Verdict.INCONCLUSIVE, True), found.reason


@pytest.mark.parametrize(
    ("limits", "verdict", "why"),
    [
        ("30,400,1000000", Verdict.CHOICE, "a smaller part of that per minute"),
        ("30,91,1000000", Verdict.INCONCLUSIVE, "which hides how much of the limit per minute was used"),
    ],
)
def test_another_limit_that_is_shown_bounds_what_was_used(runner_of, tenant, limits, verdict, why):
    tenant.configure(rate_limits=limits, assume={"refused-requests": "free"})
    runner = runner_of(tenant)
    for _ in range(25):
        runner.tenant.call("GET", "/objects/jobs")
    tenant.clock.advance(120)
    found = runner.attempt(PROBES["refused-requests"])["refused-requests"]
    assert (found.verdict, found.choice) == (verdict, "free" if verdict is Verdict.CHOICE else None)
    assert why in found.reason


class Passing(Timer):
    """A clock that only pauses and requests move."""

    def __init__(self):
        self.passed = 7.3

    def now(self):
        return self.passed

    def pause(self, seconds):
        self.passed += seconds


class LimitedTenant:
    """A tenant that accepts 100 requests per minute. Each takes ``seconds``."""

    def __init__(self, seconds, *, counts_refused=True, is_fixed=False, others=()):
        self.timer, self.seconds = Passing(), seconds
        self.counts_refused, self.is_fixed = counts_refused, is_fixed
        self.counted, self.others = [], list(others)

    def authorization(self):
        return {}

    def once(self, method, path, headers):
        self.timer.pause(self.seconds)
        now = self.timer.now()
        self.counted += [each for each in self.others if each <= now]
        self.others = [each for each in self.others if each > now]
        start = now // 60 * 60 if self.is_fixed else now - 60
        used = len([each for each in self.counted if each > start])
        is_refused = used >= 100
        if not is_refused or self.counts_refused:
            self.counted.append(now)
            used += 1
        shown = {"limit": "100, 100;w=60, 1000;w=3600", "remaining": str(max(0, 100 - used)), "reset": "9"}
        headers = {f"ratelimit-{name}": value for name, value in shown.items()} | {"retry-after": "9"}
        return Response("GET job", 429 if is_refused else 404, headers, "")


def found_in(tenant):
    """The finding about refused requests."""
    try:
        return dict(PROBES["refused-requests"].scenario(tenant))["refused-requests"]
    except Inconclusive as why:
        return inconclusive(str(why))


@pytest.mark.parametrize(("counts_refused", "choice"), [(True, "count"), (False, "free")])
@pytest.mark.parametrize("seconds", [0.001, 0.05, 0.2, 0.35])
def test_refused_requests_are_told_apart_however_long_requests_take(seconds, counts_refused, choice):
    assert found_in(LimitedTenant(seconds, counts_refused=counts_refused)).choice == choice


@pytest.mark.parametrize("counts_refused", [True, False])
@pytest.mark.parametrize("seconds", [0.01, 0.2])
def test_windows_that_begin_with_each_minute_are_inconclusive(seconds, counts_refused):
    found = found_in(LimitedTenant(seconds, counts_refused=counts_refused, is_fixed=True))
    assert (found.verdict, "accepted again" in found.reason) == (Verdict.INCONCLUSIVE, True), found.reason


@pytest.mark.parametrize(
    ("tenant", "why"),
    [
        (LimitedTenant(0.5), "too few requests per second"),
        (LimitedTenant(0.1, others=[70 + each / 10 for each in range(5)]), "others use it"),
        (LimitedTenant(0.1, counts_refused=False, others=[141.0]), "other clients may"),
        (LimitedTenant(0.1, others=[120.0]), "other clients may"),
    ],
)
def test_a_limit_that_others_use_or_that_is_not_reached_is_inconclusive(tenant, why):
    found = found_in(tenant)
    assert (found.verdict, why in found.reason) == (Verdict.INCONCLUSIVE, True), found.reason
