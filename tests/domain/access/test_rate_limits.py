import pytest

from mock_zuora.domain.access.rate_limits import LIMITS_BY_TYPE, RateLimiter, RateLimits, rate_limits_from
from mock_zuora.domain.clock import DAY, HOUR, MINUTE

FEW = RateLimits(minute=2, hour=3, day=4)
WIDE = RateLimits(minute=100, hour=1_000, day=10_000)


@pytest.mark.parametrize(
    ("type", "limits"),
    [
        ("production", RateLimits(50_000, 2_250_000, 27_000_000)),
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
    with pytest.raises(
        ValueError,
        match="is not valid; expected production, developer-sandbox, api-sandbox, off, or three positive numbers",
    ):
        rate_limits_from(text)


def test_status_describes_the_window_closest_to_exhaustion():
    status = RateLimiter().count_request(WIDE, now=0)
    assert (status.limit, status.remaining, status.reset, status.refused) == (
        100,
        99,
        60,
        False,
    )


def test_request_over_minute_limit_is_refused_until_next_minute():
    rate_limiter = RateLimiter()
    for _ in range(2):
        assert not rate_limiter.count_request(FEW, now=10_500).refused
    refused = rate_limiter.count_request(FEW, now=10_500)
    assert (refused.refused, refused.limit, refused.remaining, refused.reset) == (True, 2, 0, 50)
    assert not rate_limiter.count_request(FEW, now=MINUTE).refused


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


def test_window_ends_after_its_last_millisecond():
    rate_limiter = RateLimiter()
    rate_limiter.count_request(RateLimits(1, 10, 10), now=0)
    late = rate_limiter.count_request(RateLimits(1, 10, 10), now=MINUTE - 1)
    assert (late.refused, late.reset) == (True, 1)


def test_token_requests_are_limited_per_minute_only():
    rate_limiter = RateLimiter()
    statuses = [rate_limiter.count_token_request(RateLimits(2, 1, 1), now=0) for _ in range(3)]
    assert [status.refused for status in statuses] == [False, False, True]
    assert statuses[0].limit == 2
