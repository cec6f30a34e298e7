import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.assumptions.catalogue.files import BOOLEAN_TEXT
from mock_zuora.domain.assumptions.catalogue.records import UUID_FORMAT
from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.objects.definition import SYSTEM_FIELDS
from mock_zuora.domain.objects.field import Field, FieldType, FieldValidationError
from mock_zuora.domain.objects.field_values import (
    MAX_NUMBER,
    from_json,
    from_text,
    json_converter,
    uuid_of,
    without_limits,
)
from tests.domain.choosing import choosing

ID = "8a19f16a-2b5e-4a26-bb20-c79cd6984714"
TEXT = Field(name="brand__c")
SHORT = Field(name="brand__c", max_length=3)
URL = Field(name="link__c", type=FieldType.URL)
COLOR = Field(name="color__c", type=FieldType.PICKLIST, options=("red", "green"))
COLORS = Field(name="colors__c", type=FieldType.MULTISELECT, options=("red", "green", "blue"))
INTEGER = Field(name="doors__c", type=FieldType.INTEGER)
FEW = Field(name="doors__c", type=FieldType.INTEGER, minimum=2, maximum=5)
SOME = Field(name="doors__c", type=FieldType.INTEGER, exclusive_minimum=2, exclusive_maximum=5)
NUMBER = Field(name="price__c", type=FieldType.NUMBER)
PRICE = Field(name="price__c", type=FieldType.NUMBER, minimum=0.5, exclusive_maximum=100)
BOOLEAN = Field(name="sold__c", type=FieldType.BOOLEAN)
DATE = Field(name="built__c", type=FieldType.DATE)
DATETIME = Field(name="seen__c", type=FieldType.DATETIME)
RELATED = Field(name="owner__c", type=FieldType.UUID)

VALID_TEXT = [
    (TEXT, "vw", "vw"),
    (TEXT, " ", " "),
    (TEXT, "x" * 512, "x" * 512),
    (SHORT, "äöü", "äöü"),
    (SHORT, "🚗🚙🚕", "🚗🚙🚕"),
    (URL, "https://example.com/?a=b", "https://example.com/?a=b"),
    (COLOR, "red", "red"),
    (COLORS, "red", "red"),
    (COLORS, "blue;red", "blue;red"),
    (INTEGER, "4", 4),
    (INTEGER, "+4", 4),
    (INTEGER, "-0", 0),
    (INTEGER, "007", 7),
    (INTEGER, "9223372036854775807", 2**63 - 1),
    (INTEGER, "-9223372036854775808", -(2**63)),
    (FEW, "2", 2),
    (FEW, "5", 5),
    (SOME, "3", 3),
    (NUMBER, "0.1", 0.1),
    (NUMBER, ".5", 0.5),
    (NUMBER, "5.", 5),
    (NUMBER, "1e-9", 1e-9),
    (NUMBER, "0.000000001", 1e-9),
    (NUMBER, "1E3", 1000),
    (NUMBER, "-12.50", -12.5),
    (NUMBER, "0e99", 0),
    (NUMBER, "9999999999999", 9999999999999),
    (NUMBER, "1.00000000000000000000000000000", 1),
    (NUMBER, "123456.123456789", 123456.123456789),
    (PRICE, "0.5", 0.5),
    (PRICE, "99.999999999", 99.999999999),
    (BOOLEAN, "true", True),
    (BOOLEAN, "FALSE", False),
    (DATE, "2024-02-29", "2024-02-29"),
    (DATETIME, "2021-03-10T00:05:54.207Z", "2021-03-10T00:05:54.207Z"),
    (DATETIME, "2021-03-10T00:05:54+05:30", "2021-03-10T00:05:54+05:30"),
    (DATETIME, "2021-03-10T00:05:54.123456789-0800", "2021-03-10T00:05:54.123456789-0800"),
    (RELATED, ID.upper(), ID),
]

INVALID_TEXT = [
    (TEXT, "x" * 513, Category.INVALID_STRING, "at most 512 characters"),
    (SHORT, "long", Category.INVALID_STRING, "at most 3 characters"),
    (URL, "x" * 513, Category.INVALID_STRING, "at most 512 characters"),
    (COLOR, "Red", Category.INVALID_STRING, "one of 'red, green'"),
    (COLOR, "red;green", Category.INVALID_STRING, "one of 'red, green'"),
    (COLORS, "red;pink", Category.INVALID_STRING, "one of 'red, green, blue'"),
    (COLORS, "red;", Category.INVALID_STRING, "one of 'red, green, blue'"),
    (INTEGER, "4.0", Category.INVALID_INTEGER, "an integer"),
    (INTEGER, "four", Category.INVALID_INTEGER, "an integer"),
    (INTEGER, " 4", Category.INVALID_INTEGER, "an integer"),
    (INTEGER, "4\n", Category.INVALID_INTEGER, "an integer"),
    (INTEGER, "1_000", Category.INVALID_INTEGER, "an integer"),
    (INTEGER, "٤", Category.INVALID_INTEGER, "an integer"),
    (INTEGER, "1" * 5000, Category.INVALID_INTEGER, "an integer"),
    (INTEGER, "9223372036854775808", Category.INVALID_INTEGER, "at most 64 bits"),
    (INTEGER, "-9223372036854775809", Category.INVALID_INTEGER, "at most 64 bits"),
    (FEW, "1", Category.INVALID_INTEGER, "at least 2"),
    (FEW, "6", Category.INVALID_INTEGER, "at most 5"),
    (SOME, "2", Category.INVALID_INTEGER, "more than 2"),
    (SOME, "5", Category.INVALID_INTEGER, "less than 5"),
    (NUMBER, "cheap", Category.INVALID_NUMBER, "a number"),
    (NUMBER, "1,5", Category.INVALID_NUMBER, "a number"),
    (NUMBER, "NaN", Category.INVALID_NUMBER, "a number"),
    (NUMBER, "Infinity", Category.INVALID_NUMBER, "a number"),
    (NUMBER, "0x10", Category.INVALID_NUMBER, "a number"),
    (NUMBER, "1e9999", Category.INVALID_NUMBER, "a number"),
    (NUMBER, "1e999", Category.INVALID_NUMBER, "13 digits before and 9 after the point"),
    (NUMBER, "10000000000000", Category.INVALID_NUMBER, "13 digits before and 9 after the point"),
    (NUMBER, "0.0000000001", Category.INVALID_NUMBER, "13 digits before and 9 after the point"),
    (NUMBER, "1.00000000000000000000000000001", Category.INVALID_NUMBER, "13 digits before and 9 after the point"),
    (PRICE, "0.499999999", Category.INVALID_NUMBER, "at least 0.5"),
    (PRICE, "100", Category.INVALID_NUMBER, "less than 100"),
    (BOOLEAN, "yes", Category.INVALID_BOOLEAN, "true or false"),
    (BOOLEAN, "1", Category.INVALID_BOOLEAN, "true or false"),
    (DATE, "2023-02-29", Category.INVALID, "a date such as 2021-03-10"),
    (DATE, "20230301", Category.INVALID, "a date such as 2021-03-10"),
    (DATE, "10.03.2021", Category.INVALID, "a date such as 2021-03-10"),
    (DATE, "2021-03-10T00:00:00Z", Category.INVALID, "a date such as 2021-03-10"),
    (DATETIME, "2021-03-10", Category.INVALID, "a date-time such as 2021"),
    (DATETIME, "2021-03-10T00:05:54", Category.INVALID, "a date-time such as 2021"),
    (DATETIME, "2021-03-10 00:05:54Z", Category.INVALID, "a date-time such as 2021"),
    (DATETIME, "2021-13-10T00:05:54Z", Category.INVALID, "a date-time such as 2021"),
    (DATETIME, "2021-03-10T24:00:00Z", Category.INVALID, "a date-time such as 2021"),
    (DATETIME, "2021-03-10T00:05:54+24:00", Category.INVALID, "a date-time such as 2021"),
    (DATETIME, "0001-01-01T00:00:00+10:00", Category.INVALID, "a date-time such as 2021"),
]


def _case(case):
    field, value = case[:2]
    return f"{field.type}-{str(value)[:30]!r}"


@pytest.mark.fidelity("rows-13", "definitions-03", "definitions-05")
@pytest.mark.parametrize("case", VALID_TEXT, ids=_case)
def test_text_is_converted_to_a_value(case):
    field, text, value = case
    converted = from_text(field)(text)
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.fidelity("rows-13", "definitions-03")
@pytest.mark.parametrize("case", INVALID_TEXT, ids=_case)
def test_invalid_text_is_refused_with_field_value_and_rule(case):
    field, text, category, rule = case
    with pytest.raises(FieldValidationError) as error:
        from_text(field)(text)
    assert error.value.category is category
    assert f"[{field.name}]" in error.value.message
    assert rule in error.value.message
    assert quote(text.split(";")[-1])[1:-1] in error.value.message


@pytest.mark.fidelity("rows-12")
def test_invalid_uuid_is_refused_with_field_and_message_of_zuora():
    with pytest.raises(FieldValidationError) as error:
        from_text(RELATED)("123")
    assert (error.value.category, error.value.message) == (
        Category.INVALID,
        f'Field [{RELATED.name}]: input string "123" is not a valid UUID.',
    )


@pytest.mark.parametrize("text", [ID + "0", ID[:-1], ID.replace("-", ""), f"{{{ID}}}", f"{ID}\n", "ü" * 36])
def test_uuid_has_36_characters_in_five_groups(text):
    with pytest.raises(FieldValidationError, match="is not a valid UUID"):
        uuid_of(text)


@pytest.mark.fidelity("definitions-04")
def test_largest_number_is_rounded_to_the_stored_maximum():
    assert from_text(NUMBER)("9999999999999.999999999") == MAX_NUMBER
    assert from_text(NUMBER)("-9999999999999.999999999") == -MAX_NUMBER


@pytest.mark.fidelity("definitions-04")
@given(
    st.decimals(-(10**13) + 1, 10**13 - 1, places=9).filter(lambda number: len(number.as_tuple().digits) <= 15)
    | st.integers(-(10**13) + 1, 10**13 - 1)
)
def test_number_of_up_to_15_digits_is_exact(number):
    stored = from_text(NUMBER)(format(Decimal(number), "f"))
    assert json.loads(json.dumps(stored), parse_float=Decimal) == number


@given(st.decimals(Decimal("-9999999999999.999999999"), Decimal("9999999999999.999999999"), places=9))
def test_stored_number_can_be_written_again(number):
    stored = from_text(NUMBER)(format(number, "f"))
    assert from_json(NUMBER, stored) == stored
    assert stored == min(MAX_NUMBER, max(-MAX_NUMBER, float(number)))


@given(st.text(max_size=60), st.sampled_from(FieldType))
@settings(max_examples=300, deadline=None)
def test_any_text_is_converted_or_refused(text, type):
    try:
        from_text(Field(name="any__c", type=type))(text)
    except FieldValidationError as invalid:
        assert invalid.message


VALID_JSON = [
    (TEXT, "vw", "vw"),
    (INTEGER, 4, 4),
    (NUMBER, 4, 4),
    (NUMBER, 4.0, 4),
    (NUMBER, 0.1, 0.1),
    (NUMBER, 1e-9, 1e-9),
    (BOOLEAN, True, True),
    (DATE, "2021-03-10", "2021-03-10"),
    (RELATED, ID.upper(), ID),
]
INVALID_JSON = [
    (TEXT, 4, Category.INVALID_STRING, "a string"),
    (TEXT, "", Category.INVALID_STRING, "cannot store an empty string; use null instead"),
    (TEXT, ["vw"], Category.INVALID_STRING, "a string"),
    (COLOR, "pink", Category.INVALID_STRING, "one of 'red, green'"),
    (INTEGER, "4", Category.INVALID_INTEGER, "an integer"),
    (INTEGER, True, Category.INVALID_INTEGER, "an integer"),
    (INTEGER, 4.0, Category.INVALID_INTEGER, "an integer"),
    (INTEGER, 2**63, Category.INVALID_INTEGER, "at most 64 bits"),
    (FEW, 6, Category.INVALID_INTEGER, "at most 5"),
    (NUMBER, "4", Category.INVALID_NUMBER, "a number"),
    (NUMBER, False, Category.INVALID_NUMBER, "a number"),
    (NUMBER, float("nan"), Category.INVALID_NUMBER, "a number"),
    (NUMBER, float("inf"), Category.INVALID_NUMBER, "a number"),
    (NUMBER, 1e22, Category.INVALID_NUMBER, "13 digits before"),
    (NUMBER, 1e-10, Category.INVALID_NUMBER, "9 after the point"),
    (PRICE, 0.4, Category.INVALID_NUMBER, "at least 0.5"),
    (BOOLEAN, "true", Category.INVALID_BOOLEAN, "true or false"),
    (BOOLEAN, 1, Category.INVALID_BOOLEAN, "true or false"),
    (DATETIME, 1615334754207, Category.INVALID_STRING, "a string"),
    (DATE, {"year": 2021}, Category.INVALID_STRING, "a string"),
]


@pytest.mark.parametrize("case", VALID_JSON, ids=_case)
def test_json_value_is_converted_to_a_value(case):
    field, json_value, value = case
    converted = from_json(field, json_value)
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.fidelity("records-12")
@pytest.mark.parametrize("case", INVALID_JSON, ids=_case)
def test_json_types_are_strict(case):
    field, json_value, category, rule = case
    with pytest.raises(FieldValidationError) as error:
        from_json(field, json_value)
    assert error.value.category is category
    assert f"[{field.name}]" in error.value.message
    assert rule in error.value.message


# Choices of assumptions

HEXADECIMAL_ID = "2C92C0F85D4E95E2015D4F0C1D7B2A3F"


@pytest.mark.fidelity("rows-13")
def test_text_of_a_boolean_can_be_limited_to_lower_case():
    for text in ("TRUE", "False"):
        choices = choosing(boolean_text="lower-case")
        with pytest.raises(FieldValidationError) as error:
            from_text(BOOLEAN, choices)(text)
        assert (error.value.category, error.value.assumption) == (Category.INVALID_BOOLEAN, BOOLEAN_TEXT)
        assert from_text(BOOLEAN, choosing())(text) is (text == "TRUE")


@pytest.mark.parametrize("text", ["true", "false", "yes"])
def test_text_of_a_boolean_without_upper_case_consults_no_assumption(text):
    choices = choosing(boolean_text="lower-case")
    with suppress(FieldValidationError):
        from_text(BOOLEAN, choices)(text)
    assert choices.consulted == {}


@pytest.mark.fidelity("rows-15")
@pytest.mark.parametrize("converter", [from_text, json_converter])
def test_id_of_32_digits_is_stored_in_lower_case_or_refused(converter):
    assert converter(RELATED, choosing())(HEXADECIMAL_ID) == HEXADECIMAL_ID.lower()
    with pytest.raises(FieldValidationError, match="is not a valid UUID") as error:
        converter(RELATED, choosing(uuid_format="36"))(HEXADECIMAL_ID)
    assert error.value.assumption is UUID_FORMAT


@pytest.mark.fidelity("rows-15")
def test_seeds_and_saved_states_accept_ids_of_both_forms():
    assert from_json(RELATED, HEXADECIMAL_ID) == HEXADECIMAL_ID.lower()


@pytest.mark.parametrize("value", [ID, HEXADECIMAL_ID[:-1], HEXADECIMAL_ID + "0", "g" * 32])
def test_other_ids_consult_no_assumption(value):
    choices = choosing()
    with suppress(FieldValidationError):
        from_json(RELATED, value, choices)
    assert choices.consulted == {}


@pytest.mark.fidelity("rows-15")
def test_id_of_a_record_has_36_characters_only():
    field = without_limits(SYSTEM_FIELDS["Id"])
    with pytest.raises(FieldValidationError) as error:
        from_json(field, HEXADECIMAL_ID, choosing())
    assert error.value.assumption is None
