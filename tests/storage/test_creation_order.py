"""The order of creation, and sets of records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_zuora.storage.creation_order import CreationOrder, places_of, set_of


def test_positions_only_grow():
    order = CreationOrder(str(number) for number in range(1_000))
    for number in range(900):
        order.drop(str(number))
    order.add("0")
    assert (order.position("900"), order.position("0"), order.position("1")) == (900, 1_000, None)
    assert list(order.after(997)) == ["998", "999", "0"]


def test_places_are_dense_again_after_many_were_dropped():
    order = CreationOrder(str(number) for number in range(1_000))
    assert [number for number in range(900) if order.drop(str(number))] == [532, 798]
    assert order.size < 250
    assert [order.id_at(order.place(each)) for each in ("900", "999")] == ["900", "999"]
    assert list(order.ids_of(order.all())) == [str(number) for number in range(900, 1_000)]


def test_dropped_id_has_no_place_and_is_in_no_set():
    order = CreationOrder("abc")
    order.drop("b")
    assert (order.place("b"), order.id_at(1), list(order.ids_of(order.all()))) == (None, None, ["a", "c"])
    order.add("b")
    assert (order.place("b"), order.id_at(1), list(order.ids_of(order.all()))) == (3, None, ["a", "c", "b"])


@given(st.sets(st.integers(0, 500)))
def test_set_has_exactly_its_places(places):
    records = set_of(tuple(places))
    assert list(places_of(records)) == sorted(places)
    assert records == sum(1 << each for each in places)


@pytest.mark.parametrize("place", [0, 7, 8, 99_999])
def test_set_of_one_record_has_one_place(place):
    assert list(places_of(1 << place)) == [place]
