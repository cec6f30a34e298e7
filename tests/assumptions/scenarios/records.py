"""Scenarios of the assumptions about records and queries."""

from tests.assumptions.scenarios.common import add_car, define


async def put_one_of_two_fields(client):
    await define(client)
    path = await add_car(client, brand__c="Saab", doors__c=4)
    await client.put(path, json={"brand__c": "Volvo"})
    await client.get(path)


SCENARIOS = {
    ("put-record", "replace"): put_one_of_two_fields,
}
