"""Scenarios of the assumptions about files and their rows."""

from tests.assumptions.scenarios.common import run_job


async def upload_15_mib(client):
    row = "x" * 500 + "\n"
    await run_job(client, "brand__c\n" + row * (15_100_000 // len(row)))


SCENARIOS = {
    ("file-limit", "15728640"): upload_15_mib,
}
