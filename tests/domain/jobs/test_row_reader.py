import pytest

from mock_zuora.domain.assumptions.catalogue.files import EMPTY_CELL, UPDATE_MISSING_COLUMN
from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.row_reader import RowReader
from mock_zuora.domain.objects.definition import Definition, open_definition
from mock_zuora.domain.objects.field import Field, FieldValidationError
from mock_zuora.domain.records.record import new_record
from tests.domain.choosing import choosing

ID = "30c52793-8f06-41c6-b623-04829710d7a1"
CAR = Definition(
    object="car",
    fields={
        each.name: each
        for each in (
            Field(name="brand__c", required=True),
            Field(name="wheels__c", required=True, default="4"),
            Field(name="color__c", default="grey"),
            Field(name="owner__c"),
        )
    },
)
OPEN = open_definition("default", "car")
STORED = new_record(ID, "ann", 0, {"brand__c": "kia", "wheels__c": "3", "color__c": "red", "owner__c": "ann"})


def values(header, row, choices, definition=CAR, before=None):
    return RowReader(tuple(header.split(",")), definition, choices).values(tuple(row.split(",")), before)


def error_of(*arguments, **more):
    with pytest.raises(FieldValidationError) as error:
        values(*arguments, **more)
    return error.value


# Empty cells


@pytest.mark.fidelity("rows-04", "rows-05")
@pytest.mark.parametrize(("choice", "color"), [("cleared", {}), ("default-value", {"color__c": "grey"})])
def test_empty_cell_clears_a_field_or_gives_it_its_default(choice, color):
    choices = choosing(empty_cell=choice)
    expected = {"brand__c": "vw", "wheels__c": "4", **color}
    assert values("brand__c,color__c,owner__c", "vw,,", choices) == expected
    assert list(choices.consulted) == ["empty-cell"]


@pytest.mark.fidelity("rows-05")
def test_empty_cell_can_be_rejected():
    error = error_of("brand__c,owner__c", "vw,", choosing(empty_cell="rejected"))
    assert (error.category, error.assumption) == (Category.INVALID_STRING, EMPTY_CELL)
    assert "[owner__c] cannot store an empty string" in error.message


@pytest.mark.fidelity("rows-05")
@pytest.mark.parametrize("choice", ["cleared", "default-value"])
def test_empty_cell_of_a_required_field_is_refused_without_default(choice):
    error = error_of("brand__c,color__c", ",red", choosing(empty_cell=choice))
    assert (error.category, error.assumption) == (Category.MISSING, None)


@pytest.mark.fidelity("rows-05")
def test_empty_cell_of_a_required_field_is_refused_despite_its_default():
    error = error_of("brand__c,wheels__c", "vw,", choosing())
    assert (error.category, error.assumption, "[wheels__c]" in error.message) == (Category.MISSING, EMPTY_CELL, True)
    assert values("brand__c,wheels__c", "vw,", choosing(empty_cell="default-value"))["wheels__c"] == "4"


def test_empty_id_is_no_empty_cell():
    choices = choosing(empty_cell="rejected")
    assert values("brand__c,id", "vw,", choices)["brand__c"] == "vw"
    assert choices.consulted == {}


# Missing columns


@pytest.mark.fidelity("rows-06")
def test_field_without_column_takes_its_default_in_creates_and_updates():
    choices = choosing(update_missing_column="kept")
    assert values("brand__c", "vw", choices) == {"brand__c": "vw", "wheels__c": "4", "color__c": "grey"}
    updated = values("id,brand__c,owner__c", f"{ID},vw,bob", choices, before=STORED)
    assert updated == {"brand__c": "vw", "wheels__c": "4", "color__c": "grey", "owner__c": "bob"}
    assert choices.consulted == {}


@pytest.mark.fidelity("rows-06")
@pytest.mark.parametrize(("choice", "owner"), [("cleared", {}), ("kept", {"owner__c": "ann"})])
def test_update_clears_or_keeps_a_value_without_column_and_default(choice, owner):
    choices = choosing(update_missing_column=choice)
    updated = values("id,brand__c", f"{ID},vw", choices, before=STORED)
    assert updated == {"brand__c": "vw", "wheels__c": "4", "color__c": "grey", **owner}
    assert list(choices.consulted) == ["update-missing-column"]


@pytest.mark.fidelity("rows-06")
def test_required_field_without_column_needs_a_value_that_is_kept():
    error = error_of("id,owner__c", f"{ID},bob", choosing(), before=STORED)
    assert (error.category, error.assumption) == (Category.MISSING, UPDATE_MISSING_COLUMN)
    kept = values("id,owner__c", f"{ID},bob", choosing(update_missing_column="kept"), before=STORED)
    assert kept["brand__c"] == "kia"
    assert error_of("owner__c", "bob", choosing(update_missing_column="kept")).assumption is None


def test_update_of_an_open_object_clears_or_keeps_other_values():
    before = new_record(ID, "ann", 0, {"brand__c": "kia", "color__c": "red"})
    updates = [
        values("id,brand__c", f"{ID},vw", choosing(update_missing_column=choice), OPEN, before)
        for choice in ("cleared", "kept")
    ]
    assert updates == [{"brand__c": "vw"}, {"brand__c": "vw", "color__c": "red"}]


# Ids and widths


@pytest.mark.parametrize(("row", "text"), [(("vw", "ABC"), "ABC"), (("vw", ""), ""), (("vw",), "")])
def test_id_of_a_row_is_read_as_it_is(row, text):
    assert RowReader(("brand__c", "Id"), CAR, choosing()).id_text(row) == text


def test_row_without_id_column_has_no_id():
    assert RowReader(("brand__c",), CAR, choosing()).id_text(("vw",)) == ""


def test_record_id_is_a_uuid_of_36_characters():
    reader = RowReader(("id",), CAR, choosing())
    assert reader.record_id((ID.upper(),)) == ID
    for text in ("123", ID.replace("-", "")):
        with pytest.raises(FieldValidationError, match="is not a valid UUID"):
            reader.record_id((text,))
