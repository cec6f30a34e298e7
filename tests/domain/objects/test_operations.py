import pytest

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.jobs import operations as jobs
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.operations import Submission
from mock_zuora.domain.objects import operations as definitions

CAR = {"object": "car", "label": "Car", "properties": {"vin__c": {"type": "string", "label": "Vin"}}}
OWNER = {"namespace": "default", "object": "person", "fields": {"vin__c": "Id"}}


def names(keeper):
    return [each.object for each in definitions.list_definitions(keeper.caller)]


# Create, list, retrieve


@pytest.mark.fidelity("definitions-10")
def test_several_objects_are_created_in_one_call_and_listed_in_that_order(keeper):
    definitions.create(keeper.caller, {"car": CAR, "bus": {"object": "bus", "label": "Bus"}})
    assert names(keeper) == ["car", "bus"]
    made = definitions.retrieve(keeper.caller, "car")
    assert (made.created_by, made.created_at) == (keeper.caller.user.id, keeper.tenant.clock.now())


@pytest.mark.fidelity("definitions-10")
def test_of_several_objects_none_is_created_if_one_is_refused(keeper, refused):
    documents = {"car": CAR, "bus": {"object": "bus"}}
    refused(71000022, lambda: definitions.create(keeper.caller, documents), "'bus': label is missing")
    assert names(keeper) == []


@pytest.mark.parametrize(
    ("documents", "code", "named"),
    [
        (None, 71000022, "definitions is missing"),
        ({}, 71000020, "definitions: {}"),
        ([CAR], 71000020, "definitions: ["),
        ({"car": "Car"}, 71000020, "definitions.car"),
        ({"bus": CAR}, 71000220, "object: 'car' is not valid; expected 'bus'"),
    ],
)
def test_what_is_not_definitions_by_name_is_refused(keeper, refused, documents, code, named):
    refused(code, lambda: definitions.create(keeper.caller, documents), named)


def test_an_object_that_exists_is_not_created_again(keeper, refused):
    keeper.define()
    refused(71000230, keeper.define, "'car' exists already")


@pytest.mark.fidelity("definitions-21")
def test_an_object_that_a_job_made_without_a_schema_can_be_defined_while_it_is_empty(keeper, refused):
    jobs.submit(keeper.caller, Submission(Operation.CREATE, "default", "car"))
    keeper.define(properties={"vin__c": "string"}, required=["vin__c"])
    refused(71012520, lambda: keeper.create({}))
    jobs.submit(keeper.caller, Submission(Operation.CREATE, "default", "bus"))
    keeper.one("bus", a__c="x")
    refused(71000230, lambda: keeper.define("bus"), "'bus' exists already")


def test_the_names_of_objects_are_case_sensitive(keeper, refused):
    keeper.define()
    refused(71000040, lambda: definitions.retrieve(keeper.caller, "Car"), "'Car'", "case-sensitive")


def test_zuoras_own_objects_are_not_among_the_custom_ones(keeper):
    jobs.submit(keeper.caller, Submission(Operation.CREATE, "com_zuora", "SavedQuery"))
    assert names(keeper) == []


# Relationships


@pytest.mark.fidelity("definitions-16")
def test_a_relationship_with_an_object_that_is_not_there_is_refused(keeper, refused):
    refused(71000040, lambda: keeper.define(properties=CAR["properties"], relationships=[OWNER]), "'person'")
    assert names(keeper) == []


@pytest.mark.fidelity("definitions-16")
def test_objects_that_name_each_other_or_themselves_are_created_in_one_call(keeper):
    car = {**CAR, "relationships": [OWNER]}
    person = {**CAR, "object": "person", "relationships": [{**OWNER, "object": "car"}, OWNER]}
    definitions.create(keeper.caller, {"car": car, "person": person})
    related = definitions.related_from(keeper.tenant, "person")
    assert [name for name, _ in related] == ["car", "person"]


def test_an_added_relationship_must_name_an_object_that_is_there(keeper, refused):
    keeper.define(properties=CAR["properties"])
    refused(71000040, lambda: keeper.migrate("addRelationship", relationship=OWNER), "'person'")
    keeper.migrate("addRelationship", relationship={**OWNER, "namespace": "com_zuora"})


# Delete


@pytest.mark.fidelity("definitions-17")
def test_an_empty_object_is_deleted(keeper, refused):
    keeper.define()
    definitions.delete(keeper.caller, "car")
    refused(71000040, lambda: definitions.delete(keeper.caller, "car"), "'car'")


@pytest.mark.fidelity("definitions-17")
def test_an_object_with_records_is_not_deleted(keeper, refused):
    keeper.define(properties={"vin__c": "string"})
    keeper.one(vin__c="A")
    refused(71000030, lambda: definitions.delete(keeper.caller, "car"), "'car' cannot be deleted: it has 1 records")
    assert names(keeper) == ["car"]


@pytest.mark.fidelity("definitions-18")
def test_an_object_with_an_unfinished_job_is_not_deleted(keeper, refused):
    keeper.define()
    job = jobs.submit(keeper.caller, Submission(Operation.CREATE, "default", "car"))
    refused(71000030, lambda: definitions.delete(keeper.caller, "car"), "a bulk job that has not ended")
    jobs.cancel(keeper.caller, job.id)
    definitions.delete(keeper.caller, "car")


@pytest.mark.fidelity("definitions-18")
def test_an_object_that_another_names_is_not_deleted(keeper, refused):
    keeper.define("person")
    keeper.define(properties=CAR["properties"], relationships=[OWNER])
    refused(71000030, lambda: definitions.delete(keeper.caller, "person"), "object 'car' has a relationship with it")


# Migrations


def test_a_migration_gives_its_action_back_and_notes_who_changed_the_object(keeper, time):
    made = keeper.define(properties=CAR["properties"])
    time.pass_seconds(5)
    action = keeper.migrate("updateObject", label="Auto")
    assert action == {"type": "updateObject", "namespace": "default", "object": "car", "label": "Auto"}
    changed = definitions.retrieve(keeper.caller, "car")
    assert (changed.label, changed.id, changed.created_at) == ("Auto", made.id, made.created_at)
    assert changed.updated_at == made.created_at + 5_000


@pytest.mark.fidelity("definitions-19")
@pytest.mark.parametrize(
    ("actions", "code", "named"),
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
def test_what_is_not_exactly_one_action_is_refused(keeper, refused, actions, code, named):
    keeper.define()
    refused(code, lambda: definitions.migrate_definition(keeper.caller, actions), named)


def test_a_renamed_field_takes_the_values_of_the_records_along(keeper, refused):
    keeper.define(properties=CAR["properties"], filterable=["vin__c"], unique=["vin__c"])
    keeper.one(vin__c="A")
    keeper.migrate("renameField", field={"name": "vin__c", "targetName": "frame__c"})
    assert keeper.values("frame__c", q="frame__c:A") == ["A"]
    refusal = refused(71012520, lambda: keeper.create({"frame__c": "A"}))
    assert refusal.details[0].problem.code == 71012530
    refused(71012721, lambda: keeper.page(q="vin__c:A"), "no field 'vin__c'")


def test_a_new_default_is_for_records_that_come_later(keeper):
    keeper.define(properties=CAR["properties"])
    keeper.one()
    color = {"name": "color__c", "definition": {"type": "string", "default": "grey"}}
    keeper.migrate("addField", field=color)
    keeper.one()
    assert keeper.values("color__c") == [None, "grey"]


def test_a_field_that_is_required_no_more_may_be_left_out(keeper):
    keeper.define(properties=CAR["properties"], required=["vin__c"])
    keeper.one(vin__c="A")
    keeper.migrate("updateField", field={"name": "vin__c", "required": False})
    keeper.one()


def test_a_constraint_that_is_taken_away_lets_values_meet_again(keeper):
    keeper.define(properties=CAR["properties"], filterable=["vin__c"], unique=["vin__c"])
    keeper.one(vin__c="A")
    keeper.migrate("updateField", field={"name": "vin__c", "unique": False})
    keeper.one(vin__c="A")
    assert len(keeper.page(q="vin__c:A").records) == 2


def test_a_field_that_becomes_filterable_can_be_queried(keeper, refused):
    keeper.define(properties=CAR["properties"])
    keeper.one(vin__c="A")
    refused(71012730, lambda: keeper.page(q="vin__c:A"), "[vin__c]")
    keeper.migrate("updateField", field={"name": "vin__c", "filterable": True})
    assert keeper.values("vin__c", q="vin__c:A") == ["A"]


def test_a_refused_migration_changes_nothing(keeper, refused):
    keeper.define(properties=CAR["properties"])
    keeper.one(vin__c="A")
    before = definitions.retrieve(keeper.caller, "car")
    refused(71002830, lambda: keeper.migrate("deleteField", field={"name": "vin__c"}), "[vin__c]")
    assert definitions.retrieve(keeper.caller, "car") == before


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
def test_each_operation_on_definitions_needs_its_permission(keeper, refused, permission, code, call):
    keeper.define()
    keeper.hold(*set(Permission) - {permission})
    refused(code, lambda: call(keeper.caller), "User does not have permission to")
    assert names_as_seen_by_all(keeper) == ["car"]


def names_as_seen_by_all(keeper):
    return [each.object for each in keeper.tenant.store.objects.definitions()]
