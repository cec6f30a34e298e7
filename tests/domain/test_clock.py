from time import time_ns

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_zuora.domain.clock import DAY, END_OF_TIME, Clock, date_text, instant_text, second_text, timestamp


def test_clock_starts_at_the_time_of_its_source(time):
    assert Clock(time).now() == time.now


def test_clock_follows_its_source(time):
    clock = Clock(time)
    time.pass_seconds(1.5)
    assert clock.now() == time.now


def test_clock_can_start_at_another_time(time):
    clock = Clock(time, start=1000)
    time.pass_seconds(2)
    assert clock.now() == 3000


def test_frozen_clock_stops_until_resumed(time):
    clock = Clock(time, start=0)
    clock.freeze()
    time.pass_seconds(10)
    assert (clock.now(), clock.speed) == (0, 0)
    clock.resume()
    time.pass_seconds(1)
    assert (clock.now(), clock.speed) == (1000, 1)


@pytest.mark.fidelity("mock-02")
def test_frozen_clock_can_be_advanced(time):
    clock = Clock(time, start=0, speed=0)
    clock.advance(250)
    assert clock.now() == 250


def test_change_of_speed_keeps_the_current_time(time):
    clock = Clock(time, start=0)
    time.pass_seconds(1)
    clock.run_at(60)
    assert clock.now() == 1000
    time.pass_seconds(1)
    assert clock.now() == 61_000


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf")])
def test_invalid_speed_is_refused(time, speed):
    with pytest.raises(ValueError, match="speed: .* is not valid; expected a number from 0"):
        Clock(time).run_at(speed)


def test_clock_cannot_be_moved_back(time):
    with pytest.raises(ValueError, match="milliseconds: -1 is negative"):
        Clock(time).advance(-1)


def test_clock_cannot_be_moved_past_the_year_9999(time):
    clock = Clock(time)
    with pytest.raises(ValueError, match="past the year 9999"):
        clock.advance(9_000 * 366 * DAY)
    assert clock.now() == time.now


def test_clock_can_be_set_to_an_earlier_time(time):
    clock = Clock(time)
    clock.set(1000)
    time.pass_seconds(1)
    assert clock.now() == 2000


@pytest.mark.parametrize("timestamp", [-1, END_OF_TIME + 1])
def test_clock_cannot_be_set_to_a_time_that_no_response_can_show(time, timestamp):
    with pytest.raises(ValueError, match="from 1970 to 9999"):
        Clock(time).set(timestamp)


def test_clock_follows_another_one(time):
    pretended = [5_000]
    clock = Clock(time, start=100)
    clock.follow(lambda: pretended[0])
    time.pass_seconds(60)
    pretended[0] += 1_000
    assert (clock.now(), clock.speed) == (1_100, 1)
    clock.advance(10)
    assert clock.now() == 1_110


def test_clock_stays_while_the_one_that_it_follows_goes_back(time):
    pretended = [5_000]
    clock = Clock(time, start=100)
    clock.follow(lambda: pretended[0])
    pretended[0] = 1_000
    assert clock.now() == 100
    pretended[0] = 1_050
    assert clock.now() == 150


@pytest.mark.parametrize("speed", [0, 1])
def test_change_of_speed_ends_the_following(time, speed):
    pretended = [5_000]
    clock = Clock(time, start=100)
    clock.follow(lambda: pretended[0])
    clock.run_at(speed)
    pretended[0] += 1_000
    time.pass_seconds(2)
    assert clock.now() == 100 + speed * 2_000


def test_anchor_of_a_clock_that_follows_is_in_real_time(time):
    clock = Clock(time, start=100)
    clock.follow(lambda: 5_000)
    assert clock.anchor == (100, time.now, 1)


def test_clock_stops_at_the_end_of_time(time):
    clock = Clock(time, speed=1e12)
    time.pass_seconds(1)
    assert clock.now() == END_OF_TIME
    assert date_text(clock.now()) == "9999-12-31T23:59:59.999Z"


def test_default_source_is_machine_time():
    before = time_ns()
    assert before // 1_000_000 <= Clock().now() <= time_ns() // 1_000_000


@pytest.mark.fidelity("jobs-04")
@pytest.mark.parametrize(
    ("timestamp", "text"),
    [
        pytest.param(1_615_334_754_207, "2021-03-10T00:05:54.207Z", id="the reference's sample"),
        pytest.param(1_615_334_754_000, "2021-03-10T00:05:54.000Z", id="a whole second"),
        pytest.param(1_615_334_754_007, "2021-03-10T00:05:54.007Z", id="leading zeros"),
        pytest.param(0, "1970-01-01T00:00:00.000Z", id="the beginning"),
    ],
)
def test_date_is_utc_with_three_decimals(timestamp, text):
    assert date_text(timestamp) == text


@given(st.lists(st.integers(0, END_OF_TIME), min_size=2, max_size=2))
def test_later_timestamps_have_later_texts(timestamps):
    first, second = timestamps
    assert (date_text(first) < date_text(second)) == (first < second)


@pytest.mark.fidelity("jobs-04")
@pytest.mark.parametrize(
    ("timestamp", "instant", "second"),
    [
        (1_615_334_754_207, "2021-03-10T00:05:54.207Z", "2021-03-10T00:05:54Z"),
        (1_615_334_754_000, "2021-03-10T00:05:54Z", "2021-03-10T00:05:54Z"),
        (1_615_334_754_100, "2021-03-10T00:05:54.100Z", "2021-03-10T00:05:54Z"),
        (END_OF_TIME, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_date_without_decimals(timestamp, instant, second):
    assert (instant_text(timestamp), second_text(timestamp)) == (instant, second)


@pytest.mark.parametrize("milliseconds", [0, 1_615_334_754_207, END_OF_TIME])
def test_timestamp_is_exact_and_in_utc(milliseconds):
    shown = timestamp(milliseconds).isoformat(timespec="milliseconds")
    assert shown == date_text(milliseconds).replace("Z", "+00:00")
