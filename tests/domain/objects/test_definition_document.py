import json
from pathlib import Path

import pytest

from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.objects.definition_document import definition_from, document_of

EXAMPLES = Path(__file__).parents[2] / "conformance" / "reference_definitions.json"
SYSTEM = ["Id", "CreatedById", "UpdatedById", "CreatedDate", "UpdatedDate"]
FILTERABLE = ["Id", "CreatedDate", "UpdatedDate"]


def text(**more):
    return {"type": "string", "label": "L", **more}


def document(**changes):
    properties = {"brand__c": text(), "plate__c": text()}
    return {"object": "car", "label": "Car", "properties": properties, **changes}


def refusal_of(schema):
    with pytest.raises(ZuoraError) as refusal:
        definition_from(schema)
    return refusal.value


@pytest.fixture(scope="module")
def samples():
    """The samples of the official reference: the body of a POST, the response of a list, and an older form."""
    return json.loads(EXAMPLES.read_text("utf-8"))


# Samples of the reference


@pytest.mark.parametrize("name", ["Delivery", "birth_place_custom_object"])
def test_posted_reference_sample_is_formatted_like_the_listed_one(samples, name):
    shown = document_of(definition_from(samples["sent"][name]))
    expected = samples["listed"][name]["schema"]
    for key in ("object", "label", "description"):
        assert shown.get(key) == expected.get(key)
    assert (set(shown["required"]), shown["required"][-5:]) == (set(expected["required"]), SYSTEM)
    # This old sample lists all five; see the assumption filterable-system-fields.
    assert set(shown["filterable"]) == set(expected["filterable"]) - {"CreatedById", "UpdatedById"}
    assert shown["filterable"][-3:] == FILTERABLE
    for each in expected["properties"].values():
        each.pop("format", None) if each.get("label") in ("CreatedById", "UpdatedById") else None
    for name in ("CreatedById", "UpdatedById"):
        # Two samples of the reference differ here; the schema of the answer has the format.
        assert shown["properties"][name].pop("format") == "uuid"
    assert shown["properties"] == expected["properties"]
    assert sorted(shown["relationships"], key=str) == sorted(expected["relationships"], key=str)


@pytest.mark.fidelity("definitions-11")
@pytest.mark.parametrize("name", ["Delivery", "birth_place_custom_object"])
def test_listed_reference_sample_can_be_posted_back(samples, name):
    back, sent = definition_from(samples["listed"][name]), definition_from(samples["sent"][name])
    assert (back.object, back.label, back.description, back.fields) == (
        sent.object, sent.label, sent.description, sent.fields,
    )  # fmt: skip
    assert sorted(back.relationships, key=str) == sorted(sent.relationships, key=str)


@pytest.mark.fidelity("definitions-11")
def test_exported_relationships_of_system_fields_with_users_are_ignored():
    account = {"namespace": "com_zuora", "object": "account", "fields": {"plate__c": "Id"}}
    users = [{"namespace": "com_zuora", "object": "User", "fields": {name: "Id"}} for name in SYSTEM[1:3]]
    exported = {"schema": document(relationships=[account, *users])}
    assert [each.object for each in definition_from(exported).relationships] == ["account"]
    assert refusal_of(document(relationships=users)).code == 71000021


def test_old_sample_with_one_to_many_relationships_is_accepted(samples):
    person = definition_from(samples["person"])
    assert [each.object for each in person.relationships] == ["address", "address"]
    assert not any(each.enforces_mapping for each in person.relationships)
    assert person.fields["email__c"].max_length == 128
    assert person.fields["marital_status__c"].default == "Unknown"


def test_exported_definition_is_parsed_to_the_same_definition():
    schema = document(
        description="d",
        required=["brand__c"],
        filterable=["brand__c", "plate__c"],
        unique=["plate__c"],
        auditable=["brand__c"],
        enableCreateRecordAuditing=True,
        relationships=[{"namespace": "com_zuora", "object": "account", "fields": {"plate__c": "Id"}}],
    )
    definition = definition_from(schema)
    exported = json.loads(json.dumps({"schema": document_of(definition)}))
    assert definition_from(exported) == definition
    assert document_of(definition_from(exported)) == document_of(definition)


@pytest.mark.fidelity("filter-04")
def test_system_fields_are_required_and_marked_as_system_and_three_are_filterable():
    shown = document_of(definition_from(document()))
    assert (shown["required"], shown["filterable"]) == (SYSTEM, FILTERABLE)
    assert shown["properties"]["Id"] == {"label": "Id", "type": "string", "format": "uuid", "origin": "system"}
    assert shown["properties"]["brand__c"] == {**text(), "maxLength": 512, "origin": "custom"}


@pytest.mark.fidelity("definitions-13")
def test_field_of_a_relationship_becomes_filterable():
    related = [{"namespace": "com_zuora", "object": "account", "fields": {"plate__c": "Id"}}]
    assert definition_from(document(relationships=related)).fields["plate__c"].filterable


def test_url_field_has_a_max_length():
    definition = definition_from(document(properties={"site__c": text(format="url")}))
    assert document_of(definition)["properties"]["site__c"]["maxLength"] == 512


# Limits


def fields(count, **more):
    return {f"f{at}__c": text(**more) for at in range(count)}


def names(count):
    return list(fields(count))


@pytest.mark.fidelity("definitions-12")
@pytest.mark.parametrize(
    ("maximum", "too_many", "code", "expected"),
    [
        ({"object": "o" * 64}, {"object": "o" * 65}, 71000220, "object: 'ooo"),
        ({"label": "l" * 64}, {"label": "l" * 65}, 71000020, "label must be a string of at most 64"),
        (
            {"description": "d" * 250},
            {"description": "d" * 251},
            71000020,
            "description must be a string of at most",
        ),
        ({"properties": fields(50)}, {"properties": fields(51)}, 71000030, "51 custom fields; at most 50"),
        (
            {"properties": fields(6), "filterable": names(6), "unique": names(5)},
            {"properties": fields(6), "filterable": names(6), "unique": names(6)},
            71000030,
            "6 unique fields; at most 5",
        ),
        (
            {"properties": fields(6), "auditable": names(5)},
            {"properties": fields(6), "auditable": names(6)},
            71000030,
            "6 auditable fields; at most 5",
        ),
        (
            {"properties": fields(1, maxLength=512), "filterable": names(1)},
            {"properties": fields(1, maxLength=513), "filterable": names(1)},
            71000530,
            "[f0__c] of 'car' is filterable, so its maxLength can be at most 512, not 513",
        ),
    ],
    ids=["name", "label", "description", "fields", "unique", "auditable", "filterable text"],
)
def test_maximum_is_accepted_and_more_is_refused(maximum, too_many, code, expected):
    definition_from(document(**maximum))
    refusal = refusal_of(document(**too_many))
    assert refusal.code == code
    assert expected in refusal.message


@pytest.mark.fidelity("definitions-12")
def test_third_relationship_is_refused():
    related = [{"namespace": "com_zuora", "object": "account", "fields": {f"f{at}__c": "Id"}} for at in range(3)]
    assert len(definition_from(document(properties=fields(3), relationships=related[:2])).relationships) == 2
    refusal = refusal_of(document(properties=fields(3), relationships=related))
    assert (refusal.code, "3 manyToOne relationships" in refusal.message) == (71000030, True)


@pytest.mark.parametrize(
    ("schema", "code", "expected"),
    [
        ({}, 71000222, "object is missing"),
        ({"object": 5}, 71000220, "object: 5"),
        ({"object": "my car", "label": "x"}, 71000220, "'my car'"),
        ({"object": "", "label": "x"}, 71000220, "object: ''"),
        ({"object": "car"}, 71000022, "'car': label is missing"),
        (document(label=4), 71000020, "label must be a string"),
        (document(type="array"), 71000020, "type 'array' is not 'object'"),
        (document(color="red"), 71000021, "unknown key 'color'"),
        (document(properties=[]), 71000020, "properties of 'car'"),
        (document(properties={"a__c": {"type": "string"}}), 71000022, "[a__c] of 'car': label is missing"),
        (document(properties={"Id": text()}), 71000020, "[Id]: expected an API name of letters"),
        (document(required="brand__c"), 71000020, "required of 'car'"),
        (document(required=["wheels__c"]), 71000021, "no field 'wheels__c'"),
        (document(filterable=["wheels__c"]), 71000521, "filterable of 'car': the object has no field 'wheels__c'"),
        (document(filterable=[4]), 71000520, "filterable of 'car'"),
        (document(unique=["plate__c"]), 71000030, "[plate__c] of 'car' is unique, so it must be filterable"),
        (document(enableCreateRecordAuditing="yes"), 71000020, "enableCreateRecordAuditing 'yes'"),
        (document(relationships={}), 71000020, "relationships of 'car'"),
        ({"schema": []}, 71000020, "schema: []"),
    ],
)
def test_invalid_document_is_refused(schema, code, expected):
    refusal = refusal_of(schema)
    assert refusal.code == code
    assert expected in refusal.message
