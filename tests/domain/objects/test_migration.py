import pytest

from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.objects.definition_document import definition_from, document_of
from mock_zuora.domain.objects.field import FieldType
from mock_zuora.domain.objects.migration import migrate
from tests.domain.choosing import DEFAULTS, choosing

ACCOUNT = {"namespace": "com_zuora", "object": "account", "fields": {"owner__c": "Id"}}
ADDRESS = definition_from(
    {
        "object": "address",
        "label": "Address",
        "properties": {
            "city__c": {"type": "string", "label": "City", "default": "Oslo"},
            "street__c": {"type": "string", "label": "Street", "maxLength": 600},
            "floor__c": {"type": "integer", "label": "Floor"},
            "owner__c": {"type": "string", "format": "uuid", "label": "Owner"},
            "buyer__c": {"type": "string", "format": "uuid", "label": "Buyer"},
            "agent__c": {"type": "string", "format": "uuid", "label": "Agent"},
        },
        "required": ["city__c"],
        "filterable": ["city__c", "floor__c"],
        "unique": ["floor__c"],
        "relationships": [ACCOUNT],
    }
)


def after(type, has_records=False, of=ADDRESS, choices=DEFAULTS, **action):
    action = {"type": type, "namespace": "default", "object": "address", **action}
    return migrate(of, action, choosing(choices), has_records=has_records)


def field_after(name, type, has_records=False, **action):
    return after(type, has_records, **action).definition.fields[name]


def refusal_of(type, has_records=False, **action):
    with pytest.raises(ZuoraError) as refusal:
        after(type, has_records, **action)
    return refusal.value


# Actions


@pytest.mark.fidelity("definitions-19")
def test_reference_example_adds_a_field():
    zip_code = {"description": "Address zip code", "label": "Zip code", "maxLength": 10, "type": "string"}
    changed = after("addField", has_records=True, field={"name": "zip__c", "definition": zip_code}).definition
    assert (changed.fields["zip__c"].max_length, changed.fields["zip__c"].required) == (10, False)
    assert document_of(changed)["properties"]["zip__c"] == {**zip_code, "origin": "custom"}


def test_added_field_has_its_flags():
    flags = {"required": True, "filterable": True, "unique": True, "auditable": True}
    field = field_after("zip__c", "addField", field={"name": "zip__c", "definition": {"type": "string"}, **flags})
    assert (field.required, field.filterable, field.unique, field.is_auditable) == (True, True, True, True)


def test_update_changes_only_the_given_attributes():
    changes = {"name": "city__c", "definition": {"label": "Town", "default": "Bergen"}, "required": False}
    field = field_after("city__c", "updateField", has_records=True, field=changes)
    assert (field.label, field.default, field.required, field.filterable) == ("Town", "Bergen", False, True)
    assert document_of(after("updateField", field=changes).definition)["properties"]["city__c"]["label"] == "Town"


def test_null_removes_a_default():
    assert (
        field_after("city__c", "updateField", field={"name": "city__c", "definition": {"default": None}}).default
        is None
    )


def test_flags_can_be_removed_while_object_has_records():
    field = field_after(
        "floor__c", "updateField", True, field={"name": "floor__c", "unique": False, "filterable": False}
    )
    assert (field.unique, field.filterable) == (False, False)


@pytest.mark.fidelity("definitions-19")
def test_renamed_field_keeps_its_attributes_and_position():
    migration = after("renameField", True, field={"name": "city__c", "targetName": "town__c"})
    assert migration.renamed == ("city__c", "town__c")
    assert list(migration.definition.fields)[0] == "town__c"
    town = migration.definition.fields["town__c"]
    assert (town.name, town.required, town.default) == ("town__c", True, "Oslo")


def test_relationship_follows_its_renamed_field():
    renamed = after("renameField", field={"name": "owner__c", "targetName": "landlord__c"}).definition
    assert renamed.relationships[0].fields == {"landlord__c": "Id"}


def test_field_of_empty_object_can_be_deleted():
    assert "city__c" not in after("deleteField", field={"name": "city__c"}).definition.fields


def test_object_attributes_are_updated():
    changes = {"label": "Place", "description": "d", "enableCreateRecordAuditing": True}
    changed = after("updateObject", True, **changes).definition
    assert (changed.label, changed.description, changed.audits_creation) == ("Place", "d", True)
    kept = after("updateObject", of=changed, enableDeleteRecordAuditing=True).definition
    assert (kept.label, kept.description, kept.audits_creation, kept.audits_deletion) == ("Place", "d", True, True)


@pytest.mark.fidelity("definitions-19")
def test_added_relationship_makes_its_field_filterable():
    added = {"namespace": "com_zuora", "object": "contact", "fields": {"buyer__c": "Id"}}
    changed = after("addRelationship", True, relationship=added).definition
    assert [each.object for each in changed.relationships] == ["account", "contact"]
    assert changed.fields["buyer__c"].filterable


def test_relationship_can_be_deleted():
    assert after("deleteRelationship", True, relationship=ACCOUNT).definition.relationships == ()


# Refused actions


@pytest.mark.fidelity("definitions-20")
@pytest.mark.parametrize(
    ("type", "action", "expected"),
    [
        ("deleteField", {"field": {"name": "city__c"}}, "[city__c] cannot be deleted"),
        (
            "addField",
            {"field": {"name": "zip__c", "definition": {"type": "string"}, "required": True}},
            "[zip__c] cannot become required",
        ),
        (
            "addField",
            {"field": {"name": "zip__c", "definition": {"type": "string"}, "filterable": True, "unique": True}},
            "[zip__c] cannot become unique",
        ),
        ("updateField", {"field": {"name": "floor__c", "required": True}}, "[floor__c] cannot become required"),
        ("updateField", {"field": {"name": "city__c", "unique": True}}, "[city__c] cannot become unique"),
    ],
    ids=["delete", "add required", "add unique", "becomes required", "becomes unique"],
)
def test_object_with_records_refuses_incompatible_changes(type, action, expected):
    refusal = refusal_of(type, True, **action)
    assert (refusal.code, expected in refusal.message) == (71002830, True)
    after(type, False, **action)


@pytest.mark.parametrize(
    ("type", "action", "code", "expected"),
    [
        ("addField", {}, 71002822, "actions[0].field is missing"),
        ("addField", {"field": []}, 71002820, "actions[0].field: []"),
        ("addField", {"field": {}}, 71002822, "actions[0].field.name"),
        ("addField", {"field": {"name": 4}}, 71002820, "actions[0].field.name: 4"),
        ("addField", {"field": {"name": "zip__c"}}, 71002822, "actions[0].field.definition is missing"),
        ("addField", {"field": {"name": "city__c", "definition": {}}}, 71002830, "'city__c' already"),
        ("addField", {"field": {"name": "zip__c", "definition": {"type": "x"}}}, 71000020, "[zip__c]: type 'x'"),
        ("addField", {"field": {"name": "Id", "definition": {"type": "string"}}}, 71000020, "[Id]"),
        ("addField", {"field": {"name": "zip__c", "size": 4}}, 71002821, "unknown key 'size'"),
        ("addField", {"label": "x"}, 71002821, "unknown key 'label'; addField takes field"),
        ("updateField", {"field": {"name": "zip__c"}}, 71002821, "no custom field 'zip__c'"),
        ("updateField", {"field": {"name": "city__c", "required": "no"}}, 71002820, "field.required: 'no'"),
        ("updateField", {"field": {"name": "city__c", "definition": 4}}, 71002820, "field.definition: 4"),
        (
            "updateField",
            {"field": {"name": "city__c", "definition": {"type": "integer", "default": None}}},
            71002830,
            "[city__c] is of type text, which cannot be changed to integer",
        ),
        ("updateField", {"field": {"name": "street__c", "filterable": True}}, 71000530, "[street__c]"),
        ("updateField", {"field": {"name": "floor__c", "filterable": False}}, 71000030, "[floor__c] of 'address'"),
        ("updateField", {"field": {"name": "owner__c", "filterable": False}}, 71002830, "[owner__c] belongs to"),
        ("deleteField", {"field": {"name": "zip__c"}}, 71002821, "no custom field 'zip__c'"),
        ("deleteField", {"field": {"name": "owner__c"}}, 71002830, "[owner__c] belongs to the relationship"),
        ("renameField", {"field": {"name": "city__c"}}, 71002522, "targetName is missing"),
        ("renameField", {"field": {"name": "city__c", "targetName": "town"}}, 71002520, "targetName: 'town'"),
        ("renameField", {"field": {"name": "city__c", "targetName": "floor__c"}}, 71002530, "'floor__c' already"),
        ("renameField", {"field": {"name": "zip__c", "targetName": "z__c"}}, 71002821, "'zip__c'"),
        ("updateObject", {"label": "l" * 65}, 71000020, "label must be"),
        ("updateObject", {"description": 4}, 71000020, "description must be"),
        ("updateObject", {"enableCreateRecordAuditing": 1}, 71002820, "enableCreateRecordAuditing: 1"),
        ("addRelationship", {}, 71002822, "actions[0].relationship is missing"),
        ("addRelationship", {"relationship": ACCOUNT}, 71002830, "this relationship already"),
        ("deleteRelationship", {"relationship": {**ACCOUNT, "object": "x"}}, 71002820, "no such relationship with 'x'"),
    ],
)
def test_invalid_action_is_refused(type, action, code, expected):
    refusal = refusal_of(type, **action)
    assert refusal.code == code
    assert expected in refusal.message


def test_third_relationship_is_refused():
    second = after("addRelationship", relationship={**ACCOUNT, "fields": {"buyer__c": "Id"}}).definition
    with pytest.raises(ZuoraError, match="3 manyToOne relationships"):
        after("addRelationship", of=second, relationship={**ACCOUNT, "fields": {"agent__c": "Id"}})


def test_migration_does_not_change_its_input():
    before = document_of(ADDRESS)
    after("updateField", field={"name": "city__c", "definition": {"label": "Town"}})
    assert (document_of(ADDRESS), ADDRESS.fields["city__c"].type) == (before, FieldType.TEXT)
