"""The clock of a handle, with both transports."""

from datetime import timedelta

import pytest

from mock_zuora.control.errors import Invalid

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


@pytest.mark.parametrize("seconds", [-1, 1e12, float("nan"), "soon"], ids=str)
def test_invalid_advance_is_refused(handle, seconds):
    with pytest.raises(Invalid, match="seconds|advance"):
        handle.clock.advance(seconds)


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
