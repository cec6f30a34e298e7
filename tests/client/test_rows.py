"""Rows of tables as JSON. The tables are stand-ins with the methods of pandas, polars, pyarrow and numpy."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import pytest

from mock_zuora.client.rows import is_csv_path, json_rows, json_value, seed_document, tenant_document
from mock_zuora.control.errors import Invalid

ROWS = [{"seats__c": 4}, {"seats__c": None}]


class Pandas:
    columns = ("seats__c",)

    def to_dict(self, orient):
        return ROWS if orient == "records" else {}


class Polars:
    columns = ("seats__c",)

    def to_dicts(self):
        return ROWS

    def to_dict(self):
        return {}


class Arrow:
    def to_pylist(self):
        return ROWS


class Number:
    """A number of numpy."""

    dtype = "int64"

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


class datetime64(Number):
    def astype(self, dtype):
        assert dtype == "datetime64[us]"
        return self


class NAType:
    def __ne__(self, other):
        raise TypeError("boolean value of NA is ambiguous")


class NaTType(datetime):
    pass


@pytest.mark.parametrize("table", [Pandas(), Polars(), Arrow(), ROWS], ids=lambda table: type(table).__name__)
def test_table_is_read_row_by_row(table):
    assert json_rows(table) == ROWS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Number(4), 4),
        (Number(4.5), 4.5),
        (Number(True), True),
        (Number(float("nan")), None),
        (datetime64(datetime(2021, 3, 10)), "2021-03-10T00:00:00.000Z"),  # noqa: DTZ001
        (NAType(), None),
        (NaTType(2021, 3, 10), None),
        (float("nan"), None),
        (Decimal("NaN"), None),
        (Decimal("4.0"), 4),
        (Decimal("0.1"), 0.1),
        (date(2021, 3, 10), "2021-03-10"),
        (time(7, 32), "07:32:00"),
        (datetime(2021, 3, 10, 0, 5, 54, 207_000, UTC), "2021-03-10T00:05:54.207Z"),
        (UUID("5e8d1d5c-0000-4000-8000-000000000001"), "5e8d1d5c-0000-4000-8000-000000000001"),
        ("x", "x"),
        (True, True),
        (None, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_becomes_json(value, expected):
    assert json_value(value) == expected
    assert type(json_value(value)) is type(expected)


@pytest.mark.parametrize(
    "value", [float("inf"), Decimal("-Infinity"), object(), b"x", {1}], ids=lambda value: type(value).__name__
)
def test_value_without_place_in_json_is_refused(value):
    with pytest.raises(ValueError, match="is not valid; expected"):
        json_value(value)


def test_only_texts_and_paths_are_paths(tmp_path):
    assert is_csv_path("a.csv") and is_csv_path(tmp_path)
    assert not is_csv_path([]) and not is_csv_path(Pandas())


def test_seed_can_contain_tables_and_files(tmp_path):
    file = tmp_path / "boats.csv"
    file.write_text("sail__c\nred\n", "utf-8")
    tenant = {"records": {"vehicle": Pandas(), "boat": file}}
    expected = {
        "records": {"vehicle": ROWS},
        "csv_files": {"boat": {"name": str(file), "text": "sail__c\nred\n"}},
    }
    assert tenant_document(tenant) == expected
    assert seed_document({"tenants": [tenant, {}, 3]}) == {"tenants": [expected, {}, 3]}


@pytest.mark.parametrize("seed", [{}, {"tenants": 3}, {"tenants": [{"records": 3}]}], ids=str)
def test_other_mistakes_of_a_seed_are_left_to_the_server(seed):
    assert seed_document(seed) == seed


def test_message_about_a_seed_names_the_tenant_and_the_object():
    with pytest.raises(Invalid, match=r"tenants.1.records.boat: nowhere.csv: cannot be read"):
        seed_document({"tenants": [{}, {"records": {"boat": "nowhere.csv"}}]})
    with pytest.raises(Invalid, match=r"records.boat\[1\].sail__c: .* is not valid"):
        tenant_document({"records": {"boat": [{}, {"sail__c": {1}}]}})


@pytest.mark.parametrize("number", ["1E+301", "-1E+3000000"])
def test_decimal_number_that_is_far_too_large_is_refused(number):
    with pytest.raises(ValueError, match=r"E\+\d+ is not valid; expected a number of at most 300 digits"):
        json_value(Decimal(number))


def test_signalling_nan_is_missing():
    assert json_value(Decimal("sNaN")) is None
