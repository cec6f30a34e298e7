import re
import uuid

import pytest

from mock_zuora.domain.ids import Ids


@pytest.mark.fidelity("jobs-03")
def test_a_uuid_is_one_of_version_4():
    ids = Ids()
    for _ in range(600):
        text = ids.uuid()
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, uuid.RFC_4122)


def test_no_id_is_minted_twice():
    ids = Ids("seed")
    assert len({ids.uuid() for _ in range(2000)}) == 2000


def test_hex_is_32_hexadecimal_digits():
    ids = Ids()
    assert all(re.fullmatch("[0-9a-f]{32}", ids.hex()) for _ in range(300))


def test_the_same_seed_gives_the_same_ids():
    first, second = Ids("seed"), Ids("seed")
    assert [first.uuid() for _ in range(300)] == [second.uuid() for _ in range(300)]


def test_another_seed_gives_other_ids():
    assert Ids("seed").uuid() != Ids("other seed").uuid()


def test_without_a_seed_ids_differ():
    assert Ids().uuid() != Ids().uuid()


def test_chance_is_from_0_up_to_1():
    ids = Ids("seed")
    drawn = [ids.chance() for _ in range(200)]
    assert all(0 <= each < 1 for each in drawn)
    assert len(set(drawn)) > 190


def test_a_pick_is_one_of_the_items_and_each_has_its_turn():
    ids = Ids("seed")
    assert {ids.pick("abc") for _ in range(100)} == {"a", "b", "c"}
