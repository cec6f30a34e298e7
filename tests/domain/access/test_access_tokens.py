from mock_zuora.domain.access.access_tokens import EXPIRES_IN, TOKEN_LIFETIME


def test_token_lives_one_hour_and_response_says_two_seconds_less():
    assert (TOKEN_LIFETIME, EXPIRES_IN) == (3_600_000, 3598)
