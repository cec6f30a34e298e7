import pytest

from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.tenants.settings import Transitions

pytestmark = pytest.mark.anyio

PATH = "/objects/definitions/default"
OWNER = {"namespace": "default", "object": "person", "fields": {"person_id__c": "Id"}}
CAR = {
    "object": "car",
    "label": "Car",
    "properties": {
        "vin__c": {"type": "string", "label": "Vin"},
        "person_id__c": {"type": "string", "format": "uuid", "label": "Owner"},
    },
    "required": ["vin__c"],
    "relationships": [OWNER],
}
PERSON = {"object": "person", "label": "Person", "properties": {"name__c": {"type": "string", "label": "Name"}}}


@pytest.fixture
async def defined(client):
    """The response to the creation of the objects car and person."""
    return await client.post(PATH, json={"definitions": {"person": PERSON, "car": CAR}})


@pytest.mark.fidelity("definitions-10")
async def test_created_definition_has_ids_dates_and_schema(defined, api):
    assert defined.status_code == 200
    assert defined.headers["content-type"] == "application/json; charset=utf-8"
    answer = defined.json()
    assert (list(answer["definitions"]), answer["count"]) == (["person", "car"], 2)
    car = answer["definitions"]["car"]
    assert list(car) == ["Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate", "type", "schema"]
    assert (car["type"], car["CreatedDate"], car["UpdatedDate"]) == ("car", *["2021-03-10T00:05:54.207Z"] * 2)
    assert car["CreatedById"] == api.tenant.default_user.id
    assert car["schema"]["required"] == ["vin__c", "Id", "CreatedById", "UpdatedById", "CreatedDate", "UpdatedDate"]


@pytest.mark.fidelity("definitions-13")
async def test_both_sides_of_a_relationship_are_shown(defined):
    constraints = {"recordConstraints": {"create": {"enforceValidMapping": True}}}
    schemas = {name: each["schema"] for name, each in defined.json()["definitions"].items()}
    assert schemas["car"]["relationships"] == [{"cardinality": "manyToOne", **OWNER, **constraints}]
    assert schemas["person"]["relationships"] == [
        {
            "cardinality": "oneToMany",
            "namespace": "default",
            "object": "car",
            "fields": {"Id": "person_id__c"},
            **constraints,
        }
    ]


@pytest.mark.fidelity("definitions-11")
async def test_list_can_be_posted_to_another_tenant(defined, client, make_api):
    listed = (await client.get(PATH)).json()
    assert listed == defined.json()
    async with make_api().client() as other:
        posted = (await other.post(PATH, json=listed)).json()
    schemas = [each["schema"] for each in listed["definitions"].values()]
    assert [each["schema"] for each in posted["definitions"].values()] == schemas


async def test_list_of_types_has_nothing_else(defined, client):
    answer = (await client.get(PATH, params={"select": "type"})).json()
    assert answer == {"definitions": {"person": {"type": "person"}, "car": {"type": "car"}}, "count": 2}
    refused = await client.get(PATH, params={"select": "label"})
    assert (refused.status_code, refused.json()["code"]) == (400, 71000020)
    assert "select: 'label'" in refused.json()["message"]


async def test_one_definition_is_retrieved(defined, client):
    assert (await client.get(f"{PATH}/car")).json() == defined.json()["definitions"]["car"]
    missing = await client.get(f"{PATH}/bus")
    assert (missing.status_code, missing.json()["code"]) == (404, 71000040)


async def test_deleting_a_definition_returns_its_path(client, defined):
    response = await client.delete(f"{PATH}/car")
    assert (response.status_code, response.json()) == (200, "/objects/definitions/default/car")
    assert (await client.get(f"{PATH}/car")).status_code == 404


async def test_definition_with_records_is_not_deleted(client, defined):
    await client.post("/objects/records/default/person", json={"records": [{}]})
    response = await client.delete(f"{PATH}/person")
    assert (response.status_code, response.json()["code"]) == (400, 71000030)


@pytest.mark.parametrize(
    ("path", "body", "code", "named"),
    [
        (PATH, {}, 71000022, "definitions is missing"),
        (PATH, [], 71000020, "expected a JSON object"),
        (PATH, {"definitions": {"bus": {"object": "bus"}}}, 71000022, "label is missing"),
        (PATH, {"objects": {}}, 71000021, "'objects'"),
        ("/objects/migrations", {}, 71002822, "actions is missing"),
        ("/objects/migrations", {"action": {}}, 71002821, "'action'"),
    ],
)
async def test_refusal_has_the_matching_error_code(client, path, body, code, named):
    response = await client.post(path, json=body)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert named in response.json()["message"]


@pytest.mark.parametrize(
    ("path", "code"), [(PATH, 71000020), ("/objects/migrations", 71002820), ("/objects/records/default/car", 71012520)]
)
@pytest.mark.parametrize("body", [b"{", b'{"definitions": 1e999}', b'{"actions": NaN}'])
async def test_body_that_is_not_json_is_refused(client, path, code, body):
    response = await client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert "The body is not JSON" in response.json()["message"]


async def test_migration_returns_its_action(client, defined):
    zip_code = {"name": "zip__c", "definition": {"type": "string", "label": "Zip code", "maxLength": 10}}
    action = {"type": "addField", "namespace": "default", "object": "person", "field": zip_code}
    response = await client.post("/objects/migrations", json={"actions": [action]})
    assert (response.status_code, response.json()) == (200, {"actions": [action]})
    assert (await client.get(f"{PATH}/person")).json()["schema"]["properties"]["zip__c"]["maxLength"] == 10


async def test_migration_waits_for_running_jobs(client, api):
    api.configure(transitions=Transitions.TIME)
    car = {**CAR, "relationships": [], "filterable": ["vin__c"]}
    await client.post(PATH, json={"definitions": {"car": car}})
    submission = {"operation": "create", "object": "car", "namespace": "default"}
    job = (await client.post("/objects/jobs", json=submission)).json()
    rows = "\n".join(["vin__c", *["x"] * 20 * ROWS_PER_CHUNK])
    await client.post(f"/objects/jobs/{job['Id']}/files", content=rows, headers={"Content-Type": "text/csv"})
    api.time.pass_seconds(1)
    renamed = {"name": "vin__c", "targetName": "frame__c"}
    action = {"type": "renameField", "namespace": "default", "object": "car", "field": renamed}
    assert (await client.post("/objects/migrations", json={"actions": [action]})).status_code == 200
    assert (await client.get(f"/objects/jobs/{job['Id']}")).json()["status"] == "completed"
    found = await client.get("/objects/records/default/car", params={"q": "frame__c:x"})
    assert found.json()["count"] == 20 * ROWS_PER_CHUNK


@pytest.mark.fidelity("definitions-28")
@pytest.mark.parametrize("instant", [True, False])
async def test_migration_repeats_instant(client, defined, instant):
    action = {"type": "updateObject", "namespace": "default", "object": "car", "label": "Motor car"}
    response = await client.post("/objects/migrations", json={"actions": [action], "instant": instant})
    assert response.json() == {"actions": [action], "instant": instant}
    refused = await client.post("/objects/migrations", json={"actions": [action], "instant": "yes"})
    assert (refused.status_code, refused.json()["code"]) == (400, 71002820)
    assert "instant: 'yes' is not true or false" in refused.json()["message"]


UNDOCUMENTED = {"title": "Boat", "enableRecordMigration": False}
BOAT = {"object": "boat", "label": "Boat", "properties": CAR["properties"]}


@pytest.mark.fidelity("definitions-26")
@pytest.mark.parametrize("document", [{**BOAT, **UNDOCUMENTED}, {"type": "boat", "schema": {**BOAT, **UNDOCUMENTED}}])
async def test_keys_of_the_ui_are_a_warning_and_refused_in_strict_mode(api, client, caplog, document):
    created = await client.post(PATH, json={"definitions": {"boat": document}})
    assert created.status_code == 200
    assert UNDOCUMENTED.keys() & created.json()["definitions"]["boat"]["schema"].keys() == set()
    assert api.tenant.fidelity.counts == {"undocumented-definition-key": 1}
    assert "definitions.boat: 'title' and 'enableRecordMigration' are not documented" in caplog.text
    await client.delete(f"{PATH}/boat")
    api.configure(strict=True)
    refused = await client.post(PATH, json={"definitions": {"boat": document}})
    assert (refused.status_code, refused.json()["code"]) == (400, 71000021)
    assert (await client.get(PATH)).json()["count"] == 0


@pytest.mark.parametrize("keys", [{"title": 4}, {"enableRecordMigration": "no"}])
async def test_keys_of_the_ui_are_checked(client, keys):
    response = await client.post(PATH, json={"definitions": {"boat": {**BOAT, **keys}}})
    assert (response.status_code, response.json()["code"]) == (400, 71000020)


@pytest.mark.fidelity("filter-04")
@pytest.mark.parametrize(
    ("choice", "listed"),
    [
        ("dates-and-id", ["Id", "CreatedDate", "UpdatedDate"]),
        ("all", ["Id", "CreatedById", "UpdatedById", "CreatedDate", "UpdatedDate"]),
    ],
)
async def test_definition_lists_the_filterable_system_fields(api, client, choice, listed):
    api.assume({"filterable-system-fields": choice})
    created = (await client.post(PATH, json={"definitions": {"boat": BOAT}})).json()
    assert "filterable-system-fields" in api.tenant.consulted
    retrieved = (await client.get(f"{PATH}/boat")).json()
    assert created["definitions"]["boat"]["schema"]["filterable"] == retrieved["schema"]["filterable"] == listed
    assert "filterable-system-fields" in api.tenant.consulted


async def test_refused_definition_names_its_assumption(client):
    properties = {f"f{number}__c": {"type": "integer", "label": "F"} for number in range(11)}
    boat = {**BOAT, "properties": properties, "filterable": list(properties)}
    response = await client.post(PATH, json={"definitions": {"boat": boat}})
    assert (response.status_code, response.json()["code"]) == (400, 71000530)
    assert response.headers["mock-zuora-reason"] == "assumption filterable-limit=10 (default)"
