from mock_zuora.domain.access.access_tokens import EXPIRES_IN, TOKEN_LIFETIME


def test_a_token_lives_one_hour_of_which_the_answer_names_all_but_two_seconds():
    assert (TOKEN_LIFETIME, EXPIRES_IN) == (3_600_000, 3598)
