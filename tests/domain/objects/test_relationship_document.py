import pytest

from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.objects.definition import Relationship
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.objects.relationship_document import relationship_document, relationship_from

FIELDS = {"owner__c": Field(name="owner__c")}
OWNER = {"namespace": "default", "object": "person", "fields": {"owner__c": "Id"}}


def test_mapping_is_enforced_by_default():
    unchecked = {"recordConstraints": {"create": {"enforceValidMapping": False}}}
    assert relationship_from("r", OWNER, FIELDS).enforces_mapping
    assert relationship_from("r", {**OWNER, "recordConstraints": {}}, FIELDS).enforces_mapping
    assert not relationship_from("r", {**OWNER, **unchecked}, FIELDS).enforces_mapping


def test_relationship_is_formatted_as_it_was_parsed():
    related = Relationship(namespace="default", object="person", fields={"owner__c": "Id"}, enforces_mapping=False)
    assert relationship_from("r", relationship_document(related), FIELDS) == related


def test_relationship_with_zuora_object_can_use_another_field():
    fields = {"namespace": "com_zuora", "object": "subscription", "fields": {"owner__c": "Name"}}
    assert relationship_from("r", fields, FIELDS).fields == {"owner__c": "Name"}


@pytest.mark.parametrize(
    ("changes", "code", "expected"),
    [
        ({"namespace": None}, 71000022, "namespace is missing"),
        ({"object": None}, 71000022, "object is missing"),
        ({"fields": None}, 71000022, "fields is missing"),
        ({"namespace": "zuora"}, 71000120, "namespace 'zuora'"),
        ({"object": "a b"}, 71000020, "object 'a b'"),
        ({"cardinality": "oneToMany"}, 71000020, "cardinality 'oneToMany' is not 'manyToOne'"),
        ({"cardinality": "oneToOne"}, 71000020, "cardinality 'oneToOne'"),
        ({"fields": {}}, 71000020, "fields {}"),
        ({"fields": {"owner__c": 4}}, 71000020, "fields"),
        ({"fields": {"buyer__c": "Id"}}, 71000021, "no custom field 'buyer__c'"),
        ({"fields": {"owner__c": "name__c"}}, 71000020, "maps 'owner__c' to 'name__c'"),
        ({"label": "x"}, 71000021, "unknown key 'label'"),
        ({"recordConstraints": []}, 71000020, "recordConstraints []"),
        ({"recordConstraints": {"create": []}}, 71000020, "recordConstraints"),
        ({"recordConstraints": {"create": {"enforceValidMapping": "no"}}}, 71000020, "enforceValidMapping 'no'"),
    ],
)
def test_invalid_document_is_refused(changes, code, expected):
    with pytest.raises(ZuoraError) as refusal:
        relationship_from("relationships[0]", {**OWNER, **changes}, FIELDS)
    assert refusal.value.code == code
    assert expected in refusal.value.message and "relationships[0]" in refusal.value.message


def test_relationship_must_be_an_object():
    with pytest.raises(ZuoraError) as refusal:
        relationship_from("relationships[0]", "person", FIELDS)
    assert (refusal.value.code, "'person' is not an object" in refusal.value.message) == (71000020, True)
