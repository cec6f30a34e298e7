import pytest

from mock_zuora.domain.jobs.csv_header import is_id_column
from mock_zuora.domain.objects.definition import Definition, open_definition
from mock_zuora.domain.objects.field import Field

ID = "30c52793-8f06-41c6-b623-04829710d7a1"
VEHICLE = Definition(object="vehicle", fields={name: Field(name=name) for name in ("brand__c", "color__c")})
OPEN = open_definition("default", "vehicle")
SAVED_QUERY = open_definition("com_zuora", "SavedQuery")


@pytest.mark.fidelity("upload-09")
@pytest.mark.parametrize("name", ["id", "Id", "ID", "iD"])
def test_id_column_can_have_any_letter_case(read, name):
    assert is_id_column(name)
    assert read(f"{name},brand__c\n{ID},vw\n", "update").header == (name, "brand__c")


@pytest.mark.fidelity("upload-10")
@pytest.mark.parametrize("name", ["CreatedDate", "UpdatedDate", "CreatedById", "UpdatedById"])
@pytest.mark.parametrize("operation", ["create", "update"])
@pytest.mark.parametrize("definition", [VEHICLE, OPEN, SAVED_QUERY], ids=["defined", "open", "SavedQuery"])
def test_system_field_as_column_is_refused(read, assert_refused, name, operation, definition):
    assert_refused(
        71013730, lambda: read(f"id,{name}\n" if operation == "update" else name, operation, definition), name
    )


@pytest.mark.fidelity("upload-10")
@pytest.mark.parametrize("name", ["Id", "id"])
def test_id_column_in_create_file_is_refused(read, assert_refused, name):
    assert_refused(71013730, lambda: read(f"brand__c,{name}\n"), f"'{name}'", "'create'")


@pytest.mark.fidelity("upload-09")
@pytest.mark.parametrize("definition", [VEHICLE, OPEN], ids=["defined", "open"])
def test_update_file_without_id_column_is_refused(read, assert_refused, definition):
    assert_refused(71013722, lambda: read("brand__c\nvw\n", "update", definition), "'id' column")


@pytest.mark.fidelity("upload-08")
def test_unknown_column_is_refused_and_message_lists_fields(read, assert_refused):
    assert_refused(
        71013721, lambda: read("brand__c,wheels__c\n", definition=VEHICLE), "wheels__c", "brand__c, color__c"
    )


@pytest.mark.fidelity("upload-08")
def test_column_names_are_case_sensitive(read, assert_refused):
    assert_refused(71013721, lambda: read("Brand__c\n", definition=VEHICLE), "'Brand__c'", "did you mean 'brand__c'?")


@pytest.mark.parametrize("name", ["brand", "__c", "bränd__c", "br and__c", "a.b__c"])
def test_open_object_accepts_custom_field_names_only(read, assert_refused, name):
    expected = "expected an API name of letters, digits and underscores that ends in __c."
    assert_refused(71013721, lambda: read(f"{name}\n"), "Column '", expected)


@pytest.mark.parametrize("header", ["brand__c,,color__c", "brand__c,", '""'])
def test_column_without_name_is_refused_with_its_number(read, assert_refused, header):
    number = header.count(",", 0, 9) + 1
    assert_refused(71013721, lambda: read(f"{header}\n"), f"Column {number} of the header row has no name")


@pytest.mark.fidelity("upload-11")
@pytest.mark.parametrize(
    ("header", "expected"),
    [("brand__c,color__c,brand__c", "'brand__c'"), ("id,brand__c,Id", "'Id'"), ("id,id", "'id'")],
)
@pytest.mark.parametrize("definition", [VEHICLE, OPEN], ids=["defined", "open"])
def test_duplicate_column_is_refused(read, assert_refused, header, expected, definition):
    assert_refused(71013720, lambda: read(header, "update", definition), expected, "more than once")


@pytest.mark.fidelity("errors-10")
def test_long_column_name_is_shortened_in_message(read, assert_refused):
    assert len(assert_refused(71013721, lambda: read("x" * 300_000)).message) < 300


@pytest.mark.fidelity("upload-13")
def test_saved_query_accepts_any_column(read):
    assert read("name,queryFilter\nall,\n", definition=SAVED_QUERY).header == ("name", "queryFilter")


def test_name_of_a_defined_field_is_accepted_as_it_is(read):
    odd = Definition(object="vehicle", fields={name: Field(name=name) for name in (" a__c", "b;c__c")})
    assert read(" a__c,b;c__c\n1,2\n", definition=odd).header == (" a__c", "b;c__c")
