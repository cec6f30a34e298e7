"""Long documents in pieces."""

import json

import pytest

from mock_zuora.control.pieces import PER_PIECE, encoded, list_of, list_of_encoded, object_of

SIZES = [0, 1, PER_PIECE - 1, PER_PIECE, PER_PIECE + 1, 3 * PER_PIECE]


@pytest.mark.parametrize("size", SIZES)
def test_list_is_complete(size):
    pieces = list(object_of({"a": 1, "rows": iter([[each] for each in range(size)]), "z": "é"}).text)
    assert json.loads("".join(pieces)) == {"a": 1, "rows": [[each] for each in range(size)], "z": "é"}
    assert all(piece.count("],[") < PER_PIECE for piece in pieces)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_objects_in_a_list_have_pieces_too(size):
    inner = (object_of({"n": each, "rows": iter(range(each))}) for each in range(size))
    document = {"objects": [{"n": each, "rows": list(range(each))} for each in range(size)]}
    assert object_of({"objects": inner}).document() == document


def test_object_can_be_a_value():
    assert object_of({"file": object_of({"rows": iter(())}), "none": None}).document() == {
        "file": {"rows": []},
        "none": None,
    }


def test_list_is_made_item_by_item():
    made = []
    pieces = list_of(made.append(number) or number for number in range(1_000))
    next(pieces.text)
    assert len(made) < 1_000
    assert list_of(iter(range(1_000))).document() == list(range(1_000))


def test_piece_of_long_items_is_not_much_longer_than_other_pieces():
    pieces = list(list_of(iter(["x" * 100_000] * 20)).text)
    assert max(map(len, pieces)) < 400_000
    assert json.loads("".join(pieces)) == ["x" * 100_000] * 20


@pytest.mark.parametrize("texts", [[], [""], ["1"], ["1,2", "", "3"]])
def test_encoded_items_are_joined_and_freed(texts):
    document = [int(each) for text in texts for each in text.split(",") if each]
    assert list_of_encoded(texts).document() == document
    assert texts == []


def test_items_are_encoded():
    assert list_of_encoded([encoded([{"é": 1}, None])]).document() == [{"é": 1}, None]
