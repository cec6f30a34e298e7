import pytest

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.jobs import operations as jobs
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.operations import Submission
from mock_zuora.domain.objects import operations as definitions

CAR = {"object": "car", "label": "Car", "properties": {"vin__c": {"type": "string", "label": "Vin"}}}
OWNER = {"namespace": "default", "object": "person", "fields": {"vin__c": "Id"}}


def names(record_client):
    return [each.object for each in definitions.list_definitions(record_client.caller)]


# Create, list, retrieve


@pytest.mark.fidelity("definitions-10")
def test_objects_are_created_together_and_listed_in_order(record_client):
    definitions.create(record_client.caller, {"car": CAR, "bus": {**CAR, "object": "bus"}})
    assert names(record_client) == ["car", "bus"]
    created = definitions.retrieve(record_client.caller, "car")
    assert (created.created_by, created.created_at) == (record_client.caller.user.id, record_client.tenant.clock.now())


@pytest.mark.fidelity("definitions-10")
def test_one_invalid_definition_refuses_all(record_client, assert_refused):
    documents = {"car": CAR, "bus": {"object": "bus"}}
    assert_refused(71000022, lambda: definitions.create(record_client.caller, documents), "'bus': label is missing")
    assert names(record_client) == []


@pytest.mark.parametrize(
    ("documents", "code", "expected"),
    [
        (None, 71000022, "definitions is missing"),
        ({}, 71000020, "definitions: {}"),
        ([CAR], 71000020, "definitions: ["),
        ({"car": "Car"}, 71000020, "definitions.car"),
        ({"bus": CAR}, 71000220, "object: 'car' is not valid; expected 'bus'"),
    ],
)
def test_invalid_definitions_document_is_refused(record_client, assert_refused, documents, code, expected):
    assert_refused(code, lambda: definitions.create(record_client.caller, documents), expected)


def test_existing_object_cannot_be_created_again(record_client, assert_refused):
    record_client.define()
    assert_refused(71000230, record_client.define, "'car' exists already")


@pytest.mark.fidelity("definitions-21")
def test_open_object_can_be_defined_while_empty(record_client, assert_refused):
    jobs.submit(record_client.caller, Submission(Operation.CREATE, "default", "car"))
    record_client.define(properties={"vin__c": "string"}, required=["vin__c"])
    assert_refused(71012520, lambda: record_client.create({}))
    jobs.submit(record_client.caller, Submission(Operation.CREATE, "default", "bus"))
    record_client.one("bus", a__c="x")
    assert_refused(71000230, lambda: record_client.define("bus"), "'bus' exists already")


def test_object_names_are_case_sensitive(record_client, assert_refused):
    record_client.define()
    assert_refused(71000040, lambda: definitions.retrieve(record_client.caller, "Car"), "'Car'", "case-sensitive")


def test_zuora_objects_are_not_listed(record_client):
    jobs.submit(record_client.caller, Submission(Operation.CREATE, "com_zuora", "SavedQuery"))
    assert names(record_client) == []


# Relationships


@pytest.mark.fidelity("definitions-16")
def test_relationship_with_missing_object_is_refused(record_client, assert_refused):
    assert_refused(
        71000040, lambda: record_client.define(properties=CAR["properties"], relationships=[OWNER]), "'person'"
    )
    assert names(record_client) == []


@pytest.mark.fidelity("definitions-16")
def test_objects_can_be_created_with_relationships_between_them(record_client):
    car = {**CAR, "relationships": [OWNER]}
    person = {**CAR, "object": "person", "relationships": [{**OWNER, "object": "car"}, OWNER]}
    definitions.create(record_client.caller, {"car": car, "person": person})
    related = definitions.related_from(record_client.tenant, "person")
    assert [name for name, _ in related] == ["car", "person"]


def test_added_relationship_with_missing_object_is_refused(record_client, assert_refused):
    record_client.define(properties=CAR["properties"])
    assert_refused(71000040, lambda: record_client.migrate("addRelationship", relationship=OWNER), "'person'")
    record_client.migrate("addRelationship", relationship={**OWNER, "namespace": "com_zuora"})


# Delete


@pytest.mark.fidelity("definitions-17")
def test_empty_object_is_deleted(record_client, assert_refused):
    record_client.define()
    definitions.delete(record_client.caller, "car")
    assert_refused(71000040, lambda: definitions.delete(record_client.caller, "car"), "'car'")


@pytest.mark.fidelity("definitions-17")
def test_object_with_records_cannot_be_deleted(record_client, assert_refused):
    record_client.define(properties={"vin__c": "string"})
    record_client.one(vin__c="A")
    assert_refused(
        71000030, lambda: definitions.delete(record_client.caller, "car"), "'car' cannot be deleted: it has 1 record;"
    )
    assert names(record_client) == ["car"]


@pytest.mark.fidelity("definitions-18")
def test_object_with_unfinished_job_cannot_be_deleted(record_client, assert_refused):
    record_client.define()
    job = jobs.submit(record_client.caller, Submission(Operation.CREATE, "default", "car"))
    assert_refused(71000030, lambda: definitions.delete(record_client.caller, "car"), "a bulk job that has not ended")
    jobs.cancel(record_client.caller, job.id)
    definitions.delete(record_client.caller, "car")


@pytest.mark.fidelity("definitions-18")
def test_related_object_cannot_be_deleted(record_client, assert_refused):
    record_client.define("person")
    record_client.define(properties=CAR["properties"], relationships=[OWNER])
    assert_refused(
        71000030, lambda: definitions.delete(record_client.caller, "person"), "object 'car' has a relationship with it"
    )


# Migrations


def test_migration_returns_its_action_and_updates_user_and_time(record_client, time):
    created = record_client.define(properties=CAR["properties"])
    time.pass_seconds(5)
    action = record_client.migrate("updateObject", label="Auto")
    assert action == {"type": "updateObject", "namespace": "default", "object": "car", "label": "Auto"}
    changed = definitions.retrieve(record_client.caller, "car")
    assert (changed.label, changed.id, changed.created_at) == ("Auto", created.id, created.created_at)
    assert changed.updated_at == created.created_at + 5_000


@pytest.mark.fidelity("definitions-19")
@pytest.mark.parametrize(
    ("actions", "code", "expected"),
    [
        (None, 71002822, "actions is missing"),
        ({}, 71002820, "actions: {}"),
        ([], 71002830, "actions has 0 actions"),
        ([{}, {}], 71002830, "actions has 2 actions; a migration takes exactly one"),
        ([4], 71002820, "actions[0]: 4"),
        ([{"namespace": "default", "object": "car"}], 71002822, "actions[0].type is missing; expected one of addField"),
        ([{"type": "updateObject", "object": "car"}], 71002822, "actions[0].namespace is missing; expected 'default'"),
        (
            [{"type": "updateObject", "namespace": "default"}],
            71002822,
            "actions[0].object is missing; expected the API name",
        ),
        ([{"type": "dropObject", "namespace": "default", "object": "car"}], 71002820, "actions[0].type: 'dropObject'"),
        ([{"type": [], "namespace": "default", "object": "car"}], 71002820, "actions[0].type: []"),
        ([{"type": "updateObject", "namespace": "x", "object": "car"}], 71002820, "actions[0].namespace: 'x'"),
        ([{"type": "updateObject", "namespace": "default", "object": 4}], 71002820, "actions[0].object: 4"),
        ([{"type": "updateObject", "namespace": "default", "object": "bus"}], 71000040, "'bus'"),
    ],
)
def test_request_without_exactly_one_action_is_refused(record_client, assert_refused, actions, code, expected):
    record_client.define()
    assert_refused(code, lambda: definitions.migrate_definition(record_client.caller, actions), expected)


def test_renamed_field_keeps_the_values_of_records(record_client, assert_refused):
    record_client.define(properties=CAR["properties"], filterable=["vin__c"], unique=["vin__c"])
    record_client.one(vin__c="A")
    record_client.migrate("renameField", field={"name": "vin__c", "targetName": "frame__c"})
    assert record_client.values("frame__c", q="frame__c:A") == ["A"]
    refusal = assert_refused(71012520, lambda: record_client.create({"frame__c": "A"}))
    assert refusal.details[0].problem.code == 71012530
    assert_refused(71012721, lambda: record_client.page(q="vin__c:A"), "no field 'vin__c'")


def test_new_default_applies_to_later_records(record_client):
    record_client.define(properties=CAR["properties"])
    record_client.one()
    color = {"name": "color__c", "definition": {"type": "string", "default": "grey"}}
    record_client.migrate("addField", field=color)
    record_client.one()
    assert record_client.values("color__c") == [None, "grey"]


def test_field_that_is_no_longer_required_can_be_omitted(record_client):
    record_client.define(properties=CAR["properties"], required=["vin__c"])
    record_client.one(vin__c="A")
    record_client.migrate("updateField", field={"name": "vin__c", "required": False})
    record_client.one()


def test_removed_unique_constraint_allows_duplicates(record_client):
    record_client.define(properties=CAR["properties"], filterable=["vin__c"], unique=["vin__c"])
    record_client.one(vin__c="A")
    record_client.migrate("updateField", field={"name": "vin__c", "unique": False})
    record_client.one(vin__c="A")
    assert len(record_client.page(q="vin__c:A").records) == 2


def test_field_that_becomes_filterable_can_be_queried(record_client, assert_refused):
    record_client.define(properties=CAR["properties"])
    record_client.one(vin__c="A")
    assert_refused(71012730, lambda: record_client.page(q="vin__c:A"), "[vin__c]")
    record_client.migrate("updateField", field={"name": "vin__c", "filterable": True})
    assert record_client.values("vin__c", q="vin__c:A") == ["A"]


def test_refused_migration_changes_nothing(record_client, assert_refused):
    record_client.define(properties=CAR["properties"])
    record_client.one(vin__c="A")
    before = definitions.retrieve(record_client.caller, "car")
    assert_refused(71002830, lambda: record_client.migrate("deleteField", field={"name": "vin__c"}), "[vin__c]")
    assert definitions.retrieve(record_client.caller, "car") == before


# Permissions


@pytest.mark.fidelity("permissions-04")
@pytest.mark.parametrize(
    ("permission", "code", "call"),
    [
        (Permission.VIEW, 71012512, lambda caller: definitions.list_definitions(caller)),
        (Permission.VIEW, 71012512, lambda caller: definitions.retrieve(caller, "car")),
        (Permission.EDIT, 71012515, lambda caller: definitions.create(caller, {"bus": {**CAR, "object": "bus"}})),
        (Permission.EDIT, 71012513, lambda caller: definitions.migrate_definition(caller, [])),
        (Permission.DELETE, 71012514, lambda caller: definitions.delete(caller, "car")),
    ],
    ids=["list", "retrieve", "create", "migrate", "delete"],
)
def test_operation_on_definitions_needs_its_permission(record_client, assert_refused, permission, code, call):
    record_client.define()
    record_client.set_permissions(*set(Permission) - {permission})
    assert_refused(code, lambda: call(record_client.caller), "User does not have permission to")
    assert stored_names(record_client) == ["car"]


def stored_names(record_client):
    return [each.object for each in record_client.tenant.store.objects.definitions()]


def test_request_defines_a_limited_number_of_objects(record_client, assert_refused):
    documents = {f"o{number}": {**CAR, "object": f"o{number}"} for number in range(101)}
    assert_refused(71000030, lambda: definitions.create(record_client.caller, documents), "101", "at most 100")
    assert stored_names(record_client) == []


def test_definition_of_thousands_of_fields_is_refused_before_they_are_checked(record_client, assert_refused):
    document = {**CAR, "properties": dict.fromkeys((f"f{number}__c" for number in range(1_001)), 4)}
    message = "1001 fields; at most 50"
    assert_refused(71000030, lambda: definitions.create(record_client.caller, {"car": document}), message)
