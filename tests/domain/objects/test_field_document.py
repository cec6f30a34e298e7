import pytest

from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.objects.field import FieldType
from mock_zuora.domain.objects.field_document import field_from


@pytest.mark.fidelity("definitions-01", "definitions-23")
@pytest.mark.parametrize(
    ("document", "type"),
    [
        ({"type": "string"}, FieldType.TEXT),
        ({"type": "string", "format": "url"}, FieldType.URL),
        ({"type": "string", "format": "date"}, FieldType.DATE),
        ({"type": "string", "format": "date-time"}, FieldType.DATETIME),
        ({"type": "string", "format": "uuid"}, FieldType.UUID),
        ({"type": "string", "format": "email"}, FieldType.TEXT),
        ({"type": "string", "enum": ["a"]}, FieldType.PICKLIST),
        ({"type": "string", "enum": ["a"], "multiselect": False}, FieldType.PICKLIST),
        ({"type": "string", "enum": ["a"], "multiselect": True}, FieldType.MULTISELECT),
        ({"type": "integer"}, FieldType.INTEGER),
        ({"type": "number"}, FieldType.NUMBER),
        ({"type": "boolean"}, FieldType.BOOLEAN),
    ],
)
def test_type_follows_from_type_format_and_enum(document, type):
    assert field_from("f__c", document).type is type


@pytest.mark.fidelity("definitions-02", "definitions-06")
def test_field_has_every_limit_of_its_document():
    field = field_from(
        "n__c", {"type": "number", "minimum": 1, "maximum": 9.5, "exclusiveMinimum": 0, "exclusiveMaximum": 10}
    )
    limits = (field.minimum, field.maximum, field.exclusive_minimum, field.exclusive_maximum)
    assert limits == (1, 9.5, 0, 10)


@pytest.mark.fidelity("definitions-02")
@pytest.mark.parametrize(
    ("maximum", "too_many", "code", "expected"),
    [
        ({"maxLength": 8192}, {"maxLength": 8193}, 71000020, "maxLength 8193"),
        ({"maxLength": 1}, {"maxLength": 0}, 71000020, "maxLength 0"),
        ({"label": "l" * 64}, {"label": "l" * 65}, 71000020, "label must be a string of at most 64"),
        ({"description": "d" * 250}, {"description": "d" * 251}, 71000020, "at most 250 characters"),
        (
            {"enum": [str(at) for at in range(250)]},
            {"enum": [str(at) for at in range(251)]},
            71000030,
            "enum has 251 options",
        ),
    ],
    ids=["maxLength", "smallest maxLength", "label", "description", "options"],
)
def test_maximum_is_accepted_and_more_is_refused(maximum, too_many, code, expected):
    field_from("f__c", {"type": "string", **maximum})
    with pytest.raises(ZuoraError) as refusal:
        field_from("f__c", {"type": "string", **too_many})
    assert refusal.value.code == code
    assert "[f__c]" in refusal.value.message and expected in refusal.value.message


@pytest.mark.fidelity("definitions-07")
@pytest.mark.parametrize("name", ["f", "__c", "f__C", "f" * 62 + "__c", "f\n__c", ""])
def test_invalid_field_name_is_refused(name):
    with pytest.raises(ZuoraError) as refusal:
        field_from(name, {"type": "string"})
    assert (refusal.value.code, "ends in __c and has at most 64" in refusal.value.message) == (71000020, True)


@pytest.mark.parametrize(
    ("document", "code", "expected"),
    [
        ("string", 71000020, "'string' is not an object"),
        ({}, 71000022, "type is missing"),
        ({"type": "text"}, 71000020, "type 'text' is not one of string, integer"),
        ({"type": "string", "size": 4}, 71000021, "unknown key 'size'"),
        ({"type": "string", "maxLength": "4"}, 71000020, "maxLength '4'"),
        ({"type": "string", "maxLength": True}, 71000020, "maxLength true"),
        ({"type": "string", "enum": []}, 71000030, "enum has 0 options"),
        ({"type": "string", "enum": ["a", ""]}, 71000020, "enum"),
        ({"type": "string", "enum": "a"}, 71000020, "enum 'a'"),
        ({"type": "string", "enum": ["a"], "multiselect": "yes"}, 71000020, "multiselect 'yes'"),
        ({"type": "number", "maximum": float("inf")}, 71000020, "maximum Infinity is not a number"),
        ({"type": "integer", "minimum": "0"}, 71000020, "minimum '0' is not a number"),
        ({"type": "integer", "default": "4"}, 71000023, "default: Field [f__c] expects an integer"),
        ({"type": "number", "default": True}, 71000024, "default: Field [f__c] expects a number"),
        ({"type": "boolean", "default": "true"}, 71000025, "default: Field [f__c] expects true or false"),
        ({"type": "string", "enum": ["a"], "default": "b"}, 71000026, "default: Field [f__c] expects one of 'a'"),
        ({"type": "integer", "maximum": 20, "default": 21}, 71000023, "at most 20"),
        ({"type": "integer", "displayName": True}, 71000030, "displayName applies to text fields only"),
        ({"type": "string", "enum": ["a"], "displayName": True}, 71000030, "displayName"),
    ],
)
def test_invalid_document_is_refused(document, code, expected):
    with pytest.raises(ZuoraError) as refusal:
        field_from("f__c", document)
    assert refusal.value.code == code
    assert expected in refusal.value.message
