import asyncio

import pytest

from mock_zuora.control.chunks import run_in_chunks

pytestmark = pytest.mark.anyio


async def test_other_tasks_run_between_chunks():
    steps = []

    def work():
        for number in range(2):
            steps.append(f"chunk {number}")
            yield
        return "done"

    async def other():
        steps.append("other")

    task = asyncio.create_task(other())
    assert await run_in_chunks(work()) == "done"
    await task
    assert steps == ["chunk 0", "other", "chunk 1"]
