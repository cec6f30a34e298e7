"""Scenarios of the assumptions about objects."""

from tests.assumptions.scenarios.common import CAR, CREATE, DEFINITIONS, JOBS, define

GHOSTS = "/objects/records/default/ghost"
USER_ID = "2c92c0f96a07409d016a0a58ab1172ec"


async def list_records_of_unknown_object(client):
    await client.get(GHOSTS)


async def define_field_of_300_characters(client):
    properties = {"note__c": {"type": "string", "label": "Note", "maxLength": 300}}
    car = {**CAR, "properties": properties, "filterable": ["note__c"]}
    await client.post(DEFINITIONS, json={"definitions": {"car": car}})


async def define_11_filterable_fields(client):
    properties = {f"f{number}__c": {"type": "integer", "label": "F"} for number in range(11)}
    car = {**CAR, "properties": properties, "filterable": list(properties)}
    await client.post(DEFINITIONS, json={"definitions": {"car": car}})


async def filter_by_user(client):
    await define(client)
    await client.get(f"{DEFINITIONS}/car")
    condition = {"field": "CreatedById", "operator": "EQ", "value": USER_ID}
    await client.post(JOBS, json={**CREATE, "operation": "delete", "filter": {"conditions": [condition]}})


SCENARIOS = {
    ("unknown-object", "404"): list_records_of_unknown_object,
    ("text-limit", "255"): define_field_of_300_characters,
    ("filterable-limit", "none"): define_11_filterable_fields,
    ("filterable-system-fields", "all"): filter_by_user,
}
