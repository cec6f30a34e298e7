"""Token refresh by the client's own clock, which freezegun and time-machine move."""

import pytest
import time_machine
from freezegun import freeze_time

from mock_zuora import Refused


def test_token_is_renewed_before_it_expires_under_freezegun(zuora, loader, vehicles):
    with freeze_time("2026-01-01") as frozen:
        zuora.clock.set("2026-01-01")
        loader.load("vehicle", vehicles(1))
        frozen.tick(3590)
        zuora.clock.advance(3590)
        loader.load("vehicle", vehicles(1))
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 0


@pytest.mark.parametrize("tick", [True, False])
def test_token_is_renewed_before_it_expires_under_time_machine(zuora, loader, vehicles, tick):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=tick) as traveller:
        zuora.clock.set("2026-01-01")
        loader.load("vehicle", vehicles(1))
        traveller.shift(3590)
        zuora.clock.advance(3590)
        loader.load("vehicle", vehicles(1))
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 0


def test_tenant_moves_with_the_clock_of_the_test(zuora, loader, vehicles):
    with freeze_time("2026-01-01") as frozen:
        try:
            zuora.clock.follow()
            pass_time = frozen.tick
        except Refused:  # A server in another process has to be told the time.
            zuora.clock.freeze()
            zuora.clock.set("2026-01-01")

            def pass_time(seconds):
                frozen.tick(seconds)
                zuora.clock.advance(seconds)

        loader.load("vehicle", vehicles(1))
        assert zuora.records("vehicle")[0]["CreatedDate"].startswith("2026-01-01T00:00:00")
        pass_time(3590)
        loader.load("vehicle", vehicles(1))
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 0


@freeze_time("2020-01-01")
def test_frozen_test_needs_nothing_else(zuora, loader, vehicles):
    assert loader.load("vehicle", vehicles(4)).records == 4
