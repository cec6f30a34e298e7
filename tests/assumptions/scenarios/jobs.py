"""Scenarios of the assumptions about jobs."""

from tests.assumptions.scenarios.common import CREATE, JOBS


async def submit_six_jobs(client):
    for _ in range(6):
        await client.post(JOBS, json=CREATE)


async def cancel_twice(client):
    job = (await client.post(JOBS, json=CREATE)).json()["Id"]
    for _ in range(2):
        await client.patch(f"{JOBS}/{job}/cancel")


async def retrieve_nonsense(client):
    await client.get(f"{JOBS}/nonsense")


async def submit_and_list(client):
    await client.post(JOBS, json={**CREATE, "operation": "delete"})
    await client.get(f"{JOBS}?status=accepted")


SCENARIOS = {
    ("job-limit", "429"): submit_six_jobs,
    ("job-limit", "429-retry-after"): submit_six_jobs,
    ("wrong-status", "71013430"): cancel_twice,
    ("bad-job-id", "400"): retrieve_nonsense,
    ("accepted-name", "open"): submit_and_list,
}
