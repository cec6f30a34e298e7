"""Scenarios of the assumptions about every request."""

from tests.assumptions.scenarios.common import JOBS


async def retrieve_missing_job(client):
    await client.get(f"{JOBS}/7006ce52-91c9-11ed-a1eb-0242ac120002")


async def request_without_token(client):
    await client.get(JOBS, headers={"Authorization": ""})


async def request_token_with_empty_form(client):
    await client.post("/oauth/token", data={})


async def submit_on_a_whole_second(client):
    client.pass_seconds(0.793)
    await client.post(JOBS, json={"operation": "create", "object": "car", "namespace": "default"})


SCENARIOS = {
    ("error-body", "reasons"): retrieve_missing_job,
    ("unauthorized-body", "reasons"): request_without_token,
    ("token-error-body", "rfc6749"): request_token_with_empty_form,
    ("dates", "instant"): submit_on_a_whole_second,
    ("dates", "whole-seconds"): submit_on_a_whole_second,
}
