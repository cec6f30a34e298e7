"""Seed files: what they can say, what beats what, and that each mistake in one is refused with its place."""

import json

import pytest

from mock_zuora.config.seed_file import default_template, read_seed, templates_from
from mock_zuora.config.settings import SettingsError, TenantOptions
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE
from mock_zuora.domain.tenants.settings import Transitions

VEHICLE = {
    "object": "vehicle",
    "label": "Vehicle",
    "required": ["brand__c"],
    "filterable": ["plate__c"],
    "unique": ["plate__c"],
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "plate__c": {"type": "string", "label": "Plate"},
        "seats__c": {"type": "integer", "label": "Seats", "default": 5},
        "since__c": {"type": "string", "format": "date", "label": "Since"},
    },
}
ID = "5e8d1d5c-0000-4000-8000-000000000001"


def plan_of(**tenant):
    [plan] = templates_from({"tenants": [tenant]})
    return plan


def refusal_of(document, overrides=None):
    with pytest.raises(SettingsError) as refused:
        templates_from(document, overrides, "seed my.toml")
    message = str(refused.value)
    assert message.startswith("seed my.toml: ") and "\n" not in message
    return message


def test_without_a_seed_there_is_one_tenant_with_one_user_who_may_do_everything():
    plan = default_template(TenantOptions(strict=True))
    assert (plan.name, plan.settings.strict) == ("default", True)
    assert [user.permissions for user in plan.users] == [EVERY_PERMISSION]


def test_an_empty_tenant_is_the_same_as_no_seed():
    assert plan_of() == default_template(TenantOptions())


def test_a_tenant_says_its_users_its_clients_and_whom_they_act_as():
    plan = plan_of(
        name="acme",
        type="api-sandbox",
        users=[{"name": "ann"}, {"name": "bob", "id": "b0b", "permissions": ["view"]}],
        clients=[{"id": "reader", "secret": "s", "user": "bob"}, {"id": "writer", "secret": "s"}],
        entities=["e1"],
        orgs=["o1"],
    )
    assert (plan.name, plan.type, plan.entities, plan.orgs) == ("acme", "api-sandbox", ("e1",), ("o1",))
    assert [(user.name, user.id, user.permissions) for user in plan.users] == [
        ("ann", None, EVERY_PERMISSION),
        ("bob", "b0b", {Permission.VIEW}),
    ]
    assert [(client.id, client.user) for client in plan.clients] == [("reader", "bob"), ("writer", "ann")]


def test_seeded_records_are_there_with_their_defaults(registry):
    tenant = registry.add_tenant(plan_of(definitions=[VEHICLE], records={"vehicle": [{"Id": ID, "brand__c": "Saab"}]}))
    record = tenant.store.objects.table(DEFAULT_NAMESPACE, "vehicle").get(ID)
    assert record.values == {"brand__c": "Saab", "seats__c": 5}


def test_records_of_an_object_that_the_seed_does_not_define_take_any_custom_field_as_text():
    assert plan_of(records={"boat": [{"sail__c": "red"}]}).records[0].values == {"sail__c": "red"}


def test_a_date_of_toml_is_a_date_of_the_record(tmp_path):
    seed = tmp_path / "seed.toml"
    seed.write_text("[[tenants]]\n[tenants.records]\nboat = [{ since__c = 2021-03-10 }]\n")
    [plan] = templates_from(read_seed(str(seed)))
    assert plan.records[0].values == {"since__c": "2021-03-10"}


def test_toml_and_json_say_the_same(tmp_path):
    as_toml, as_json = tmp_path / "seed.toml", tmp_path / "seed.json"
    as_toml.write_text('[[tenants]]\nname = "acme"\nsettings = { transitions = "polls" }\n')
    as_json.write_text(json.dumps({"tenants": [{"name": "acme", "settings": {"transitions": "polls"}}]}))
    assert templates_from(read_seed(str(as_toml))) == templates_from(read_seed(str(as_json)))


def test_a_flag_beats_the_seed_which_beats_the_default():
    seed = {"tenants": [{"settings": {"transitions": "polls", "processing_polls": 7}}]}
    [plan] = templates_from(seed, TenantOptions(transitions="manual"))
    assert (plan.settings.transitions, plan.settings.processing_polls) == (Transitions.MANUAL, 7)
    assert plan.settings.concurrent_job_limit == 5


def test_the_version_of_a_tenant_stands_beside_its_name_or_among_its_settings():
    assert plan_of(version="341.0").settings.version == "341.0"
    assert plan_of(version="341.0", settings={"version": "2024-05-20"}).settings.version == "2024-05-20"


MISTAKES = {
    "no tenants": ({}, "tenants: is missing"),
    "unknown key": ({"tenant": [], "tenants": [{}]}, "tenant: is not a valid key"),
    "tenants as a table": ({"tenants": {"name": "a"}}, "tenants: expected a list"),
    "empty list": ({"tenants": []}, "tenants: expected at least one entry"),
    "a tenant that is a number": ({"tenants": [3]}, "tenants.0: 3 is not valid; expected an object"),
    "two tenants of a name": ({"tenants": [{}, {}]}, "tenant 'default' is listed more than once"),
    "a client in two tenants": (
        {"tenants": [{"name": each, "clients": [{"id": "c", "secret": "s"}]} for each in ("a", "b")]},
        "client 'c' is listed more than once",
    ),
}
MISTAKES_OF_A_TENANT = {
    "key": ({"nmae": "a"}, "tenants.0.nmae: is not a valid key"),
    "name": ({"name": ""}, "tenants.0.name: '' is not valid; expected a string that is not empty"),
    "type": ({"type": "prod"}, "tenants.0.type: 'prod' is not valid; expected 'production'"),
    "version": ({"version": 186.0}, "tenants.0.version: 186.0 is not valid; expected a string"),
    "setting": ({"settings": {"transitions": "fast"}}, "tenants.0.settings.transitions: 'fast' is not valid"),
    "unknown setting": ({"settings": {"port": 1}}, "tenants.0.settings.port: is not a valid key"),
    "no users": ({"users": []}, "tenants.0.users: expected at least one entry"),
    "user": ({"users": ["ann"]}, "tenants.0.users.0: 'ann' is not valid; expected an object"),
    "permission": ({"users": [{"name": "a", "permissions": ["fly"]}]}, "users.0.permissions.0: 'fly' is not valid"),
    "two users": ({"users": [{"name": "a"}, {"name": "a"}]}, "tenant 'default': user 'a' is listed more than once"),
    "no secret": ({"clients": [{"id": "c"}]}, "tenants.0.clients.0.secret: is missing"),
    "unknown user": (
        {"clients": [{"id": "c", "secret": "s", "user": "bob"}]},
        "tenant 'default': client 'c': user 'bob' is not valid; expected one of its users",
    ),
    "definition": ({"definitions": [{"object": "v"}]}, "tenant 'default': definitions: definition 'v': label"),
    "field type": (
        {"definitions": [{**VEHICLE, "properties": {"a__c": {"type": "str", "label": "A"}}}]},
        "definitions: Field [a__c]: type 'str' is not one of",
    ),
    "two definitions": ({"definitions": [VEHICLE, VEHICLE]}, "definition 'vehicle' is listed more than once"),
    "object name": (
        {"records": {"my boat": []}},
        "records: 'my boat' is not valid; expected the API name of an object",
    ),
    "records as a table": ({"records": {"boat": {}}}, "tenants.0.records.boat: expected a list"),
    "record": ({"records": {"boat": [3]}}, "tenants.0.records.boat.0: 3 is not valid; expected an object"),
}
MISTAKES_OF_A_RECORD = {
    "required": ({}, "records.vehicle[1]: Field [brand__c] is required"),
    "type": ({"brand__c": "x", "seats__c": "nine"}, "records.vehicle[1]: Field [seats__c] expects an integer"),
    "unique": (
        {"brand__c": "x", "plate__c": "A 1"},
        "records.vehicle[1]: Field [plate__c] is unique, but two records have the value",
    ),
    "unknown field": ({"brand__c": "x", "hue__c": "x"}, "records.vehicle[1]: object 'vehicle' has no custom field"),
    "system field": ({"brand__c": "x", "CreatedDate": "x"}, "has no custom field 'CreatedDate'"),
    "id": ({"brand__c": "x", "Id": "one"}, 'records.vehicle[1]: Id: input string "one" is not a valid UUID'),
    "two of an id": (
        {"brand__c": "x", "Id": ID.upper()},
        f"Field [Id] is unique, but two records have the value '{ID}'",
    ),
}


@pytest.mark.parametrize(("document", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_file_is_refused_with_its_place(document, expected):
    assert expected in refusal_of(document)


@pytest.mark.parametrize(("tenant", "expected"), MISTAKES_OF_A_TENANT.values(), ids=MISTAKES_OF_A_TENANT)
def test_a_mistake_in_a_tenant_is_refused_with_its_place(tenant, expected):
    assert expected in refusal_of({"tenants": [tenant]})


@pytest.mark.parametrize(("record", "expected"), MISTAKES_OF_A_RECORD.values(), ids=MISTAKES_OF_A_RECORD)
def test_a_mistake_in_a_record_is_refused_with_its_place(record, expected):
    records = {"vehicle": [{"Id": ID, "brand__c": "Saab", "plate__c": "A 1"}, record]}
    assert expected in refusal_of({"tenants": [{"definitions": [VEHICLE], "records": records}]})


SECRET = "hunter2"


@pytest.mark.parametrize(
    "document",
    [
        {"tenants": {"clients": [{"id": "c", "secret": SECRET}]}},
        {"tenants": [{"clients": {"id": "c", "secret": SECRET}}]},
        {"tenants": [{"clients": [f"c:{SECRET}"]}]},
        {"tenants": [{"clients": [{"id": "c", "sercet": SECRET}]}]},
        {"tenants": [{"clients": [{"id": "c", "secret": [SECRET]}]}]},
        {"tenants": [{"clients": [{"id": "c", "secret": SECRET, "user": "nobody"}]}]},
        {"tenants": [{"clients": [{"id": "c", "secret": SECRET}, {"id": "c", "secret": SECRET}]}]},
    ],
    ids=["table for list", "clients as a table", "a text", "misspelt", "a list", "unknown user", "twice"],
)
def test_no_refusal_shows_the_secret_of_a_client(document):
    assert SECRET not in refusal_of(document)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.toml", b"tenants = ", "Invalid value"),
        ("a.toml", b"\xff", "can't decode byte 0xff"),
        ("a.json", b"{", "line 1 column 2"),
        ("a.json", b"[]", "expected an object"),
        ("a.json", b"[" * 100_000, "recursion"),
        ("a.yaml", b"tenants: []", "expected a .toml or .json file"),
        ("a.toml", None, "cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_name(tmp_path, name, content, expected):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        read_seed(str(file))
    assert str(refused.value).startswith(f"seed {file}: ") and expected in str(refused.value)
    assert "\n" not in str(refused.value)
