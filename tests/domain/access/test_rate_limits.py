import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_zuora.domain.access.rate_limits import (
    LIMITS_BY_TYPE,
    AddressCounter,
    RateLimiter,
    RateLimits,
    rate_limits_from,
)
from mock_zuora.domain.clock import DAY, HOUR, MINUTE, SECOND

FEW = RateLimits(minute=2, hour=3, day=4)
WIDE = RateLimits(minute=100, hour=1_000, day=10_000)


@pytest.mark.parametrize(
    ("type", "limits"),
    [
        ("production", RateLimits(50_000, 2_250_000, 27_000_000)),
        ("central-sandbox", RateLimits(50_000, 2_250_000, 27_000_000)),
        ("developer-sandbox", RateLimits(12_500, 25_000, 50_000)),
        ("api-sandbox", RateLimits(2_500, 5_000, 10_000)),
    ],
)
def test_tenant_type_has_its_documented_limits(type, limits):
    assert LIMITS_BY_TYPE[type] == rate_limits_from(type) == limits


def test_limits_can_be_off_or_three_numbers():
    assert rate_limits_from("off") is None
    assert rate_limits_from("1, 20,300") == RateLimits(1, 20, 300)


@pytest.mark.parametrize("text", ["", "Production", "1,2", "1,2,3,4", "1,2,x", "0,1,2", "-1,2,3", "1.5,2,3"])
def test_invalid_limits_are_refused_with_what_is_expected(text):
    types = "production, central-sandbox, developer-sandbox, api-sandbox"
    with pytest.raises(ValueError, match=f"is not valid; expected {types}, off, or three positive numbers"):
        rate_limits_from(text)


def test_status_describes_the_window_closest_to_exhaustion():
    status = RateLimiter().count_request(WIDE, now=0)
    assert (status.limit, status.remaining, status.reset, status.refused) == (
        100,
        99,
        60,
        False,
    )


def test_request_over_minute_limit_is_refused_until_a_minute_has_passed():
    rate_limiter = RateLimiter()
    for _ in range(2):
        assert not rate_limiter.count_request(FEW, now=10_500).refused
    refused = rate_limiter.count_request(FEW, now=20_500)
    assert (refused.refused, refused.limit, refused.remaining, refused.reset) == (True, 2, 0, 50)
    assert rate_limiter.count_request(FEW, now=69_999).refused
    assert not rate_limiter.count_request(FEW, now=70_000).refused


def test_reset_is_the_time_until_enough_requests_are_a_minute_old():
    rate_limiter, limits = RateLimiter(), RateLimits(3, 10, 10)
    for second in (0, 10, 20):
        rate_limiter.count_request(limits, now=second * SECOND)
    assert rate_limiter.count_request(limits, now=30 * SECOND).reset == 30
    for _ in range(2):
        waiting = rate_limiter.count_refused(limits, now=30 * SECOND)
    assert (waiting.refused, waiting.remaining, waiting.reset) == (True, 0, 50)


def test_counted_refusals_keep_a_client_refused():
    rate_limiter, limits = RateLimiter(), RateLimits(1, 1_000, 1_000)
    rate_limiter.count_request(limits, now=0)
    for second in range(50, 500, 50):
        assert rate_limiter.count_request(limits, now=second * SECOND).refused
        rate_limiter.count_refused(limits, now=second * SECOND)
    assert not rate_limiter.count_request(limits, now=510 * SECOND).refused


@given(st.lists(st.integers(0, 3 * MINUTE), max_size=60).map(sorted), st.integers(1, 5))
def test_no_minute_has_more_accepted_requests_than_the_limit(times, limit):
    rate_limiter, limits = RateLimiter(), RateLimits(limit, 1_000, 1_000)
    accepted = [now for now in times if not rate_limiter.count_request(limits, now).refused]
    for now in accepted:
        assert sum(now - 59 * SECOND < each <= now for each in accepted) <= limit


def test_requests_of_an_address_are_counted_per_minute():
    counter = AddressCounter()
    counts = [counter.count_request(address, now) for address, now in (("a", 0), ("b", 1), ("a", 2), ("a", MINUTE))]
    assert counts == [1, 1, 2, 1]


def test_request_over_hour_limit_is_refused_until_next_hour():
    rate_limiter = RateLimiter()
    refused = [rate_limiter.count_request(FEW, now=minute * MINUTE).refused for minute in range(4)]
    assert refused == [False, False, False, True]
    assert rate_limiter.count_request(FEW, now=3 * MINUTE).reset == 57 * 60
    assert not rate_limiter.count_request(FEW, now=HOUR).refused


def test_request_over_day_limit_is_refused_until_next_day():
    rate_limiter = RateLimiter()
    for hour in range(4):
        assert not rate_limiter.count_request(FEW, now=hour * HOUR).refused
    refused = rate_limiter.count_request(FEW, now=5 * HOUR)
    assert (refused.refused, refused.limit, refused.reset) == (True, 4, 19 * 3600)
    assert not rate_limiter.count_request(FEW, now=DAY).refused


def test_longest_exhausted_window_determines_the_reset():
    rate_limiter, limits = RateLimiter(), RateLimits(1, 1, 1)
    rate_limiter.count_request(limits, now=0)
    assert rate_limiter.count_request(limits, now=1000).reset == 24 * 3600 - 1


def test_reading_the_status_counts_no_request():
    rate_limiter = RateLimiter()
    rate_limiter.count_request(FEW, now=0)
    assert [rate_limiter.limit_status(FEW, now=0).remaining for _ in range(3)] == [1, 1, 1]


def test_refused_request_is_not_counted():
    rate_limiter = RateLimiter()
    for _ in range(50):
        rate_limiter.count_request(RateLimits(1, 10, 10), now=0)
    assert not rate_limiter.count_request(RateLimits(1, 10, 10), now=MINUTE).refused
