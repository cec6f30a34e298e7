"""Every operation succeeds with the same status."""

import pytest

from mock_zuora.api.app import ROUTERS, operation_ids

pytestmark = pytest.mark.anyio

JOBS, RECORDS = "/objects/jobs", "/objects/records/default/boat"
DEFINITIONS, BATCH = "/objects/definitions/default", "/objects/batch/default/boat"
BOAT = {"object": "boat", "label": "Boat", "properties": {"sail__c": {"type": "string", "label": "Sail"}}}
MAST = {"name": "mast__c", "definition": {"type": "string", "label": "Mast"}}
ACTION = {"type": "addField", "namespace": "default", "object": "boat", "field": MAST}
CREATE = {"operation": "create", "namespace": "default", "object": "boat"}
FORM = {"client_id": "me", "client_secret": "secret", "grant_type": "client_credentials"}
CSV = {"content": "sail__c\nred\n", "headers": {"Content-Type": "text/csv"}}
PATCH = {"content": '{"sail__c": "blue"}', "headers": {"Content-Type": "application/merge-patch+json"}}


@pytest.mark.fidelity("operations-07")
async def test_success_is_200_in_every_operation(client):
    succeeded = set()

    def operation_of(method, path):
        routes = [route for router in ROUTERS for route in router.routes]
        return next(each.operation_id for each in routes if method in each.methods and each.path_regex.match(path))

    async def send(method, path, **options):
        response = await client.request(method, path, **options)
        assert response.status_code == 200, (method, path, response.text)
        succeeded.add(operation_of(method, path))
        return response.json()

    await send("POST", "/oauth/token", data=FORM)
    await send("POST", DEFINITIONS, json={"definitions": {"boat": BOAT}})
    await send("POST", "/objects/migrations", json={"actions": [ACTION]})
    await send("GET", DEFINITIONS)
    await send("GET", f"{DEFINITIONS}/boat")
    first, second = [await send("POST", JOBS, json=CREATE) for _ in range(2)]
    await send("POST", f"{JOBS}/{first['Id']}/files", **CSV)
    await send("PATCH", f"{JOBS}/{second['Id']}/cancel")
    await send("GET", JOBS)
    await send("GET", f"{JOBS}/{first['Id']}")
    await send("GET", f"{JOBS}/{first['Id']}/errors")
    [record] = (await send("GET", RECORDS))["records"]
    await send("POST", RECORDS, json={"records": [{"sail__c": "green"}]})
    for method, options in {"GET": {}, "PUT": {"json": {"sail__c": "red"}}, "PATCH": PATCH, "DELETE": {}}.items():
        await send(method, f"{RECORDS}/{record['Id']}", **options)
    await send("POST", BATCH, json={"action": {"type": "delete", "ids": [record["Id"]]}})
    [remaining] = (await send("GET", RECORDS))["records"]
    await send("DELETE", f"{RECORDS}/{remaining['Id']}")
    await send("DELETE", f"{DEFINITIONS}/boat")
    assert succeeded == set(operation_ids())
