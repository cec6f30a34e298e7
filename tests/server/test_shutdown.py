"""How uvicorn stops here; what a stop does to calls is tried in tests/server/test_server.py."""

import asyncio
import signal

import pytest
import uvicorn

from mock_zuora.server.shutdown import StoppableServer

pytestmark = pytest.mark.anyio


async def never(scope, receive, send): ...


def test_a_server_that_has_not_begun_can_be_stopped():
    server = StoppableServer(uvicorn.Config(never))
    server.stop()
    assert server.should_exit


async def test_a_stop_is_heard_at_once_not_at_the_next_tick(monkeypatch):
    monkeypatch.setattr("mock_zuora.server.shutdown._TICK_SECONDS", 60)
    server = StoppableServer(uvicorn.Config(never))
    running = asyncio.create_task(server.main_loop())
    await asyncio.sleep(0)
    server.stop()
    async with asyncio.timeout(10):
        await running


@pytest.mark.parametrize(
    ("signals", "forced"),
    [([signal.SIGTERM], False), ([signal.SIGINT], False), ([signal.SIGINT] * 2, True), ([signal.SIGTERM] * 2, False)],
)
def test_a_second_interrupt_waits_for_nothing(signals, forced):
    server = StoppableServer(uvicorn.Config(never))
    for each in signals:
        server.handle_exit(each, None)
    assert (server.should_exit, server.force_exit) == (True, forced)
