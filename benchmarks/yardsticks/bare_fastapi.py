"""The yardstick of the budgets: the least that a FastAPI app can do. No token, no headers, no journal."""

from fastapi import FastAPI

from benchmarks.yardsticks.job import JOB

app = FastAPI()


@app.get("/objects/jobs/{id}")
async def retrieve(id: str) -> dict[str, str | int]:
    return JOB
