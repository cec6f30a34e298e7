"""Seed files: their content, precedence, and messages for invalid ones."""

import json

import pytest

from mock_zuora import MockZuora
from mock_zuora.config.seed_file import default_template, read_seed, templates_from
from mock_zuora.config.settings import SettingsError
from mock_zuora.config.tenant_options import TenantOptions
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


def template_of(**tenant):
    [template] = templates_from({"tenants": [tenant]})
    return template


def refusal_of(document, overrides=None):
    with pytest.raises(SettingsError) as error:
        templates_from(document, overrides, "seed my.toml")
    message = str(error.value)
    assert message.startswith("seed my.toml: ") and "\n" not in message
    return message


def test_default_is_one_tenant_and_one_user_with_every_permission():
    template = default_template(TenantOptions(strict=True))
    assert (template.name, template.settings.strict) == ("default", True)
    assert [user.permissions for user in template.users] == [EVERY_PERMISSION]


def test_empty_tenant_equals_the_default():
    assert template_of() == default_template(TenantOptions())


def test_tenant_has_users_and_clients_that_act_as_them():
    template = template_of(
        name="acme",
        type="api-sandbox",
        users=[{"name": "ann"}, {"name": "bob", "id": "b0b", "permissions": ["view"]}],
        clients=[{"id": "reader", "secret": "s", "user": "bob"}, {"id": "writer", "secret": "s"}],
        entities=["e1"],
        orgs=["o1"],
    )
    assert (template.name, template.type, template.entities, template.orgs) == ("acme", "api-sandbox", ("e1",), ("o1",))
    assert [(user.name, user.id, user.permissions) for user in template.users] == [
        ("ann", None, EVERY_PERMISSION),
        ("bob", "b0b", {Permission.VIEW}),
    ]
    assert [(client.id, client.user) for client in template.clients] == [("reader", "bob"), ("writer", "ann")]


def test_seeded_records_get_defaults(registry):
    tenant = registry.add_tenant(
        template_of(definitions=[VEHICLE], records={"vehicle": [{"Id": ID, "brand__c": "Saab"}]})
    )
    record = tenant.store.objects.table(DEFAULT_NAMESPACE, "vehicle").get(ID)
    assert record.values == {"brand__c": "Saab", "seats__c": 5}


@pytest.mark.parametrize("key", ["Id", "id", "ID"])
def test_id_of_a_seeded_record_can_be_in_any_letter_case(key):
    assert template_of(records={"boat": [{key: ID.upper()}]}).records[0].id == ID


def test_record_as_a_get_returns_it_can_be_seeded():
    boat = {
        "Id": ID,
        "CreatedById": "11e64eef-ada8-786d-9658-00259058c29c",
        "CreatedDate": "2020-01-01T00:00:00.000Z",
        "UpdatedById": "2c92c0f8-0000-0000-0000-000000000000",
        "UpdatedDate": "2021-03-10T00:05:54.207Z",
        "type": "boat",
        "version": 3,
        "sail__c": "red",
    }
    with MockZuora(seed={"tenants": [{"records": {"boat": [boat]}}]}) as first:
        [exported] = first.records("boat")
    assert exported == {name: boat[name] for name in exported}
    assert exported.keys() >= {"Id", "CreatedDate", "UpdatedById", "sail__c"}
    with MockZuora(seed={"tenants": [{"records": {"boat": [exported]}}]}) as second:
        assert second.records("boat") == [exported]


def test_record_without_system_fields_is_a_new_one(registry):
    tenant = registry.add_tenant(template_of(records={"boat": [{"sail__c": "red", "CreatedDate": None}]}))
    [record] = tenant.store.objects.table(DEFAULT_NAMESPACE, "boat").after(None)
    now, user = tenant.clock.now(), tenant.default_user.id
    assert record.stamp[:5] == (user, now, user, now, 1)


def test_record_with_a_date_of_its_creation_was_not_changed_since(registry):
    tenant = registry.add_tenant(
        template_of(records={"boat": [{"CreatedDate": "1970-01-01T00:00:01Z", "CreatedById": "ann"}]})
    )
    [record] = tenant.store.objects.table(DEFAULT_NAMESPACE, "boat").after(None)
    assert record.stamp[:5] == ("ann", 1_000, "ann", 1_000, 1)


def test_undefined_object_accepts_custom_fields_as_text():
    assert template_of(records={"boat": [{"sail__c": "red"}]}).records[0].values == {"sail__c": "red"}


def test_toml_date_becomes_a_date_value(tmp_path):
    seed = tmp_path / "seed.toml"
    seed.write_text(
        "\ufeff[[tenants]]\n[tenants.records]\nboat = [{ since__c = 2021-03-10, at__c = 07:32:00 }]\n", "utf-8"
    )
    [template] = templates_from(read_seed(str(seed)))
    assert template.records[0].values == {"since__c": "2021-03-10", "at__c": "07:32:00"}


def test_toml_and_json_are_equivalent(tmp_path):
    as_toml, as_json = tmp_path / "seed.toml", tmp_path / "seed.json"
    as_toml.write_text('[[tenants]]\nname = "acme"\nsettings = { transitions = "polls" }\n', "utf-8")
    as_json.write_text(json.dumps({"tenants": [{"name": "acme", "settings": {"transitions": "polls"}}]}), "utf-8")
    assert templates_from(read_seed(str(as_toml))) == templates_from(read_seed(str(as_json)))


def test_flag_takes_precedence_over_seed_and_seed_over_default():
    seed = {"tenants": [{"settings": {"transitions": "polls", "processing_polls": 7}}]}
    [template] = templates_from(seed, TenantOptions(transitions="manual"))
    assert (template.settings.transitions, template.settings.processing_polls) == (Transitions.MANUAL, 7)
    assert template.settings.concurrent_job_limit == 5


def test_version_can_be_a_key_of_the_tenant_or_of_its_settings():
    assert template_of(version="341.0").settings.version == "341.0"
    assert template_of(version="341.0", settings={"version": "2024-05-20"}).settings.version == "2024-05-20"


INVALID_FILES = {
    "no tenants": ({}, "tenants: is missing"),
    "unknown key": ({"tenant": [], "tenants": [{}]}, "tenant: is not a valid key; did you mean 'tenants'"),
    "tenants as a table": ({"tenants": {"name": "a"}}, "tenants: expected a list"),
    "empty list": ({"tenants": []}, "tenants: expected at least one entry"),
    "a tenant that is a number": ({"tenants": [3]}, "tenants.0: 3 is not valid; expected an object"),
    "two tenants of a name": ({"tenants": [{}, {}]}, "tenant 'default' is listed more than once"),
    "a client in two tenants": (
        {"tenants": [{"name": each, "clients": [{"id": "c", "secret": "s"}]} for each in ("a", "b")]},
        "client 'c' is listed more than once",
    ),
}
INVALID_TENANTS = {
    "key": ({"nmae": "a"}, "tenants.0.nmae: is not a valid key; did you mean 'name'"),
    "name": ({"name": ""}, "tenants.0.name: '' is not valid; expected a string that is not empty"),
    "type": ({"type": "prod"}, "tenants.0.type: 'prod' is not valid; expected 'production'"),
    "version": ({"version": 186.0}, "tenants.0.version: 186.0 is not valid; expected a string"),
    "setting": ({"settings": {"transitions": "fast"}}, "tenants.0.settings.transitions: 'fast' is not valid"),
    "unknown setting": ({"settings": {"port": 1}}, "tenants.0.settings.port: is not a valid key"),
    "misspelt setting": (
        {"settings": {"transitons": "time"}},
        "tenants.0.settings.transitons: is not a valid key; did you mean 'transitions'",
    ),
    "misspelt key of a user": ({"users": [{"nmae": "a"}]}, "users.0.nmae: is not a valid key; did you mean 'name'"),
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
INVALID_RECORDS = {
    "required": ({}, "records.vehicle[1]: Field [brand__c] is required"),
    "type": ({"brand__c": "x", "seats__c": "nine"}, "records.vehicle[1]: Field [seats__c] expects an integer"),
    "unique": (
        {"brand__c": "x", "plate__c": "A 1"},
        "records.vehicle[1]: Field [plate__c] is unique, but two records have the value",
    ),
    "unknown field": ({"brand__c": "x", "hue__c": "x"}, "records.vehicle[1]: object 'vehicle' has no custom field"),
    "system field": (
        {"brand__c": "x", "CreatedDate": "x"},
        "records.vehicle[1]: Field [CreatedDate] expects a date-time such as",
    ),
    "type of another object": (
        {"brand__c": "x", "type": "boat"},
        "records.vehicle[1]: type: 'boat' is not valid; expected 'vehicle'.",
    ),
    "version": ({"brand__c": "x", "version": 0}, "version: 0 is not valid; expected a positive integer."),
    "version that is a boolean": (
        {"brand__c": "x", "version": True},
        "version: true is not valid; expected a positive",
    ),
    "user": ({"brand__c": "x", "CreatedById": 4}, "Field [CreatedById] expects a string, but the value is 4."),
    "two ids": ({"brand__c": "x", "Id": ID, "id": ID}, "records.vehicle[1]: Id is given more than once."),
    "id": ({"brand__c": "x", "Id": "one"}, 'records.vehicle[1]: Field [Id]: input string "one" is not a valid UUID'),
    "two of an id": (
        {"brand__c": "x", "Id": ID.upper()},
        f"Field [Id] is unique, but two records have the value '{ID}'",
    ),
}


@pytest.mark.parametrize(("document", "expected"), INVALID_FILES.values(), ids=INVALID_FILES)
def test_invalid_file_is_refused_with_the_key(document, expected):
    assert expected in refusal_of(document)


@pytest.mark.parametrize(("tenant", "expected"), INVALID_TENANTS.values(), ids=INVALID_TENANTS)
def test_invalid_tenant_is_refused_with_the_key(tenant, expected):
    assert expected in refusal_of({"tenants": [tenant]})


@pytest.mark.parametrize(("record", "expected"), INVALID_RECORDS.values(), ids=INVALID_RECORDS)
def test_invalid_record_is_refused_with_the_key(record, expected):
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
def test_message_never_shows_a_client_secret(document):
    assert SECRET not in refusal_of(document)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.toml", b"tenants = ", "expected valid TOML: Invalid value"),
        ("a.toml", b"\n\xe4", "line 2: byte E4 is 'ä' in Windows-1252; expected text in UTF-8"),
        ("a.toml", "a = 1".encode("utf-16"), "line 1: the file is UTF-16, by its byte-order mark"),
        ("a.json", b'{"tenants": [], "tenants": []}', "key 'tenants' occurs more than once"),
        ("a.json", b"{", "line 1, column 2: expected valid JSON"),
        ("a.json", b"[]", "expected an object"),
        ("a.json", b"[" * 100_000, "is nested too deeply"),
        ("a.yaml", b"tenants: []", "expected a .toml or .json file"),
        ("a.toml", None, "cannot be read: No such file or directory"),
    ],
)
def test_unreadable_file_is_refused_with_its_path(tmp_path, name, content, expected):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as error:
        read_seed(str(file))
    assert str(error.value).startswith(f"seed {file}: ") and expected in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.fidelity("definitions-29")
def test_definition_of_a_seed_is_loaded_whatever_the_assumptions_choose():
    properties = {f"f{number}__c": {"type": "string", "label": "F", "maxLength": 512} for number in range(12)}
    filterable = {**VEHICLE, "properties": properties, "filterable": list(properties), "required": [], "unique": []}
    empty = {"object": "empty", "label": "Empty"}
    settings = {"assume": {"filterable-limit": "10", "text-limit": "255"}}
    template = template_of(definitions=[filterable, empty], settings=settings)
    assert [len(each.fields) for each in template.definitions] == [12, 0]


def test_half_of_a_surrogate_pair_is_refused_with_its_key(tmp_path):
    path = tmp_path / "seed.json"
    path.write_text(r'{"tenants": [{"name": "acme", "records": {"boat": [{"sail__c": "x\ud83d"}]}}]}', "utf-8")
    with pytest.raises(SettingsError, match=r"tenants\[0\].records.boat\[0\].sail__c: 'x\\ud83d' contains"):
        read_seed(str(path))
    path.write_text(r'{"tenants": [{"name": "\ud83d\ude00"}]}', "utf-8")
    assert read_seed(str(path)) == {"tenants": [{"name": "😀"}]}
