"""Messages about columns that are not fields. ``test_real_world_files`` has those of whole files."""

import pytest

from mock_zuora.domain.jobs import header_diagnosis
from mock_zuora.domain.objects.definition import Definition, open_definition
from mock_zuora.domain.objects.field import Field

FIELDS = (Field(name="brand__c", label="Marque"), Field(name="body_color__c", label="Body colour"))
VEHICLE = Definition(object="vehicle", fields={field.name: field for field in FIELDS})
OPEN = open_definition("default", "vehicle")
SAVED_QUERY = open_definition("com_zuora", "SavedQuery")


def unknown_column(header, index, definition, operation="update", *, is_one_line=True):
    return header_diagnosis.unknown_column(header, index, definition, operation, is_one_line=is_one_line)


any_object = pytest.mark.parametrize("definition", [VEHICLE, OPEN], ids=["defined", "open"])


@pytest.mark.fidelity("upload-18")
@any_object
@pytest.mark.parametrize(
    ("header", "index", "expected"),
    [
        (("sep=,", ""), 0, "The file begins with the line 'sep=,,', which only spreadsheets understand"),
        (("", "brand__c"), 0, "Column 1 of the header row has no name; expected the API name of a field. Is it"),
        (("",), 0, "Column 1 of the header row has no name; expected the API name of a field."),
        (("brand__c", "", ""), 1, "Column 2 of the header row has no name; expected the API name of a field. T"),
        (("brand__c", "", "x__c"), 1, "Column 2 of the header row has no name; expected the API name of a field."),
        (("brand__c", " "), 1, "Column 2 of the header row is ' '; expected the API name of a field."),
        (("Unnamed: 0", "brand__c"), 0, "Column 1 of the header row is 'Unnamed: 0'; expected the API name of"),
        (("id;brand__c",), 0, "Column 'id;brand__c' contains semicolons; expected column names that are separa"),
        (("id\tbrand__c",), 0, "Column 'id\\tbrand__c' contains tabs; expected column names that are separated"),
        (("id|brand__c",), 0, "Column 'id|brand__c' contains pipes; expected column names that are separated b"),
        (("id,brand__c",), 0, "Column 'id,brand__c' contains commas; expected quotes around names, not around"),
        (("brand__cVolvo",), 0, "Column 'brand__cVolvo' begins with the field 'brand__c'; expected a line brea"),
        (('brand__c"Volvo"',), 0, "Column 'brand__c\"Volvo\"' begins with the field 'brand__c'; expected a lin"),
        (("brand__c\\nVolvo",), 0, "Column 'brand__c\\nVolvo' begins with the field 'brand__c' and the two cha"),
        (("brand__c", "brand__c.1"), 1, "Column 'brand__c.1' is how a DataFrame names a second column 'brand__c'"),
        (("x" * 62 + "__c",), 0, f"Column '{'x' * 62}__c' has 65 characters; expected at most 64."),
        ((" brand__c",), 0, "Column ' brand__c' has spaces around its name; expected 'brand__c'."),
        (("brand__c  ",), 0, "Column 'brand__c  ' has spaces around its name; expected 'brand__c'."),
        (("id ",), 0, "Column 'id ' has spaces around its name; expected 'id'."),
        (("\u200bbrand__c",), 0, "Column '\\u200bbrand__c' contains the invisible character \\u200b; expected"),
        (("brand__c\r\n",), 0, "Column 'brand__c\\r\\n' contains the invisible characters \\r, \\n; expected '"),
        (("__c",), 0, "Column '__c' has nothing before its suffix; expected an API name of letters, digits and"),
        (("größe__c",), 0, "Column 'größe__c' contains 'ö'; expected an API name of letters, digits and unders"),
        (("brаnd__c",), 0, "Column 'brаnd__c' contains 'а'; expected an API name of letters, digits and unders"),
        (("Volvo", "4"), 0, "Column 'Volvo' is not "),
    ],
)  # fmt: skip
def test_usual_mistake_is_explained(definition, header, index, expected):
    assert unknown_column(header, index, definition).startswith(expected)


@pytest.mark.fidelity("upload-18")
@pytest.mark.parametrize("name", ["Brand__C", "brand__C", "BRAND", "brand", "brand_c", "'brand__c'", "[brand__c]"])
@any_object
def test_similar_name_is_suggested(definition, name):
    is_suggested = definition is VEHICLE or "__c" in name.lower()
    assert unknown_column((name,), 0, definition).endswith("__c'?") is is_suggested


@pytest.mark.parametrize(
    "name", ["Body Color", "body-color__c", "BodyColor", "body color", "body colour", "Body Colour"]
)
def test_field_is_suggested_by_its_name_and_label(name):
    assert unknown_column((name,), 0, VEHICLE) == (
        f"Column '{name}' is not a field of the object; did you mean 'body_color__c'?"
    )


def test_other_name_of_a_defined_object_is_refused_with_its_fields():
    assert unknown_column(("id", "wheels__c"), 1, VEHICLE) == (
        "Column 'wheels__c' is not a field of object 'vehicle'; names are case-sensitive, and its fields are "
        "'brand__c, body_color__c'."
    )


@any_object
@pytest.mark.parametrize(("header", "is_asked"), [(("Volvo", "4"), True), (("brand__c", "color"), False)])
def test_header_row_without_any_name_of_a_field_may_be_missing(definition, header, is_asked):
    assert unknown_column(header, len(header) - 1, definition).endswith("Is the first line a header row?") is is_asked


def test_saved_query_accepts_names_without_separators_only():
    assert unknown_column(("a;b",), 0, SAVED_QUERY).startswith("Column 'a;b' contains semicolons")
    assert unknown_column((" name",), 0, SAVED_QUERY).endswith("has spaces around its name; expected 'name'.")
    assert unknown_column(("n\x07",), 0, SAVED_QUERY).endswith("contains the invisible character \\x07; expected 'n'.")


@any_object
@pytest.mark.parametrize("part", ["x", "a__c", ",", ",id", "\u200b", "brand__c"])
def test_name_as_long_as_a_file_is_explained_at_once(definition, part):
    assert len(unknown_column((part * 2_000_000,), 0, definition)) < 1_300


@any_object
@pytest.mark.parametrize("name", [" Id", "#id", "ID ", "id\u200b"])
def test_id_is_suggested_for_updates_only(definition, name):
    assert "'id'" in unknown_column((name,), 0, definition)
    assert unknown_column((name,), 0, definition, "create").endswith(
        " is similar to 'id', which a file for operation 'create' cannot have."
    )


@any_object
@pytest.mark.parametrize("name", ["brand__city", "brand__cents", "brand__c2"])
def test_line_break_is_missing_only_in_a_file_without_any(definition, name):
    assert "line break" in unknown_column((name,), 0, definition)
    assert "line break" not in unknown_column((name,), 0, definition, is_one_line=False)


@any_object
def test_escaped_line_break_is_explained_in_any_file(definition):
    assert "characters \\n;" in unknown_column(("brand__c\\nVolvo",), 0, definition, is_one_line=False)
