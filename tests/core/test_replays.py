from mock_zuora.core.replays import KEPT, LONGEST_KEY


def test_a_result_is_kept_for_24_hours_and_a_key_has_under_255_characters():
    assert (KEPT, LONGEST_KEY) == (24 * 3_600_000, 254)
