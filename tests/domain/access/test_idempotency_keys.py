from mock_zuora.domain.access.idempotency_keys import KEY_RETENTION, MAX_KEY_LENGTH


def test_a_result_is_kept_for_24_hours_and_a_key_has_under_255_characters():
    assert (KEY_RETENTION, MAX_KEY_LENGTH) == (24 * 3_600_000, 254)
