"""Scenarios of the assumptions about jobs."""

from tests.assumptions.scenarios.common import CREATE, CSV, JOBS


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


async def delete_at_once(client):
    submitted = await client.post(JOBS, json={**CREATE, "operation": "delete"})
    client.pass_seconds(10)
    await client.get(f"{JOBS}/{submitted.json()['Id']}")


async def delete_and_list(client):
    await client.post(JOBS, json={**CREATE, "operation": "delete"})
    await client.get(JOBS)


async def upload_after_a_minute(client):
    submitted = await client.post(JOBS, json=CREATE)
    path = f"{JOBS}/{submitted.json()['Id']}"
    client.pass_seconds(60)
    await client.post(f"{path}/files", content="brand__c\nSaab\n", headers=CSV)
    client.pass_seconds(10)
    await client.get(path)


async def wait_two_days_for_a_file(client):
    submitted = await client.post(JOBS, json=CREATE)
    client.pass_seconds(2 * 86_400)
    fresh = {"Authorization": "Bearer another-token"}
    await client.get(f"{JOBS}/{submitted.json()['Id']}", headers=fresh)


async def read_the_only_page(client):
    await client.post(JOBS, json=CREATE)
    await client.get(JOBS)


SCENARIOS = {
    ("job-limit", "429"): submit_six_jobs,
    ("job-limit", "429-retry-after"): submit_six_jobs,
    ("wrong-status", "71013430"): cancel_twice,
    ("bad-job-id", "400"): retrieve_nonsense,
    ("accepted-name", "open"): submit_and_list,
    ("delete-first-status", "in-progress"): delete_at_once,
    ("processing-time", "since-submission"): upload_after_a_minute,
    ("pending-expiry", "a-day"): wait_two_days_for_a_file,
    ("last-cursor", "absent"): read_the_only_page,
    ("last-cursor", "null"): read_the_only_page,
    ("last-cursor", "empty"): read_the_only_page,
    ("delete-without-filter", "refused"): delete_and_list,
}
