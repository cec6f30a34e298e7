"""Scenarios of the assumptions about records and queries."""

from tests.assumptions.scenarios.common import CARS, add_car, define


async def put_one_of_two_fields(client):
    await define(client)
    path = await add_car(client, brand__c="Saab", doors__c=4)
    await client.put(path, json={"brand__c": "Volvo"})
    await client.get(path)


async def store_id_of_32_digits(client):
    await define(client, properties={"account__c": {"type": "string", "format": "uuid", "label": "Account"}})
    await client.post(CARS, json={"records": [{"account__c": "2c92c0f85d4e95e2015d4f0c1d7b2a3f"}]})


SCENARIOS = {
    ("put-record", "replace"): put_one_of_two_fields,
    ("uuid-format", "36"): store_id_of_32_digits,
}
