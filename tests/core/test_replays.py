from mock_zuora.core.replays import KEPT, LONGEST_KEY, KeyRefused, Misuse


def test_a_result_is_kept_for_24_hours_and_a_key_has_under_255_characters():
    assert (KEPT, LONGEST_KEY) == (24 * 3_600_000, 254)


def test_a_refused_key_says_why():
    refusal = KeyRefused(Misuse.OTHER_CALL)
    assert (refusal.misuse, str(refusal)) == (Misuse.OTHER_CALL, "OTHER_CALL")
