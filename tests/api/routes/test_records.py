import json

import pytest

from mock_zuora.control.journal import RequestSearch
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.fidelity import FidelityMonitor
from mock_zuora.domain.tenants.template import TenantTemplate, UserTemplate
from tests.finished import finished

pytestmark = pytest.mark.anyio

PATH = "/objects/records/default/person"
BATCH = "/objects/batch/default/person"
NOBODY = "00000000-0000-4000-8000-000000000000"
PERSON = {
    "object": "person",
    "label": "Person",
    "properties": {
        "last_name__c": {"type": "string", "label": "Last name", "maxLength": 128},
        "age__c": {"type": "integer", "label": "Age", "minimum": 0},
        "email__c": {"type": "string", "format": "email", "label": "Email"},
        "marital_status__c": {"type": "string", "label": "Status", "enum": ["Single", "Unknown"], "default": "Unknown"},
        "home_address__c": {"type": "string", "format": "uuid", "label": "Home"},
    },
    "required": ["last_name__c"],
    "filterable": ["last_name__c", "age__c", "email__c"],
    "unique": ["email__c"],
}
SMITH = {"last_name__c": "Smith", "age__c": 32, "email__c": "smith123@example.com"}


@pytest.fixture(autouse=True)
async def defined(client):
    """An API with the object person of the reference's samples."""
    await client.post("/objects/definitions/default", json={"definitions": {"person": PERSON}})


@pytest.fixture
async def smith(client):
    """A record of that object."""
    return (await client.post(PATH, json={"records": [SMITH]})).json()["records"][0]


# Create


async def test_created_record_looks_like_the_reference(client, api, smith):
    assert smith == {
        "Id": smith["Id"],
        "CreatedById": api.tenant.default_user.id,
        "CreatedDate": "2021-03-10T00:05:54.207Z",
        "UpdatedById": api.tenant.default_user.id,
        "UpdatedDate": "2021-03-10T00:05:54.207Z",
        "type": "person",
        "version": 1,
        **SMITH,
        "marital_status__c": "Unknown",
    }
    assert list(smith)[:7] == ["Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate", "type", "version"]


@pytest.mark.fidelity("records-02")
async def test_partial_success_returns_written_and_refused_records(client):
    body = {"allowPartialSuccess": True, "records": [SMITH, {**SMITH, "age__c": "32", "email__c": "x@example.com"}]}
    response = await client.post(PATH, json=body)
    answer = response.json()
    assert response.status_code == 200
    assert [each["last_name__c"] for each in answer["records"]] == ["Smith"]
    assert (answer["error"]["code"], list(answer["error"])) == (71012520, ["code", "message", "details"])
    (detail,) = answer["error"]["details"]
    assert detail["code"] == 71012523
    assert "[age__c] expects an integer, but the value is '32'" in detail["message"]
    assert detail["record"] == {**body["records"][1], "Id": detail["record"]["Id"]}
    assert (await client.get(f"{PATH}/{detail['record']['Id']}")).status_code == 404


@pytest.mark.fidelity("records-02")
@pytest.mark.parametrize("path", [PATH, BATCH])
async def test_partial_success_names_the_assumptions_of_refused_records(api, client, smith, path):
    api.assume({"uuid-format": "36"})
    refused = {**SMITH, "email__c": "y@example.com", "home_address__c": "0" * 32}
    body = {"allowPartialSuccess": True, "records": [refused, {**refused, "age__c": "x"}]}
    if path != PATH:
        records = {smith["Id"]: {"home_address__c": "0" * 32}}
        body = {"action": {"type": "update", "allowPartialSuccess": True, "records": records}}
    response = await client.post(path, json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (200, 71012520)
    assert response.headers["mock-zuora-reason"] == "assumption uuid-format=36 (test)"
    journal = api.app.control.instruments("default").journal
    assert finished(journal.find(RequestSearch(path=path))).requests[-1].reason == "assumption uuid-format=36 (test)"


@pytest.mark.fidelity("records-01", "versions-04")
async def test_without_partial_success_nothing_is_written(client):
    response = await client.post(PATH, json={"records": [SMITH, {"age__c": 1}, {"last_name__c": ""}]})
    answer = response.json()
    assert (response.status_code, answer["code"]) == (400, 71012520)
    assert [each["code"] for each in answer["details"]] == [71012522, 71012526]
    assert (await client.get(PATH)).json() == {"records": [], "count": 0}


async def test_details_are_in_the_form_with_reasons_too(api, client):
    api.assume({"error-body": "reasons"})
    response = await client.post(PATH, json={"records": [{}]})
    answer = response.json()
    assert (response.status_code, answer["success"]) == (400, False)
    assert [each["code"] for each in answer["reasons"]] == [71012520]
    assert [each["code"] for each in answer["details"]] == [71012522]


async def test_full_success_has_no_error(client):
    answer = (await client.post(PATH, json={"records": [SMITH], "allowPartialSuccess": True})).json()
    assert list(answer) == ["records"]


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ([], 71012520, "expected a JSON object"),
        ({}, 71012522, "records is missing"),
        ({"records": [SMITH] * 1_001}, 71012530, "1001 records; expected 1 to 1000"),
        ({"records": [SMITH], "allowPartialSuccess": "yes"}, 71012520, "allowPartialSuccess: 'yes'"),
        ({"records": [SMITH], "partial": True}, 71012521, "'partial'"),
    ],
)
async def test_body_without_a_list_of_records_is_refused(client, body, code, named):
    response = await client.post(PATH, json=body)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert named in response.json()["message"]


async def test_deeply_nested_value_is_refused(client):
    for depth in (10, 500, 2_000):
        nested = "[" * depth + "]" * depth
        body = f'{{"records": [{{"last_name__c": {nested}}}]}}'
        response = await client.post(PATH, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 400


# List


async def test_list_filters_by_query(client, smith):
    await client.post(PATH, json={"records": [{"last_name__c": "Jones Smith", "age__c": 5}]})
    found = await client.get(PATH, params={"q": 'last_name__c:"Jones Smith" AND age__c:<10'})
    assert (found.json()["count"], found.json()["records"][0]["last_name__c"]) == (1, "Jones Smith")
    found = await client.get(PATH, params={"q": "CreatedDate:>=2021-03-10T00\\:05\\:54.207Z AND NOT age__c:5"})
    assert found.json() == {"records": [smith], "count": 1}


@pytest.mark.fidelity("records-09")
async def test_list_accepts_repeated_and_comma_separated_ids(client, smith):
    other = (await client.post(PATH, json={"records": [{"last_name__c": "Jones"}]})).json()["records"][0]
    for query in (f"ids={smith['Id']}&ids={other['Id']}", f"ids={smith['Id']},{other['Id']}"):
        assert (await client.get(f"{PATH}?{query}")).json() == {"records": [smith, other], "count": 2}


async def test_pages_follow_each_other(client):
    await client.post(PATH, json={"records": [{"last_name__c": str(number)} for number in range(5)]})
    first = (await client.get(PATH, params={"pageSize": 3})).json()
    assert ([each["last_name__c"] for each in first["records"]], first["count"]) == (["0", "1", "2"], 5)
    second = (await client.get(PATH, params={"pageSize": 3, "cursor": first["records"][-1]["Id"]})).json()
    assert ([each["last_name__c"] for each in second["records"]], second["count"]) == (["3", "4"], 5)


@pytest.mark.fidelity("records-17")
@pytest.mark.parametrize(
    ("params", "code", "named"),
    [
        ({"q": "age__c:<five"}, 71012720, "q: Field [age__c] expects an integer"),
        ({"q": "last_name__c:Smith OR"}, 71012720, "position 22"),
        ({"q": "wheels__c:4"}, 71012721, "'wheels__c'"),
        ({"q": "marital_status__c:Single"}, 71012730, "[marital_status__c] of object 'person' is not filterable"),
        ({"q": "(" * 9_999}, 71012720, "nested deeper"),
        ({"cursor": NOBODY}, 71012720, "cursor:"),
        ({"ids": "12"}, 71012920, "ids:"),
        ({"ids": ""}, 71012920, "ids:"),
        ({"pageSize": "0"}, 71012720, "pageSize: '0' is not valid; expected an integer from 1 to 1000"),
        ({"pageSize": "1001"}, 71012720, "pageSize: '1001'"),
        ({"page": "0", "pageSize": "1"}, 71012720, "page: '0' is not valid; expected an integer from 1"),
        ({"page": "one", "pageSize": "1"}, 71012720, "page: 'one'"),
        ({"page": "2"}, 71012720, "page: '2' needs pageSize"),
        ({"page": "2", "pageSize": "1", "cursor": NOBODY}, 71012720, "cannot be combined with cursor"),
    ],
)
async def test_list_refuses_invalid_parameters(client, params, code, named):
    response = await client.get(PATH, params=params)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert named in response.json()["message"]


async def test_undocumented_list_parameter_is_reported(client, api):
    assert (await client.get(PATH, params={"query": "age__c:5"})).status_code == 200
    assert api.tenant.fidelity.counts == {"unknown-parameter": 1}


async def test_list_shows_writes_after_the_read_delay(client, api):
    api.configure(read_delay=5)
    await client.post(PATH, json={"records": [SMITH]})
    assert (await client.get(PATH)).json()["count"] == 0
    api.time.pass_seconds(5)
    assert (await client.get(PATH)).json()["count"] == 1


# One record


@pytest.mark.fidelity("records-03")
async def test_record_is_retrieved_updated_patched_and_deleted(client, smith):
    path = f"{PATH}/{smith['Id']}"
    assert (await client.get(path)).json() == smith
    updated = (await client.put(path, json={"last_name__c": "Jones"})).json()
    assert (updated["age__c"], updated["last_name__c"], updated["version"]) == (smith["age__c"], "Jones", 2)
    merge_patch = {"Content-Type": "application/merge-patch+json"}
    patched = (await client.patch(path, content='{"age__c":5,"marital_status__c":null}', headers=merge_patch)).json()
    assert (patched["age__c"], "marital_status__c" in patched, patched["version"]) == (5, False, 3)
    assert (await client.get(path)).json() == patched
    for _ in range(2):
        deleted = await client.delete(path)
        assert (deleted.status_code, deleted.json()) == (200, path)
    assert (await client.get(path)).status_code == 404


@pytest.mark.fidelity("records-04")
async def test_assumption_lets_put_clear_the_fields_that_its_body_omits(api, client, smith):
    api.assume({"put-record": "replace"})
    replaced = (await client.put(f"{PATH}/{smith['Id']}", json={"last_name__c": "Jones"})).json()
    assert ("age__c" in replaced, replaced["last_name__c"], replaced["version"]) == (False, "Jones", 2)


async def test_put_of_a_whole_record_consults_no_assumption(api, client, smith):
    values = {name: value for name, value in smith.items() if name.endswith("__c")}
    await client.put(f"{PATH}/{smith['Id']}", json=values)
    assert "put-record" not in api.tenant.consulted


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
async def test_missing_record_is_404(client, method):
    body = {} if method == "GET" else {"json": SMITH}
    response = await client.request(method, f"{PATH}/{NOBODY}", **body)
    assert (response.status_code, response.json()["code"]) == (404, 71012540)
    assert NOBODY in response.json()["message"]


async def test_patch_as_plain_json_is_reported_and_refused_in_strict_mode(client, api, smith):
    assert (await client.patch(f"{PATH}/{smith['Id']}", json={"age__c": 5})).status_code == 200
    assert api.tenant.fidelity.counts == {"patch-content-type": 1}
    api.configure(strict=True)
    refused = await client.patch(f"{PATH}/{smith['Id']}", json={"age__c": 6})
    assert (refused.status_code, "merge-patch+json" in refused.json()["message"]) == (400, True)


# Batch


async def test_batch_update_example_of_the_reference(client, smith):
    fields = {"age__c": "eighteen", "last_name__c": "elba43"}
    action = {"type": "update", "allowPartialSuccess": True, "records": {smith["Id"]: fields}}
    response = await client.post(BATCH, json={"action": action})
    (detail,) = response.json()["error"]["details"]
    assert (response.status_code, detail["code"]) == (200, 71012523)
    assert detail["record"] == {"Id": smith["Id"], **fields}
    assert list(response.json()) == ["error"]


@pytest.mark.fidelity("records-07")
async def test_batch_updates_and_deletes(client, smith):
    updated = await client.post(BATCH, json={"action": {"type": "update", "records": {smith["Id"]: {"age__c": 33}}}})
    assert (updated.status_code, updated.json()) == (200, {})
    assert (await client.get(f"{PATH}/{smith['Id']}")).json()["age__c"] == 33
    deleted = await client.post(BATCH, json={"action": {"type": "delete", "ids": [smith["Id"], NOBODY]}})
    assert (deleted.status_code, deleted.json()) == (200, {})
    assert (await client.get(PATH)).json()["count"] == 0


async def test_refused_batch_update_has_details(client, smith):
    action = {"type": "update", "records": {smith["Id"]: {"age__c": 33}, NOBODY: {"age__c": 33}}}
    response = await client.post(BATCH, json={"action": action})
    assert (response.status_code, response.json()["code"]) == (400, 71012520)
    assert response.json()["details"][0]["record"] == {"Id": NOBODY, "age__c": 33}
    assert (await client.get(f"{PATH}/{smith['Id']}")).json() == smith


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ({}, 71012522, "action"),
        ({"action": "delete"}, 71012520, "action: 'delete'"),
        ({"action": {}}, 71012522, "action.type"),
        ({"action": {"type": "create"}}, 71012520, "action.type: 'create'"),
        ({"action": {"type": "delete", "rows": []}}, 71012521, "'action.rows'; expected one of type, records"),
        ({"action": {"type": "delete", "allowPartialSuccess": {}}}, 71012520, "allowPartialSuccess: {}"),
        ({"action": {"type": "delete", "ids": [NOBODY], "records": []}}, 71012520, "action.records: []"),
        ({"action": {"type": "update", "ids": ["12"], "records": {NOBODY: {}}}}, 71012920, "action.ids"),
        ({"action": {"type": "delete", "ids": ["12"]}}, 71012920, "action.ids"),
        ({"action": {"type": "update"}}, 71012522, "action.records is missing"),
        ({"actions": []}, 71012521, "'actions'"),
    ],
)
async def test_body_without_an_action_is_refused(client, body, code, named):
    response = await client.post(BATCH, json=body)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert named in response.json()["message"]


# Relationships with Zuora's own objects

ORDER = {
    "object": "order",
    "label": "Order",
    "properties": {"account_id__c": {"type": "string", "format": "uuid", "label": "Account"}},
    "relationships": [{"namespace": "com_zuora", "object": "account", "fields": {"account_id__c": "Id"}}],
}


@pytest.mark.fidelity("definitions-15")
async def test_ids_of_zuora_objects_are_accepted_with_one_warning_per_object(client, api, caplog):
    await client.post("/objects/definitions/default", json={"definitions": {"order": ORDER}})
    for _ in range(2):
        created = await client.post("/objects/records/default/order", json={"records": [{"account_id__c": NOBODY}]})
        assert created.status_code == 200
    assert api.tenant.fidelity.counts == {"unchecked-relationship": 1}
    assert "'order' refers to records of Zuora's 'account'" in caplog.text


# Permissions


@pytest.mark.fidelity("permissions-05")
@pytest.mark.parametrize(
    ("lacking", "method", "path", "body", "code"),
    [
        ("view", "GET", PATH, None, 71012512),
        ("view", "GET", f"{PATH}/{NOBODY}", None, 71012512),
        ("view", "GET", "/objects/definitions/default/person", None, 71012512),
        ("edit", "POST", PATH, {"records": [SMITH]}, 71012515),
        ("edit", "PUT", f"{PATH}/{NOBODY}", {}, 71012513),
        ("edit", "POST", BATCH, {"action": {"type": "update", "records": {NOBODY: {}}}}, 71012513),
        ("edit", "POST", "/objects/migrations", {"actions": []}, 71012513),
        ("delete", "DELETE", f"{PATH}/{NOBODY}", None, 71012514),
        ("delete", "POST", BATCH, {"action": {"type": "delete", "allowPartialSuccess": 1}}, 71012514),
        ("delete", "DELETE", "/objects/definitions/default/person", None, 71012514),
    ],
)
async def test_request_without_permission_is_refused(make_api, lacking, method, path, body, code):
    held = frozenset(Permission) - {Permission(lacking)}
    api = make_api(TenantTemplate(users=(UserTemplate(permissions=held),)))
    async with api.client() as client:
        response = await client.request(method, path, json=body)
    problem = response.json()
    details = problem.pop("details", None)
    assert (problem["code"], problem["message"][:32]) == (code, "User does not have permission to")
    if method == "POST" and path in (PATH, BATCH):
        assert (response.status_code, details) == (401, [problem])
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.headers["mock-zuora-reason"] == "assumption record-permission-status=401 (default)"
    else:
        assert (response.status_code, details) == (403, None)


@pytest.mark.fidelity("permissions-05")
async def test_assumption_lets_a_missing_permission_on_records_be_403(api):
    api.assume({"record-permission-status": "403"})
    token = api.registry.issue_token(api.tenant, api.tenant.default_user, frozenset({Permission.VIEW})).text
    async with api.client(token) as client:
        response = await client.post(PATH, json={"records": [SMITH]})
    assert (response.status_code, list(response.json())) == (403, ["code", "message"])
    assert "record-permission-status" in api.tenant.consulted


@pytest.mark.fidelity("definitions-15")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_change_of_a_record_warns_about_ids_of_zuora_objects(client, api, method):
    await client.post("/objects/definitions/default", json={"definitions": {"order": ORDER}})
    created = await client.post("/objects/records/default/order", json={"records": [{"account_id__c": NOBODY}]})
    path = f"/objects/records/default/order/{created.json()['records'][0]['Id']}"
    api.tenant.fidelity = FidelityMonitor()
    content_type = "application/json" if method == "PUT" else "application/merge-patch+json"
    changed = await client.request(
        method, path, content=f'{{"account_id__c": "{NOBODY}"}}', headers={"Content-Type": content_type}
    )
    assert changed.status_code == 200
    assert api.tenant.fidelity.counts == {"unchecked-relationship": 1}


ACCOUNT = "2C92C0F85D4E95E2015D4F0C1D7B2A3F"
BILL = {
    "object": "bill",
    "label": "Bill",
    "properties": {"account__c": {"type": "string", "format": "uuid", "label": "Account"}},
    "filterable": ["account__c"],
}
PAID = {
    **BILL,
    "object": "paid",
    "properties": {"account__c": {**BILL["properties"]["account__c"], "default": ACCOUNT}},
}
CONDITION = {"field": "account__c", "operator": "EQ", "value": ACCOUNT}
DELETION = {
    "operation": "delete",
    "namespace": "default",
    "object": "bill",
    "filter": {"conditions": [CONDITION]},
}


@pytest.mark.fidelity("rows-15")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/objects/records/default/bill", {"records": [{"account__c": ACCOUNT}]}),
        ("PUT", "/objects/records/default/bill/{id}", {"account__c": ACCOUNT}),
        (
            "POST",
            "/objects/batch/default/bill",
            {"action": {"type": "update", "records": {"{id}": {"account__c": ACCOUNT}}}},
        ),
        ("GET", f"/objects/records/default/bill?q=account__c:{ACCOUNT}", None),
        ("POST", "/objects/jobs", DELETION),
        ("POST", "/objects/definitions/default", {"definitions": {"paid": PAID}}),
    ],
    ids=["create", "put", "batch", "query", "filter", "default"],
)
async def test_id_of_32_digits_is_accepted_or_refused_with_its_reason(api, client, method, path, body):
    await client.post("/objects/definitions/default", json={"definitions": {"bill": BILL}})
    created = await client.post("/objects/records/default/bill", json={"records": [{}]})
    record_id = created.json()["records"][0]["Id"]
    content = json.dumps(body).replace("{id}", record_id)
    headers = {"Content-Type": "application/json"}
    api.assume({"uuid-format": "36"})
    refused = await client.request(method, path.format(id=record_id), content=content, headers=headers)
    assert refused.status_code == 400
    assert refused.headers["mock-zuora-reason"] == "assumption uuid-format=36 (test)"
    api.assume({"uuid-format": "36-or-32"})
    accepted = await client.request(method, path.format(id=record_id), content=content, headers=headers)
    assert accepted.status_code == 200
    assert "uuid-format" in api.tenant.consulted


# What depends on the version


@pytest.mark.fidelity("records-13", "records-14")
@pytest.mark.parametrize(("version", "is_dated"), [("186.0", False), ("341.0", False), ("2025-08-12", True)])
async def test_version_decides_about_two_keys(api, client, version, is_dated):
    client.headers["Zuora-Version"] = version
    created = (await client.post(PATH, json={"records": [SMITH]})).json()
    assert list(created) == (["records", "unprocessedRecords"] if is_dated else ["records"])
    path = f"{PATH}/{created['records'][0]['Id']}"
    listed = (await client.get(PATH)).json()["records"]
    for record in (created["records"][0], listed[0], (await client.get(path)).json()):
        assert ("version" in record) is not is_dated
    assert {"record-version", "unprocessed-records"} <= api.tenant.consulted.keys()


@pytest.mark.fidelity("records-13", "records-14")
@pytest.mark.parametrize("version", ["186.0", "2025-08-12"])
@pytest.mark.parametrize("choice", ["always", "never"])
async def test_assumptions_decide_about_two_keys_in_every_version(api, client, version, choice):
    api.assume({"record-version": choice, "unprocessed-records": choice})
    response = await client.post(PATH, json={"records": [SMITH]}, headers={"Zuora-Version": version})
    created = response.json()
    assert ("version" in created["records"][0], "unprocessedRecords" in created) == (choice == "always",) * 2


@pytest.mark.fidelity("records-14")
async def test_unprocessed_records_are_empty_with_partial_success_too(api, client):
    api.assume({"unprocessed-records": "always"})
    body = {"records": [SMITH, {"age__c": 4}], "allowPartialSuccess": True}
    created = (await client.post(PATH, json=body)).json()
    assert (created["unprocessedRecords"], len(created["error"]["details"])) == ([], 1)


async def test_empty_list_consults_no_assumption(api, client):
    consulted = list(api.tenant.consulted)
    assert (await client.get(PATH)).json() == {"records": [], "count": 0}
    assert list(api.tenant.consulted) == consulted


@pytest.mark.fidelity("records-16")
async def test_page_is_chosen_by_its_number(api, client):
    await client.post(PATH, json={"records": [{"last_name__c": str(number)} for number in range(5)]})
    page = (await client.get(PATH, params={"pageSize": 2, "page": 3})).json()
    assert ([each["last_name__c"] for each in page["records"]], page["count"]) == (["4"], 5)
    assert api.tenant.fidelity.counts == {}


@pytest.mark.fidelity("records-19")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_refused_change_of_one_record_has_no_details(client, smith, method):
    response = await client.request(method, f"{PATH}/{smith['Id']}", json={"age__c": "old"})
    assert (response.status_code, list(response.json())) == (400, ["code", "message"])
    assert response.json()["code"] == 71012523


@pytest.mark.fidelity("records-05")
async def test_deleting_a_missing_record_returns_its_path(client):
    response = await client.delete(f"{PATH}/{NOBODY}")
    assert (response.status_code, response.text) == (200, f'"{PATH}/{NOBODY}"')
