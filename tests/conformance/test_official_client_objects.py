"""The official client defines and changes objects and their records. It knows only the base URL of the server."""

import pytest

from mock_zuora import MockZuora

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk"),
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
    # One xdist worker runs all of these tests, because the import of the client takes ten seconds.
    pytest.mark.xdist_group("official client"),
]

VERSIONS = ["186.0", "2025-08-12"]
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
CAR = {
    "object": "car",
    "label": "Car",
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "doors__c": {"type": "integer", "label": "Doors", "minimum": 2},
        "plate__c": {"type": "string", "label": "Plate", "maxLength": 10},
    },
    "required": ["brand__c"],
    "filterable": ["brand__c", "doors__c", "plate__c"],
    "unique": ["plate__c"],
}


@pytest.fixture(params=VERSIONS)
def version(request):
    return request.param


@pytest.fixture
def client(version, official_client):
    official_client.set_zuora_version(version)
    return official_client


@pytest.fixture
def definitions(client):
    api = client.custom_object_definitions_api()
    api.post_custom_object_definitions({"definitions": {"car": CAR}})
    return api


@pytest.fixture
def records(client, definitions):
    return client.custom_object_records_api()


def create(records, *documents, **options):
    return records.post_custom_object_records("car", {"records": list(documents), **options}).records


def values(record):
    return {name: value for name, value in record.additional_properties.items() if name.endswith("__c")}


def error_of(run):
    """Returns the status and the code of the error that the client raises."""
    with pytest.raises(Exception) as raised:
        run()
    return raised.value.status, int(raised.value.data.code)


@pytest.fixture
def official_tenant(official_server_url, credentials):
    """The handle of the client's own tenant."""
    number = credentials[1].removeprefix("secret-")
    return MockZuora.connect(official_server_url, tenant=f"tenant-{number}")


# Definitions


def test_defined_object_is_listed_and_retrieved(definitions):
    listed = definitions.get_all_custom_object_definitions_in_namespace()
    assert (listed.count, set(listed.definitions)) == (2, {"vehicle", "car"})
    car = definitions.get_custom_object_definition_by_type("car")
    assert (car.type, car.var_schema.label, len(car.id)) == ("car", "Car", 36)
    assert car.var_schema.required[0] == "brand__c"
    assert car.var_schema.properties.additional_properties["doors__c"]["minimum"] == 2


def test_listed_definitions_can_be_posted_to_another_tenant(definitions, make_official_client, other_credentials):
    listed = definitions.get_all_custom_object_definitions_in_namespace().to_dict()
    listed["definitions"].pop("vehicle")
    other = make_official_client(*other_credentials).custom_object_definitions_api()
    other.post_custom_object_definitions(listed)
    assert other.get_custom_object_definition_by_type("car").var_schema.unique == ["plate__c"]


@pytest.fixture
def other_credentials(official_client, unused_tenants):
    number = next(unused_tenants)
    return f"00000000-0000-0000-0000-{number + 1:012x}", f"secret-{number}"


def test_migration_adds_and_renames_fields(definitions):
    action = {"namespace": "default", "object": "car"}
    zip_code = {"name": "zip__c", "definition": {"type": "string", "label": "Zip", "maxLength": 10}}
    response = definitions.post_update_custom_object_definition(
        {"actions": [{**action, "type": "addField", "field": zip_code}], "instant": True}
    )
    assert response.instant is True
    assert (response.actions[0].type, response.actions[0].object) == ("addField", "car")
    renamed = {"name": "zip__c", "targetName": "code__c"}
    definitions.post_update_custom_object_definition({"actions": [{**action, "type": "renameField", "field": renamed}]})
    car = definitions.get_custom_object_definition_by_type("car")
    assert "code__c" in car.var_schema.properties.additional_properties


def test_only_an_empty_object_is_deleted(definitions, records):
    create(records, {"brand__c": "vw"})
    assert error_of(lambda: definitions.delete_custom_object_definition_by_type("car")) == (400, 71000030)
    definitions.delete_custom_object_definition_by_type("vehicle")
    assert error_of(lambda: definitions.get_custom_object_definition_by_type("vehicle")) == (404, 71000040)
    assert error_of(lambda: definitions.delete_custom_object_definition_by_type("vehicle")) == (400, 71000220)


# Records


def test_records_are_created_listed_and_found(records):
    created = create(records, {"brand__c": "vw", "doors__c": 4}, {"brand__c": "kia", "doors__c": 2})
    assert [values(each) for each in created] == [{"brand__c": "vw", "doors__c": 4}, {"brand__c": "kia", "doors__c": 2}]
    listed = records.get_all_records_for_custom_object_type("car")
    assert (listed.count, [each.id for each in listed.records]) == (2, [each.id for each in created])
    found = records.get_all_records_for_custom_object_type("car", q="brand__c:kia AND doors__c:<4", page_size=1)
    assert [each.id for each in found.records] == [created[1].id]
    chosen = records.get_all_records_for_custom_object_type("car", ids=[each.id for each in created])
    assert chosen.count == 2
    second = records.get_all_records_for_custom_object_type("car", page_size=1, page=2)
    assert [each.id for each in second.records] == [created[1].id]
    following = records.get_all_records_for_custom_object_type("car", cursor=created[0].id)
    assert [each.id for each in following.records] == [created[1].id]


def test_record_is_retrieved_replaced_patched_and_deleted(records, version):
    (created,) = create(records, {"brand__c": "vw", "doors__c": 4})
    assert records.get_custom_object_record_by_id("car", created.id).type == "car"
    replaced = records.put_custom_object_record("car", created.id, {"brand__c": "kia"})
    assert values(replaced) == {"brand__c": "kia", "doors__c": 4}
    assert replaced.additional_properties.get("version") == (2 if version == "186.0" else None)
    patched = records.patch_partial_update_custom_object_record("car", created.id, {"doors__c": 2})
    assert values(patched) == {"brand__c": "kia", "doors__c": 2}
    with pytest.raises(Exception) as raised:
        records.put_custom_object_record("car", created.id, {"brand__c": "vw"}, if_match='"1"')
    # The reference declares no model for this response, so the client does not parse it.
    assert (raised.value.status, raised.value.data) == (412, None)
    records.delete_custom_object_record_by_id("car", created.id)
    records.delete_custom_object_record_by_id("car", created.id)
    assert error_of(lambda: records.get_custom_object_record_by_id("car", created.id)) == (404, 71012540)


def test_partial_success_reports_refused_records(records, version):
    response = records.post_custom_object_records(
        "car", {"records": [{"brand__c": "vw"}, {"doors__c": "4"}], "allowPartialSuccess": True}
    )
    assert len(response.records) == 1
    (detail,) = response.error.details
    assert (response.error.code, detail.code) == (71012520, 71012523)
    assert response.additional_properties == ({} if version == "186.0" else {"unprocessedRecords": []})
    assert error_of(lambda: create(records, {"brand__c": ""})) == (400, 71012520)


def test_batch_updates_and_deletes_records(records):
    first, second = create(records, {"brand__c": "vw"}, {"brand__c": "kia"})
    update = {"type": "update", "records": {first.id: {"doors__c": 4}}}
    records.post_custom_object_records_batch_update_or_delete("car", {"action": update})
    assert values(records.get_custom_object_record_by_id("car", first.id))["doors__c"] == 4
    partial = {"type": "update", "allowPartialSuccess": True, "records": {first.id: {"doors__c": "eighteen"}}}
    response = records.post_custom_object_records_batch_update_or_delete("car", {"action": partial})
    assert response.error.details[0].code == 71012523
    delete = {"type": "delete", "ids": [first.id, UNKNOWN_ID]}
    records.post_custom_object_records_batch_update_or_delete("car", {"action": delete})
    assert [each.id for each in records.get_all_records_for_custom_object_type("car").records] == [second.id]


def test_injected_500_lists_the_records_to_send_again(records, official_tenant):
    official_tenant.faults.add(operation="POST_CustomObjectRecords", status=500)
    with pytest.raises(Exception) as raised:
        create(records, {"brand__c": "vw"})
    error = raised.value.data
    assert (raised.value.status, error.code, error.details[0].code) == (500, 71012561, 71012561)
    assert error.details[0].record.additional_properties == {"brand__c": "vw"}


def test_missing_permission_on_records_is_a_401_with_details(records, client, official_tenant):
    token = official_tenant.token(permissions=["view"])
    client.api_client.default_headers["Authorization"] = f"Bearer {token}"
    with pytest.raises(Exception) as raised:
        create(records, {"brand__c": "vw"})
    error = raised.value.data
    assert (raised.value.status, error.code, error.details[0].code) == (401, 71012515, 71012515)
