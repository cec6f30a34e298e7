import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.row_reader import RowReader
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Field, FieldType, FieldValidationError
from mock_zuora.domain.records.record import new_record
from mock_zuora.domain.records.validation import (
    JsonReader,
    UniqueHolders,
    check_relationships,
    complete,
    merged,
    problem_of,
)
from tests.domain.choosing import choosing

CAR = Definition(
    object="car",
    fields={
        each.name: each
        for each in (
            Field(name="name__c", required=True, max_length=5),
            Field(name="color__c", default="grey"),
            Field(name="doors__c", type=FieldType.INTEGER, minimum=2, maximum=5),
            Field(name="price__c", type=FieldType.NUMBER),
            Field(name="sold__c", type=FieldType.BOOLEAN),
            Field(name="state__c", type=FieldType.PICKLIST, options=("new", "used")),
            Field(name="extras__c", type=FieldType.MULTISELECT, options=("radio", "roof")),
            Field(name="built__c", type=FieldType.DATE),
            Field(name="seen__c", type=FieldType.DATETIME),
            Field(name="owner__c", type=FieldType.UUID),
            Field(name="site__c", type=FieldType.URL),
        )
    },
)
OWNER = "30c52793-8f06-41c6-b623-04829710d7a1"


def error_of(call):
    with pytest.raises(FieldValidationError) as invalid:
        call()
    return invalid.value


# JSON


def test_json_record_is_converted_to_values_and_cleared_fields():
    document = {
        "name__c": "vw",
        "doors__c": 4,
        "price__c": 0.5,
        "sold__c": True,
        "owner__c": OWNER.upper(),
        "built__c": None,
    }
    values, cleared = JsonReader(CAR, choosing()).values(document)
    assert values == {"name__c": "vw", "doors__c": 4, "price__c": 0.5, "sold__c": True, "owner__c": OWNER}
    assert cleared == {"built__c"}


@pytest.mark.parametrize(
    ("document", "code", "expected"),
    [
        ({"wheels__c": 4}, 71012521, "[wheels__c] is not a custom field of 'car'"),
        ({"wheels__c": None}, 71012521, "[wheels__c]"),
        ({"Id": OWNER}, 71012521, "[Id]"),
        ({"version": 1}, 71012521, "[version]"),
        ({"doors__c": "4"}, 71012523, "[doors__c] expects an integer, but the value is '4'"),
        ({"doors__c": 4.0}, 71012523, "[doors__c] expects an integer"),
        ({"doors__c": True}, 71012523, "[doors__c] expects an integer"),
        ({"doors__c": 6}, 71012523, "[doors__c] expects at most 5, but the value is 6"),
        ({"price__c": "0.5"}, 71012524, "[price__c] expects a number, but the value is '0.5'"),
        ({"price__c": False}, 71012524, "[price__c] expects a number"),
        ({"sold__c": "true"}, 71012525, "[sold__c] expects true or false, but the value is 'true'"),
        ({"sold__c": 1}, 71012525, "[sold__c]"),
        ({"name__c": 4}, 71012526, "[name__c] expects a string, but the value is 4"),
        ({"name__c": ["vw"]}, 71012526, "[name__c] expects a string"),
        ({"name__c": ""}, 71012526, "[name__c] cannot store an empty string"),
        ({"name__c": "toyota"}, 71012526, "[name__c] takes at most 5 characters"),
        ({"state__c": "old"}, 71012526, "[state__c] expects one of 'new, used', but the value is 'old'"),
        ({"built__c": "10.3.2021"}, 71012520, "[built__c] expects a date"),
        ({"seen__c": "2021-03-10"}, 71012520, "[seen__c] expects a date-time"),
        ({"owner__c": "me"}, 71012520, '"me" is not a valid UUID'),
    ],
)
def test_json_value_of_wrong_type_is_refused(document, code, expected):
    problem = problem_of(error_of(lambda: JsonReader(CAR, choosing()).values(document)))
    assert (problem.code, expected in problem.message) == (code, True)


# Omitted values


def test_omitted_field_gets_its_default_and_null_does_not():
    assert complete({"name__c": "vw"}, CAR) == {"name__c": "vw", "color__c": "grey"}
    assert complete({"name__c": "vw"}, CAR, frozenset({"color__c"})) == {"name__c": "vw"}


@pytest.mark.fidelity("definitions-06")
def test_omitted_required_field_is_refused():
    problem = problem_of(error_of(lambda: complete({}, CAR)))
    assert (problem.code, "[name__c] is required" in problem.message) == (71012522, True)


def test_merge_keeps_omitted_values():
    before = new_record("1", "me", 0, {"name__c": "vw", "color__c": "red", "doors__c": 4})
    assert merged(before, {"doors__c": 2}, {"color__c"}, CAR) == {"name__c": "vw", "doors__c": 2}


def test_merge_cannot_clear_a_required_field():
    before = new_record("1", "me", 0, {"name__c": "vw"})
    error = error_of(lambda: merged(before, {}, {"name__c"}, CAR))
    assert (error.category, "[name__c]" in error.message) == (Category.MISSING, True)


# JSON and CSV alike


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5)
documents = st.fixed_dictionaries(
    {},
    optional={
        "name__c": texts,
        "doors__c": st.integers(2, 5),
        "price__c": st.integers(-(10**12), 10**12) | st.decimals(-100, 100, places=3).map(float),
        "sold__c": st.booleans(),
        "state__c": st.sampled_from(["new", "used"]),
        "extras__c": st.sampled_from(["radio", "radio;roof"]),
        "built__c": st.dates().map(str),
        "seen__c": st.datetimes().map(lambda when: when.isoformat(timespec="milliseconds") + "Z"),
        "owner__c": st.uuids().map(str),
        "site__c": texts,
    },
).filter(bool)


def cell(value):
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)


@settings(max_examples=80, deadline=None)
@given(documents)
def test_json_record_and_equal_row_have_the_same_values(document):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(map(cell, document.values()))
    row = next(csv.reader(io.StringIO(file.getvalue(), newline="")))
    loose = Definition(object="car", fields={name: CAR.fields[name] for name in document})
    from_json, _ = JsonReader(loose, choosing()).values(document)
    if "name__c" not in document:
        assert RowReader(tuple(document), loose, choosing()).values(row) == from_json
    else:
        assert RowReader(tuple(document), CAR, choosing()).values(row) == complete(from_json, CAR)


# Unique values


def holders(**stored):
    definition = Definition(object="car", fields={"vin__c": Field(name="vin__c", unique=True)})
    return UniqueHolders(definition, lambda name, value: stored.get(value, ()))


@pytest.mark.fidelity("definitions-06")
def test_value_of_another_record_is_refused():
    unique = holders(A=("1",))
    unique.check({"vin__c": "A"}, "1")
    problem = problem_of(error_of(lambda: unique.check({"vin__c": "A"}, "2")))
    assert problem.code == 71012530
    assert "[vin__c] is unique, and its value 'A' is taken by record '1'" in problem.message


def test_reserved_value_is_refused():
    unique = holders()
    unique.reserve({"vin__c": "A"}, "1")
    assert error_of(lambda: unique.check({"vin__c": "A"}, "2")).category is Category.RULE


def test_released_value_can_be_used():
    unique = holders(A=("1",))
    unique.reserve({"vin__c": "B"}, "1", before={"vin__c": "A"})
    unique.check({"vin__c": "A"}, "2")
    assert error_of(lambda: unique.check({"vin__c": "B"}, "2")).category is Category.RULE


def test_records_without_the_value_do_not_collide():
    unique = holders(A=("1",))
    unique.reserve({}, "1")
    unique.check({}, "2")


# Relationships


def related(**more):
    relationship = Relationship(**{"namespace": "default", "object": "person", "fields": {"owner__c": "Id"}, **more})
    return Definition(object="car", fields=CAR.fields, relationships=(relationship,))


def test_value_without_related_record_is_refused():
    check_relationships({"owner__c": OWNER}, related(), lambda relationship, record_id: True)
    check_relationships({}, related(), lambda relationship, record_id: False)
    problem = problem_of(error_of(lambda: check_relationships({"owner__c": OWNER}, related(), lambda *_: False)))
    assert problem.code == 71012520
    assert f"[owner__c] names record '{OWNER}', which object 'person' does not have" in problem.message


@pytest.mark.fidelity("definitions-14")
@pytest.mark.parametrize(
    "more", [{"enforces_mapping": False}, {"namespace": "com_zuora"}], ids=["not enforced", "Zuora"]
)
def test_unenforced_relationship_is_not_checked(more):
    check_relationships({"owner__c": OWNER}, related(**more), lambda *_: False)
