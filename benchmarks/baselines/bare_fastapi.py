"""The baseline of the budgets: a minimal FastAPI app without access tokens, headers and journal."""

from fastapi import FastAPI

from benchmarks.baselines.job import JOB

app = FastAPI()


@app.get("/objects/jobs/{id}")
async def retrieve(id: str) -> dict[str, str | int]:
    return JOB
