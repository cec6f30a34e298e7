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


async def submit_twice_with_one_key(client):
    for _ in range(2):
        body = {"operation": "create", "object": "car", "namespace": "default"}
        await client.post(JOBS, json=body, headers={"Idempotency-Key": "order-66"})


async def retry_before_the_minute_is_over(client):
    client.configure(rate_limits="1,100,100")
    for _ in range(3):
        await client.get(JOBS)
        client.pass_seconds(40)


SCENARIOS = {
    ("error-body", "reasons"): retrieve_missing_job,
    ("unauthorized-body", "reasons"): request_without_token,
    ("token-error-body", "rfc6749"): request_token_with_empty_form,
    ("idempotency-key", "honoured"): submit_twice_with_one_key,
    ("idempotency-key", "conflict"): submit_twice_with_one_key,
    ("refused-requests", "free"): retry_before_the_minute_is_over,
    ("dates", "instant"): submit_on_a_whole_second,
    ("dates", "whole-seconds"): submit_on_a_whole_second,
}
