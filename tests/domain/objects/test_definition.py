import pytest

from mock_zuora.domain.objects.definition import (
    Definition,
    Relationship,
    is_custom_name,
    is_object_name,
    open_definition,
)
from mock_zuora.domain.objects.field import MAX_TEXT_LENGTH, Field, FieldType

CAR = Definition(object="car", fields={"brand__c": Field(name="brand__c", unique=True), "n__c": Field(name="n__c")})


def test_a_definition_knows_its_own_fields_and_the_systems():
    assert CAR.field("brand__c").unique
    assert (CAR.field("CreatedDate").type, CAR.field("CreatedDate").filterable) == (FieldType.DATETIME, True)
    assert CAR.field("Brand__c") is None
    assert CAR.unique_fields == ("brand__c",)


def test_an_object_without_a_schema_has_whatever_field_ends_in_c():
    free = open_definition("default", "car")
    assert (free.field("color__c").type, free.field("color__c").max_length) == (FieldType.TEXT, MAX_TEXT_LENGTH)
    assert free.field("color__c").filterable
    assert free.field("color") is None


def test_zuoras_own_object_has_fields_of_any_name():
    saved_query = open_definition("com_zuora", "SavedQuery")
    assert saved_query.field("name").type is FieldType.TEXT
    assert saved_query.field("") is None
    assert saved_query.field("n" * 65) is None


@pytest.mark.fidelity("definitions-07")
@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a__c", True),
        ("a" * 61 + "__c", True),
        ("a" * 62 + "__c", False),
        ("__c", False),
        ("a__C", False),
        ("a", False),
    ],
)
def test_a_custom_name_ends_in_c(name, is_one):
    assert is_custom_name(name) is is_one


@pytest.mark.fidelity("definitions-08")
@pytest.mark.parametrize(
    ("name", "is_one"),
    [("car", True), ("c" * 64, True), ("c" * 65, False), ("", False), ("a b", False), ("a/b", False), ("a\n", False)],
)
def test_an_object_name_has_1_to_64_characters_and_fits_a_path(name, is_one):
    assert is_object_name(name) is is_one


def test_two_relationships_are_the_same_whether_enforced_or_not():
    one = Relationship(namespace="default", object="person", fields={"a__c": "Id"})
    other = Relationship(namespace="default", object="person", fields={"a__c": "Id"}, enforces_mapping=False)
    assert one.is_same_as(other)
    assert not one.is_same_as(Relationship(namespace="default", object="person", fields={"b__c": "Id"}))


def test_a_made_definition_says_who_made_it_when():
    made = CAR.stamped("id", "me", 5)
    assert (made.id, made.created_by, made.created_at, made.updated_by, made.updated_at) == ("id", "me", 5, "me", 5)
