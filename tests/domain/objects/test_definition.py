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


def test_definition_finds_custom_and_system_fields():
    assert CAR.field("brand__c").unique
    assert (CAR.field("CreatedDate").type, CAR.field("CreatedDate").filterable) == (FieldType.DATETIME, True)
    assert CAR.field("Brand__c") is None
    assert CAR.unique_fields == ("brand__c",)


def test_open_object_has_every_custom_field():
    free = open_definition("default", "car")
    assert (free.field("color__c").type, free.field("color__c").max_length) == (FieldType.TEXT, MAX_TEXT_LENGTH)
    assert free.field("color__c").filterable
    assert free.field("color") is None


def test_zuora_object_has_fields_of_any_name():
    saved_query = open_definition("com_zuora", "SavedQuery")
    assert saved_query.field("name").type is FieldType.TEXT
    assert saved_query.field("") is None
    assert saved_query.field("n" * 65) is None


@pytest.mark.fidelity("definitions-07", "definitions-30")
@pytest.mark.parametrize(
    ("name", "is_valid"),
    [
        ("a__c", True),
        ("a" * 61 + "__c", True),
        ("a" * 62 + "__c", False),
        ("__c", False),
        ("a__C", False),
        ("a", False),
        ("Car_2__c", True),
        ("a b__c", False),
        ("ä__c", False),
        ("a;b__c", False),
        ("a__c\n", False),
    ],
)
def test_custom_name_ends_with_suffix(name, is_valid):
    assert is_custom_name(name) is is_valid


@pytest.mark.fidelity("definitions-08")
@pytest.mark.parametrize(
    ("name", "is_valid"),
    [("car", True), ("c" * 64, True), ("c" * 65, False), ("", False), ("a b", False), ("a/b", False), ("a\n", False)],
)
def test_object_name_has_1_to_64_characters_without_spaces_or_slashes(name, is_valid):
    assert is_object_name(name) is is_valid


def test_relationships_are_compared_without_enforcement():
    one = Relationship(namespace="default", object="person", fields={"a__c": "Id"})
    other = Relationship(namespace="default", object="person", fields={"a__c": "Id"}, enforces_mapping=False)
    assert one.is_same_as(other)
    assert not one.is_same_as(Relationship(namespace="default", object="person", fields={"b__c": "Id"}))


def test_stamped_definition_has_id_user_and_time():
    stamped = CAR.stamped("id", "me", 5)
    assert (stamped.id, stamped.created_by, stamped.created_at, stamped.updated_by, stamped.updated_at) == (
        "id",
        "me",
        5,
        "me",
        5,
    )
