"""Scenarios of the assumptions about records and queries."""

from tests.assumptions.scenarios.common import CARS, add_car, define

DATED = {"Zuora-Version": "2025-08-12"}
TOKENS = "/__mock/v1/tokens"


async def put_one_of_two_fields(client):
    await define(client)
    path = await add_car(client, brand__c="Saab", doors__c=4)
    await client.put(path, json={"brand__c": "Volvo"})
    await client.get(path)


async def store_id_of_32_digits(client):
    await define(client, properties={"account__c": {"type": "string", "format": "uuid", "label": "Account"}})
    await client.post(CARS, json={"records": [{"account__c": "2c92c0f85d4e95e2015d4f0c1d7b2a3f"}]})


async def create_and_list(client):
    await define(client)
    await add_car(client, brand__c="Saab")
    await client.get(CARS)


async def create_and_list_in_dated_version(client):
    client.headers.update(DATED)
    await create_and_list(client)


async def list_one_of_two_matches(client):
    await define(client, filterable=["doors__c"])
    for doors in (2, 4, 4):
        await add_car(client, doors__c=doors)
    await client.get(CARS, params={"q": "doors__c:4", "pageSize": 1})


async def create_without_permission(client):
    await define(client)
    token = (await client.post(TOKENS, json={"permissions": ["view"]})).json()["access_token"]
    await client.post(CARS, json={"records": [{}]}, headers={"Authorization": f"Bearer {token}"})


async def query_in_lower_case(client):
    await define(client, filterable=["brand__c"])
    await add_car(client, brand__c="Saab")
    await client.get(CARS, params={"q": "brand__c:saab"})


async def query_two_terms(client):
    await define(client, filterable=["brand__c", "doors__c"])
    await add_car(client, brand__c="Saab")
    await client.get(CARS, params={"q": "brand__c:Saab doors__c:4"})


SCENARIOS = {
    ("put-record", "replace"): put_one_of_two_fields,
    ("uuid-format", "36"): store_id_of_32_digits,
    ("record-version", "always"): create_and_list_in_dated_version,
    ("record-version", "never"): create_and_list,
    ("unprocessed-records", "always"): create_and_list,
    ("unprocessed-records", "never"): create_and_list_in_dated_version,
    ("record-count", "page"): list_one_of_two_matches,
    ("record-count", "all"): list_one_of_two_matches,
    ("record-permission-status", "403"): create_without_permission,
    ("query-letter-case", "ignored"): query_in_lower_case,
    ("query-default-operator", "or"): query_two_terms,
}
