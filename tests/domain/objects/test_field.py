"""FieldType is a closed set: a type is complete only with an example that every conversion and comparison passes."""

from dataclasses import dataclass
from typing import Any

import pytest

from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.delete_filter import filter_from
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.definition_document import document_of
from mock_zuora.domain.objects.field import Field, FieldType, FieldValidationError
from mock_zuora.domain.objects.field_document import field_from
from mock_zuora.domain.objects.field_values import from_json, from_text
from mock_zuora.domain.records.comparison import Operator, comparison, key_of, operand_of
from mock_zuora.domain.records.query.compiler import compile_query
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.records.record import lookup, new_record
from tests.domain.choosing import choosing

ID, OTHER_ID = "30c52793-8f06-41c6-b623-04829710d7a1", "8a19f16a-2b5e-4a26-bb20-c79cd6984714"


@dataclass(frozen=True, kw_only=True)
class Example:
    """One value of a type in every form, with a smaller value of the type and a value that is refused."""

    text: str
    json: Any
    value: Any
    smaller: Any
    invalid_json: Any
    category: Category
    document: dict[str, Any]
    has_ranges: bool = False


TEXT = {"smaller": "a", "invalid_json": 4, "category": Category.INVALID_STRING}
EXAMPLES = {
    FieldType.TEXT: Example(text="vw", json="vw", value="vw", document={"type": "string"}, **TEXT),
    FieldType.URL: Example(text="vw", json="vw", value="vw", document={"type": "string", "format": "url"}, **TEXT),
    FieldType.PICKLIST: Example(
        text="vw", json="vw", value="vw", document={"type": "string", "enum": ["a", "vw"]}, **TEXT
    ),
    FieldType.MULTISELECT: Example(
        text="vw", json="vw", value="vw", document={"type": "string", "enum": ["a", "vw"], "multiselect": True}, **TEXT
    ),
    FieldType.INTEGER: Example(
        text="4", json=4, value=4, smaller=-5, invalid_json="4", category=Category.INVALID_INTEGER,
        document={"type": "integer"}, has_ranges=True,
    ),
    FieldType.NUMBER: Example(
        text="0.50", json=0.5, value=0.5, smaller=-5, invalid_json="4", category=Category.INVALID_NUMBER,
        document={"type": "number"}, has_ranges=True,
    ),
    FieldType.BOOLEAN: Example(
        text="TRUE", json=True, value=True, smaller=False, invalid_json="true", category=Category.INVALID_BOOLEAN,
        document={"type": "boolean"},
    ),
    FieldType.DATE: Example(
        text="2021-03-10", json="2021-03-10", value="2021-03-10", smaller="2020-12-31", invalid_json="10.3.2021",
        category=Category.INVALID, document={"type": "string", "format": "date"}, has_ranges=True,
    ),
    FieldType.DATETIME: Example(
        text="2021-03-10T00:30:00+01:00", json="2021-03-10T00:30:00+01:00", value="2021-03-10T00:30:00+01:00",
        smaller="2021-03-10T01:00:00+02:00", invalid_json="2021-03-10", category=Category.INVALID,
        document={"type": "string", "format": "date-time"}, has_ranges=True,
    ),
    FieldType.UUID: Example(
        text=OTHER_ID.upper(), json=OTHER_ID.upper(), value=OTHER_ID, smaller=ID, invalid_json="me",
        category=Category.INVALID, document={"type": "string", "format": "uuid"},
    ),
}  # fmt: skip

every_type = pytest.mark.parametrize("type", FieldType)


def field_of(type):
    """A filterable field, parsed from the document of its type."""
    parsed = field_from("a__c", EXAMPLES[type].document)
    return Field(name="a__c", type=parsed.type, options=parsed.options, filterable=True)


def test_every_type_has_an_example():
    assert EXAMPLES.keys() == set(FieldType)


@every_type
def test_type_is_parsed_from_its_document_and_formatted_again(type):
    parsed = field_from("a__c", EXAMPLES[type].document)
    assert parsed.type is type
    formatted = document_of(Definition(object="car", fields={"a__c": parsed}))["properties"]["a__c"]
    assert field_from("a__c", formatted).type is type
    assert formatted.items() >= EXAMPLES[type].document.items()


@every_type
def test_type_converts_text(type):
    value = from_text(field_of(type))(EXAMPLES[type].text)
    assert (value, value.__class__) == (EXAMPLES[type].value, EXAMPLES[type].value.__class__)


@every_type
def test_type_converts_json(type):
    value = from_json(field_of(type), EXAMPLES[type].json)
    assert (value, value.__class__) == (EXAMPLES[type].value, EXAMPLES[type].value.__class__)


@every_type
def test_type_refuses_invalid_json_with_its_category(type):
    with pytest.raises(FieldValidationError) as error:
        from_json(field_of(type), EXAMPLES[type].invalid_json)
    assert error.value.category is EXAMPLES[type].category


@every_type
def test_type_refuses_text_that_is_too_long(type):
    with pytest.raises(FieldValidationError):
        from_text(field_of(type))("x" * 8_193)


@every_type
def test_type_orders_its_values(type):
    example, of_type = EXAMPLES[type], field_of(type)
    assert key_of(of_type)(example.smaller) < key_of(of_type)(example.value)
    operand = operand_of(of_type, example.value)
    holding = [each for each in Operator if comparison(of_type, each, operand)(example.smaller)]
    assert holding == [Operator.LT, Operator.LE]
    assert [each for each in Operator if comparison(of_type, each, operand)(example.value)] == [
        Operator.EQ, Operator.GE, Operator.LE,
    ]  # fmt: skip


@every_type
def test_type_can_be_filtered_and_queried(type):
    example = EXAMPLES[type]
    car = Definition(object="car", fields={"a__c": field_of(type)})
    records = [new_record(ID, ID, 0, {"a__c": value}) for value in (example.smaller, example.value)]
    condition = {"field": "a__c", "operator": "EQ", "value": example.json}
    delete_filter = filter_from({"conditions": [condition]}, car)
    query = compile_query(f'a__c:"{example.text}"', car, choosing())
    assert [delete_filter.matches(lookup(each)) for each in records] == [False, True]
    assert [query.matches(each) for each in records] == [False, True]


@every_type
def test_only_dates_and_numbers_have_range_queries(type):
    example, car = EXAMPLES[type], Definition(object="car", fields={"a__c": field_of(type)})
    query = f'a__c:>="{example.text}"'
    if example.has_ranges:
        assert compile_query(query, car, choosing()).matches(new_record(ID, ID, 0, {"a__c": example.value}))
    else:
        with pytest.raises(QueryError, match=f"is of type {type}"):
            compile_query(query, car, choosing())
