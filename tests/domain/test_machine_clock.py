from time import time_ns

from mock_zuora.domain import machine_clock
from mock_zuora.domain.machine_clock import machine_time, real_time_ns


def set_clocks(monkeypatch, wall, steady):
    """Replaces the clocks of the system by the first entries of these lists, in nanoseconds."""
    monkeypatch.setattr(machine_clock, "_wall_ns", lambda: wall[0])
    monkeypatch.setattr(machine_clock, "_coarse_ns", lambda: wall[0])
    monkeypatch.setattr(machine_clock, "_steady_ns", lambda: steady[0])


def test_machine_time_is_real_time():
    before = time_ns()
    assert before // 1_000_000 <= machine_time()() <= time_ns() // 1_000_000


def test_machine_time_never_runs_backwards(monkeypatch):
    wall, steady = [5_000_000_000], [0]
    set_clocks(monkeypatch, wall, steady)
    read = machine_time()
    assert read() == 5000
    wall[0], steady[0] = 1_000_000_000, 2_000_000_000  # The clock was set back, and two seconds have passed.
    assert read() == 7000


def test_machine_time_catches_up_after_a_pause(monkeypatch):
    wall, steady = [5_000_000_000], [0]
    set_clocks(monkeypatch, wall, steady)
    read = machine_time()
    wall[0] = 90_000_000_000  # The virtual machine was paused: the steady clock stopped.
    assert read() == 90_000
    steady[0] = 1_000_000_000
    assert read() == 91_000


def test_replaced_clock_is_told_by_the_other_one(monkeypatch):
    monkeypatch.setattr(machine_clock, "_wall_ns", lambda: 0)
    monkeypatch.setattr(machine_clock, "_coarse_ns", lambda: 5_000_000_000)
    assert real_time_ns() == 5_000_000_000
