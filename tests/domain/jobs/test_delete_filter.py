from operator import eq, ge, gt, le, lt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.delete_filter import document_of_filter, filter_from
from mock_zuora.domain.objects.definition import Definition, open_definition
from mock_zuora.domain.objects.field import Field, FieldType
from tests.domain.choosing import choosing

VEHICLE = Definition(
    object="vehicle",
    fields={
        each.name: each
        for each in (
            Field(name="brand__c", filterable=True),
            Field(name="doors__c", type=FieldType.INTEGER, filterable=True),
            Field(name="sold__c", type=FieldType.BOOLEAN, filterable=True),
            Field(name="seen__c", type=FieldType.DATETIME, filterable=True),
            Field(name="colors__c", type=FieldType.MULTISELECT, options=("red", "blue"), filterable=True),
            Field(name="notes__c"),
        )
    },
)
DOORS = {"field": "doors__c", "operator": "EQ", "value": 4}
BRAND = {"field": "brand__c", "operator": "EQ", "value": "vw"}


def read(*conditions, definition=VEHICLE):
    return filter_from({"conditions": list(conditions)}, definition)


def matches(filter, **values):
    return filter.matches(values.get)


@pytest.mark.parametrize(
    ("operator", "found"),
    [("EQ", [4]), ("GT", [5]), ("LT", [3]), ("GE", [4, 5]), ("LE", [3, 4])],
)
def test_operator_compares_as_its_name_says(operator, found):
    filter = read(DOORS | {"operator": operator})
    assert [doors for doors in (3, 4, 5) if matches(filter, doors__c=doors)] == found


@pytest.mark.parametrize("operator", ["EQ", "GT", "LT", "GE", "LE"])
def test_record_without_value_never_matches(operator):
    assert not matches(read(DOORS | {"operator": operator}))


def test_two_conditions_must_both_match():
    filter = read(DOORS, BRAND)
    assert matches(filter, doors__c=4, brand__c="vw")
    assert not matches(filter, doors__c=4, brand__c="kia")
    assert not matches(filter, doors__c=2, brand__c="vw")


def test_two_conditions_can_use_one_field():
    filter = read(DOORS | {"operator": "GE"}, DOORS | {"operator": "LT", "value": 6})
    assert [doors for doors in range(8) if matches(filter, doors__c=doors)] == [4, 5]


def test_date_times_are_compared_as_instants():
    filter = read({"field": "seen__c", "operator": "EQ", "value": "2021-03-10T00:05:54Z"})
    assert matches(filter, seen__c="2021-03-10T05:35:54.000+05:30")


def on_system_field(name):
    value = "2020-01-01T00:00:00.000Z" if name.endswith("Date") else "8a19f16a-2b5e-4a26-bb20-c79cd6984714"
    return {"conditions": [{"field": name, "operator": "LT", "value": value}]}


@pytest.mark.fidelity("filter-04")
@pytest.mark.parametrize("name", ["Id", "CreatedDate", "UpdatedDate"])
def test_dates_and_id_are_filterable(name):
    choices = choosing()
    assert filter_from(on_system_field(name), VEHICLE, choices).conditions[0].field.name == name
    assert list(choices.consulted) == []


@pytest.mark.fidelity("filter-04")
@pytest.mark.parametrize("name", ["CreatedById", "UpdatedById"])
def test_users_are_filterable_under_an_assumption(assert_refused, name):
    choices = choosing()
    refusal = assert_refused(71013330, lambda: filter_from(on_system_field(name), VEHICLE, choices), f"[{name}]")
    assert (refusal.assumption.name, list(choices.consulted)) == (
        "filterable-system-fields",
        ["filterable-system-fields"],
    )
    every = choosing({"filterable-system-fields": "all"})
    assert filter_from(on_system_field(name), VEHICLE, every).conditions[0].field.name == name


@pytest.mark.parametrize("name", ["CreatedById", "UpdatedById"])
def test_filter_of_a_saved_state_is_accepted_without_choices(name):
    assert filter_from(on_system_field(name), VEHICLE).conditions[0].field.name == name


def test_open_object_is_filtered_by_text():
    filter = read(DOORS | {"value": "4"}, definition=open_definition("default", "vehicle"))
    assert matches(filter, doors__c="4")


REFUSED = [
    pytest.param([], 71013220, ["filter: ", "not an object"], id="no object"),
    pytest.param("all", 71013220, ["filter: ", "'all'"], id="a text"),
    pytest.param(
        {"conditions": [BRAND], "limit": 5}, 71013021, ["'filter.limit'", "filter.conditions"], id="a key more"
    ),
    pytest.param({}, 71013322, ["filter.conditions is missing", "1 or 2"], id="no conditions"),
    pytest.param({"conditions": None}, 71013322, ["filter.conditions is missing"], id="null conditions"),
    pytest.param({"conditions": BRAND}, 71013320, ["filter.conditions: ", "not a list"], id="one not in a list"),
    pytest.param({"conditions": []}, 71013330, ["0 conditions", "1 or 2"], id="none"),
    pytest.param({"conditions": [BRAND] * 3}, 71013330, ["3 conditions", "1 or 2"], id="three"),
    pytest.param({"conditions": [BRAND, 4]}, 71013320, ["conditions[1]: 4"], id="a number"),
    pytest.param({"conditions": [BRAND | {"x": 1}]}, 71013021, ["'filter.conditions[0].x'"], id="a key more inside"),
]
REFUSED_CONDITIONS = [
    pytest.param(BRAND | {"field": None}, 71013320, ["[0].field: null", "API name"], id="no field"),
    pytest.param(BRAND | {"field": ["a"]}, 71013320, ["[0].field: "], id="a field that is a list"),
    pytest.param(
        BRAND | {"field": "wheels__c"}, 71013321, ["[0].field", "'wheels__c'", "'vehicle'"], id="unknown field"
    ),
    pytest.param(BRAND | {"field": "createddate"}, 71013321, ["'createddate'", "case-sensitive"], id="letter case"),
    pytest.param(BRAND | {"field": "notes__c"}, 71013330, ["[notes__c]", "not filterable"], id="not filterable"),
    pytest.param(BRAND | {"operator": None}, 71013320, ["[0].operator: null", "EQ, GT, LT, GE, LE"], id="no operator"),
    pytest.param(
        BRAND | {"operator": "eq"}, 71013320, ["[0].operator: 'eq'", "EQ, GT"], id="letter case of an operator"
    ),
    pytest.param(BRAND | {"operator": "NE"}, 71013320, ["[0].operator: 'NE'"], id="unknown operator"),
    pytest.param(BRAND | {"operator": ["EQ"]}, 71013320, ["[0].operator: "], id="an operator that is a list"),
    pytest.param(BRAND | {"value": None}, 71013320, ["[0].value is missing", "[brand__c]"], id="no value"),
    pytest.param(BRAND | {"value": 4}, 71013320, ["[0].value", "[brand__c]", "a string", "4"], id="a number for text"),
    pytest.param(
        DOORS | {"value": "4"}, 71013320, ["[0].value", "[doors__c]", "an integer", "'4'"], id="text for integer"
    ),
    pytest.param(
        {"field": "CreatedDate", "operator": "LT", "value": "2020-01-01"},
        71013320,
        ["[CreatedDate]", "date-time", "It has no time."],
        id="a date",
    ),
    pytest.param({"field": "Id", "operator": "EQ", "value": "123"}, 71013320, ["[0].value", '"123"'], id="no UUID"),
]


@pytest.mark.parametrize(("document", "code", "expected"), REFUSED)
def test_invalid_filter_document_is_refused(assert_refused, document, code, expected):
    assert_refused(code, lambda: filter_from(document, VEHICLE), *expected)


@pytest.mark.parametrize(("condition", "code", "expected"), REFUSED_CONDITIONS)
def test_invalid_condition_is_refused_with_its_index(assert_refused, condition, code, expected):
    assert_refused(code, lambda: read(condition), *expected)
    assert_refused(code, lambda: read(BRAND, condition), *(each.replace("[0]", "[1]") for each in expected))


def test_filter_can_be_formatted_as_its_document():
    document = {"conditions": [DOORS, BRAND | {"operator": "GE"}]}
    assert document_of_filter(filter_from(document, VEHICLE)) == document


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*DOORS, "Id", "EQ"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["conditions", *DOORS, "x"]), inner),
    max_leaves=8,
)


@given(JSON | st.lists(JSON, max_size=3).map(lambda conditions: {"conditions": conditions}))
@settings(max_examples=200, deadline=None)
def test_any_json_is_parsed_or_refused_with_a_documented_code(document):
    try:
        filter_from(document, VEHICLE)
    except ZuoraError as error:
        assert error.code in (71013021, 71013220, 71013320, 71013321, 71013322, 71013330)
        assert "filter" in error.message


OPERATORS = {"EQ": eq, "GT": gt, "LT": lt, "GE": ge, "LE": le}


@given(
    st.lists(st.tuples(st.sampled_from(list(OPERATORS)), st.integers(0, 5)), min_size=1, max_size=2), st.integers(0, 5)
)
def test_filter_combines_conditions_with_and(conditions, doors):
    filter = read(*({"field": "doors__c", "operator": name, "value": value} for name, value in conditions))
    assert matches(filter, doors__c=doors) == all(OPERATORS[name](doors, value) for name, value in conditions)
