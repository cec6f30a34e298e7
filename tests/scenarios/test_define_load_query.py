"""An object is defined, loaded by a bulk job, queried, migrated, emptied and deleted."""

import pytest

pytestmark = pytest.mark.anyio

VEHICLE = {
    "object": "vehicle",
    "label": "Vehicle",
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "plate__c": {"type": "string", "label": "Plate"},
        "seats__c": {"type": "integer", "label": "Seats", "default": 5},
        "sold__c": {"type": "string", "format": "date", "label": "Sold"},
    },
    "required": ["brand__c"],
    "filterable": ["brand__c", "plate__c", "seats__c", "sold__c"],
    "unique": ["plate__c"],
}
FILE = """brand__c,plate__c,seats__c,sold__c
Ford,A 1,4,2017-12-31
Ford,A 2,5,2018-01-01
Opel,A 3,five,
Ford,A 1,2,
Land Rover,A 4,7,2018-05-09
"""


async def test_object_is_defined_loaded_queried_migrated_and_deleted(timed, zuora):
    await zuora.client.post("/objects/definitions/default", json={"definitions": {"vehicle": VEHICLE}})
    job = await zuora.submit("create")
    await zuora.upload(job, FILE)
    timed.time.pass_seconds(3)
    assert (await zuora.retrieve(job))["recordsProcessed"] == 3
    assert [(each["row"], each["code"]) for each in await zuora.list_errors(job)] == [(4, 71012523), (5, 71012530)]

    async def plates(q):
        response = await zuora.client.get("/objects/records/default/vehicle", params={"q": q})
        return [each["plate__c"] for each in response.json()["records"]]

    assert await plates("brand__c:Ford AND sold__c:<2018") == ["A 1"]
    assert await plates('brand__c:"Land Rover" OR seats__c:5') == ["A 2", "A 4"]
    assert await plates("!sold__c:>2018-01") == ["A 1", "A 2"]

    renamed = {"name": "plate__c", "targetName": "license__c"}
    action = {"type": "renameField", "namespace": "default", "object": "vehicle", "field": renamed}
    await zuora.client.post("/objects/migrations", json={"actions": [action]})
    assert [each["license__c"] for each in await zuora.records()] == ["A 1", "A 2", "A 4"]

    refused = await zuora.client.delete("/objects/definitions/default/vehicle")
    assert (refused.status_code, refused.json()["code"]) == (400, 71000030)
    job = await zuora.submit("delete")
    timed.time.pass_seconds(3)
    assert (await zuora.retrieve(job))["recordsProcessed"] == 3
    assert (await zuora.client.delete("/objects/definitions/default/vehicle")).status_code == 200
    assert (await zuora.client.get("/objects/records/default/vehicle")).json()["code"] == 71000220
    assert (await zuora.client.get("/objects/definitions/default/vehicle")).json()["code"] == 71000040
