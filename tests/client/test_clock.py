"""The clock of a handle, with both transports."""

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine
from freezegun import freeze_time

from mock_zuora import MockZuora
from mock_zuora.control.errors import Invalid, Refused

JOBS = "/objects/jobs"


def test_frozen_clock_does_not_move(handle):
    stopped = handle.clock.freeze()
    assert (handle.clock.now(), handle.clock.speed) == (stopped, 0)


def test_resumed_clock_continues_from_its_time(handle):
    handle.clock.freeze()
    ahead = handle.clock.advance(3_600)
    resumed = handle.clock.resume()
    assert ahead <= resumed < ahead + timedelta(minutes=1)
    assert handle.clock.speed == 1


def test_frozen_clock_advances_exactly(handle):
    before = handle.clock.freeze()
    assert handle.clock.advance(61.5) == before + timedelta(seconds=61.5)


def test_clock_can_run_fast(handle):
    handle.clock.run_at(1_000_000)
    assert handle.clock.speed == 1_000_000


@pytest.mark.parametrize("amount", [-1, 1e12, 1e308, float("nan"), "soon", None, date(2026, 1, 1)], ids=repr)
@pytest.mark.parametrize("unit", ["seconds", "minutes", "hours", "days"])
def test_invalid_advance_is_refused(handle, unit, amount):
    before = handle.clock.freeze()
    with pytest.raises(Invalid, match=f"({unit}|seconds): .* is not valid; expected a number"):
        handle.clock.advance(**{unit: amount})
    assert handle.clock.now() == before


def test_clock_does_not_advance_past_the_year_9999(handle):
    handle.clock.set("9999-12-31")
    with pytest.raises(Invalid, match="seconds: 172800 would move the clock past the year 9999"):
        handle.clock.advance(days=2)


def test_negative_speed_is_refused(handle):
    with pytest.raises(Invalid, match="speed: -1"):
        handle.clock.run_at(-1)


@pytest.mark.fidelity("mock-02")
def test_advance_returns_when_due_work_is_done(handle, submit):
    handle.configure(transitions="time", processing_time=60)
    handle.clock.freeze()
    job = submit(handle, "brand__c\n" + "Saab\n" * 5_000)
    assert handle.jobs.get(job).status == "in_progress"
    handle.clock.advance(61)
    assert handle.jobs.get(job).records_processed == 5_000


@pytest.mark.fidelity("mock-02")
def test_token_expires_on_the_clock_of_its_tenant(handle, call):
    token = handle.token()
    assert call(handle, "GET", JOBS, token=token)[0] == 200
    handle.clock.advance(3_601)
    assert call(handle, "GET", JOBS, token=token)[0] == 401


@pytest.mark.parametrize(
    "options",
    [{"seconds": 5400}, {"hours": 1.5}, {"minutes": 90}, {"seconds": timedelta(hours=1, minutes=30)}],
    ids=str,
)
def test_clock_can_be_advanced_in_any_unit(handle, options):
    before = handle.clock.freeze()
    assert handle.clock.advance(**options) - before == timedelta(hours=1.5)


@pytest.mark.parametrize(
    "time",
    [
        datetime.fromisoformat("2020-02-01"),
        datetime(2020, 2, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        date(2020, 2, 1),
        "2020-02-01",
        "2020-02-01T01:00:00+01:00",
        1_580_515_200,
        1_580_515_200.0,
    ],
    ids=repr,
)
@pytest.mark.fidelity("mock-02")
def test_clock_can_be_set(handle, time):
    handle.clock.freeze()
    assert handle.clock.set(time) == handle.clock.now() == datetime(2020, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "time", ["soon", None, float("nan"), 1e30, "1969-01-01", "9999-12-31T23:59:59.9999", ""], ids=repr
)
def test_time_that_is_none_is_refused(handle, time):
    before = handle.clock.freeze()
    with pytest.raises(Invalid, match="now: "):
        handle.clock.set(time)
    assert handle.clock.now() == before


def test_later_time_does_what_is_due_until_then(handle, submit):
    handle.configure(transitions="time", processing_time=3600)
    job = submit(handle, "brand__c\nVolvo\n")
    handle.clock.set(handle.clock.now() + timedelta(hours=2))
    assert handle.jobs.get(job).status == "completed"


def test_clock_is_not_set_back_during_a_job(handle, submit):
    handle.configure(transitions="manual")
    job = submit(handle, "brand__c\nVolvo\n")
    before = handle.clock.freeze()
    with pytest.raises(Refused, match=f"now: job {job} is in_progress; the clock can be set back only when every job"):
        handle.clock.set("2020-01-01")
    assert handle.clock.now() == before


def test_token_keeps_the_rest_of_its_lifetime_when_the_clock_is_set_back(handle, call):
    token = handle.token()
    handle.clock.freeze()
    handle.clock.set("2020-01-01")
    handle.clock.advance(minutes=59)
    assert call(handle, "GET", JOBS, token=token)[0] == 200
    handle.clock.advance(minutes=2)
    assert call(handle, "GET", JOBS, token=token)[0] == 401


def test_requests_before_the_clock_was_set_back_do_not_count(handle, call):
    handle.configure(rate_limits="2,2,2")
    for _ in range(2):
        call(handle, "GET", JOBS)
    handle.clock.set("2020-01-01")
    assert call(handle, "GET", JOBS)[0] == 200


def test_clock_follows_that_of_the_test():
    pretended = datetime(2020, 2, 1, tzinfo=UTC)
    with MockZuora() as zuora:
        assert zuora.clock.follow(lambda: pretended) == pretended
        pretended += timedelta(hours=2)
        assert zuora.clock.now() == pretended


def test_followed_clock_can_be_replaced_at_any_time():
    with MockZuora() as zuora, freeze_time("2030-01-01") as frozen:
        zuora.clock.follow(time.time)
        frozen.tick(3600)
        assert zuora.clock.now() == datetime(2030, 1, 1, 1, tzinfo=UTC)
    with MockZuora() as zuora:
        zuora.clock.follow()
        with time_machine.travel("2040-01-01T00:00:00Z", tick=False):
            # It began at a time that was read before it began, and keeps this delay.
            assert timedelta(0) <= datetime(2040, 1, 1, tzinfo=UTC) - zuora.clock.now() < timedelta(seconds=1)


def test_clock_that_cannot_be_read_is_refused():
    with MockZuora() as zuora, pytest.raises(Invalid, match="now: .* does not tell the time"):
        zuora.clock.follow(lambda: None)


def test_clock_stays_when_the_followed_one_fails_later(caplog):
    readings = iter([1_580_515_200.0] * 3)
    with MockZuora() as zuora:
        zuora.clock.follow(lambda: next(readings))
        assert [zuora.clock.now() for _ in range(9)][-1] == datetime(2020, 2, 1, tzinfo=UTC)
    assert "the clock that a tenant follows failed" in caplog.text


def test_server_in_another_process_cannot_follow(running):
    with MockZuora.connect(running.url) as zuora, pytest.raises(Refused, match=r"clock\.set or clock\.advance"):
        zuora.clock.follow()


@pytest.mark.parametrize("time", [datetime.max.replace(tzinfo=UTC), "9999-12-31T23:59:59.9999"], ids=str)
def test_time_after_9999_is_refused(handle, time):
    with pytest.raises(Invalid, match=r"^now: .* expected a time from 1970 to 9999"):
        handle.clock.set(time)


@pytest.mark.parametrize("now", [1_767_225_600_000_000_000, 1e300, -1e300, -5], ids=str)
def test_time_out_of_range_cannot_be_followed(now):
    with MockZuora() as zuora, pytest.raises(Invalid, match="now: .* is not valid; expected a time from 1970 to 9999"):
        zuora.clock.follow(lambda: now)


@pytest.mark.parametrize("now", [time.time, datetime.now, datetime.today], ids=["time", "now", "today"])
def test_function_from_before_the_freeze_is_followed(now):
    with MockZuora() as zuora, freeze_time("2026-01-01") as frozen:
        zuora.clock.follow(now)
        frozen.tick(60)
        assert zuora.clock.now().isoformat() == "2026-01-01T00:01:00+00:00"


def test_failure_of_a_followed_clock_is_logged_once(caplog):
    times = [1e9, 1e9, 1e9]
    with MockZuora() as zuora:
        zuora.clock.follow(lambda: times.pop() if times else 1 / 0)
        for _ in range(5):
            zuora.clock.now()
    assert [each.name for each in caplog.records] == ["mock_zuora.clock"]


def test_clock_follows_exactly_after_work_that_takes_a_while(submit):
    pretended = datetime(2100, 2, 1, tzinfo=UTC)
    with MockZuora(transitions="time", processing_time=3600) as zuora:
        submit(zuora, "brand__c\n" + "Volvo\n" * 20_000)
        assert zuora.clock.follow(lambda: pretended) == pretended
        assert zuora.clock.now() == pretended
        assert len(zuora.records("vehicle")) == 20_000


def test_clock_shows_the_real_time_beside_its_own():
    pretended = datetime(2020, 2, 1, tzinfo=UTC)
    with MockZuora() as zuora:
        zuora.clock.freeze()
        zuora.clock.set(pretended)
        clock = zuora.info().clock
        assert clock.now == pretended
        assert abs(clock.real_time - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.fidelity("mock-02")
def test_clock_advances_to_what_is_due_next(handle, submit):
    handle.configure(transitions="time", processing_time=60)
    start = handle.clock.freeze()
    first = submit(handle, "brand__c\nVolvo\n")
    handle.clock.advance(10)
    second = submit(handle, "brand__c\nSaab\n")
    assert handle.clock.next_due - start == pytest.approx(timedelta(seconds=60), abs=timedelta(seconds=1))
    due = handle.clock.next_due
    assert handle.clock.next() == due
    assert [handle.jobs.get(each).status for each in (first, second)] == ["completed", "in_progress"]
    assert handle.clock.next() == due + timedelta(seconds=10)
    assert handle.jobs.get(second).status == "completed"
    assert handle.clock.next_due is None


@pytest.mark.parametrize("transitions", ["immediate", "time", "polls", "manual"])
def test_clock_stays_if_no_job_is_waiting_for_it(handle, submit, transitions):
    handle.configure(transitions=transitions)
    submit(handle)
    before = handle.clock.freeze()
    assert handle.clock.next_due is None
    with pytest.raises(Refused, match="clock: tenant .* has no unfinished job that is waiting for its clock"):
        handle.clock.next()
    assert handle.clock.now() == before


def test_expiry_of_a_job_without_file_is_due(handle, submit):
    handle.configure(assume={"pending-expiry": "a-day"})
    job, before = submit(handle), handle.clock.freeze()
    assert timedelta(hours=23) < handle.clock.next() - before <= timedelta(days=1)
    assert handle.jobs.get(job).status == "cancelled"


def test_reading_what_is_due_consults_no_assumption(handle, submit):
    submit(handle)
    before = [each.name for each in handle.assumptions.consulted]
    assert handle.clock.next_due is None
    assert [each.name for each in handle.assumptions.consulted] == before
