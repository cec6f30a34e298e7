import asyncio

import pytest

from mock_zuora.control.errors import TimedOut, Unknown
from mock_zuora.control.services.jobs import wait_for_job
from mock_zuora.control.services.tenants import reset

pytestmark = pytest.mark.anyio


async def test_wait_for_a_job_ends_when_a_reset_removes_it(control, submit_file):
    job = submit_file(1)
    waiting = asyncio.create_task(wait_for_job(control, "default", timeout=30, id=job.id))
    await asyncio.sleep(0)
    await reset(control, "default")
    with pytest.raises(Unknown, match=job.id):
        await waiting


async def test_wait_without_time_reads_the_job_once(control, submit_file):
    job = submit_file(1)
    with pytest.raises(TimedOut, match="in_progress after 0 s, not ended"):
        await wait_for_job(control, "default", timeout=0, id=job.id)
