from mock_zuora.domain.access.idempotency_keys import KEY_RETENTION, MAX_KEY_LENGTH


def test_response_is_kept_for_24_hours_and_key_has_at_most_254_characters():
    assert (KEY_RETENTION, MAX_KEY_LENGTH) == (24 * 3_600_000, 254)
