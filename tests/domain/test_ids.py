import re
import sys
import uuid
from hashlib import sha256

import pytest

from mock_zuora.domain.ids import Ids, is_generated


@pytest.mark.fidelity("jobs-03")
def test_uuid_has_version_4():
    ids = Ids()
    for _ in range(600):
        text = ids.uuid()
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, uuid.RFC_4122)


def test_ids_are_unique():
    ids = Ids("seed")
    assert len({ids.uuid() for _ in range(2000)}) == 2000


def test_hex_has_32_hexadecimal_digits():
    ids = Ids()
    assert all(re.fullmatch("[0-9a-f]{32}", ids.hex()) for _ in range(300))


def test_generated_secret_is_recognised_by_its_checksum():
    ids = Ids("seed")
    generated = [ids.hex().encode() for _ in range(300)]
    assert all(map(is_generated, generated)) and len(set(generated)) == 300
    assert not any(is_generated(each[1:] + each[:1]) for each in generated)
    assert not is_generated(generated[0][:-1]) and not is_generated(b"")


def test_same_seed_gives_same_ids():
    first, second = Ids("seed"), Ids("seed")
    assert [first.uuid() for _ in range(300)] == [second.uuid() for _ in range(300)]


def test_ids_of_a_seed_stay_the_same():
    ids = Ids("seed")
    made = []
    for number in range(600):
        made.append(ids.uuid())
        if number % 100 == 0:
            made += [ids.hex(), str(ids.chance())]
    assert made[0] == "883c0706-7c30-4d3f-885d-22d7372f9d9a"
    assert sha256(" ".join(made).encode()).hexdigest().startswith("41c1bd52f0b546f247188e3da4a6777c")


def test_few_ids_need_little_memory():
    ids = Ids("seed")
    ids.uuid()
    # Each tenant of a test needs a few ids only.
    assert sum(map(sys.getsizeof, [ids._block, ids._uuids, *ids._uuids])) < 6_000


def test_unused_ids_have_no_random_numbers():
    ids = Ids("seed")
    assert "_random" not in vars(ids)
    ids.chance()
    assert "_random" in vars(ids)


def test_id_that_is_in_use_is_skipped():
    first, second = (Ids("seed"), Ids("seed"))
    used = {first.uuid(): "a record", first.uuid(): "another record"}
    assert second.unused_uuid(used.get) == first.uuid()


def test_another_seed_gives_other_ids():
    assert Ids("seed").uuid() != Ids("other seed").uuid()


def test_ids_without_seed_differ():
    assert Ids().uuid() != Ids().uuid()


def test_chance_is_from_0_to_less_than_1():
    ids = Ids("seed")
    drawn = [ids.chance() for _ in range(200)]
    assert all(0 <= each < 1 for each in drawn)
    assert len(set(drawn)) > 190


def test_pick_returns_every_item_eventually():
    ids = Ids("seed")
    assert {ids.pick("abc") for _ in range(100)} == {"a", "b", "c"}
