"""How the server shuts down; tests/server/test_server.py covers what happens to requests."""

import asyncio
import inspect
import signal
from email.utils import formatdate

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from mock_zuora.server.shutdown import StoppableServer, http_date

pytestmark = pytest.mark.anyio


async def never(scope, receive, send): ...


def test_server_that_has_not_started_can_be_stopped():
    server = StoppableServer(uvicorn.Config(never))
    server.stop()
    assert server.should_exit


async def test_stop_takes_effect_before_the_next_tick(monkeypatch):
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
def test_second_interrupt_forces_the_exit(signals, forced):
    server = StoppableServer(uvicorn.Config(never))
    for each in signals:
        server.handle_exit(each, None)
    assert (server.should_exit, server.force_exit) == (True, forced)


# Canaries: each fails when an internal of uvicorn that the shutdown relies on has changed.


def test_uvicorn_still_has_the_methods_that_are_overridden():
    for name, parameters in {"main_loop": [], "shutdown": ["sockets"], "handle_exit": ["sig", "frame"]}.items():
        assert list(inspect.signature(getattr(uvicorn.Server, name)).parameters) == ["self", *parameters]
    source = inspect.getsource(uvicorn.Server)
    assert "await self.main_loop()" in source and "await self.shutdown(sockets=sockets)" in source


def test_uvicorn_still_sets_what_the_shutdown_reads():
    server = uvicorn.Server(uvicorn.Config(never))
    assert (server.should_exit, server.force_exit) == (False, False)
    assert server.server_state.connections == set() and server.server_state.tasks == set()
    assert "self.servers" in inspect.getsource(uvicorn.Server.startup)
    assert "self.lifespan" in inspect.getsource(uvicorn.Server)


async def test_uvicorn_still_ticks_and_notices_a_stop():
    server = uvicorn.Server(uvicorn.Config(never))
    server.config.load()
    assert not await server.on_tick(1)
    server.should_exit = True
    assert await server.on_tick(1)


def test_uvicorn_connections_still_have_a_shutdown():
    assert list(inspect.signature(H11Protocol.shutdown).parameters) == ["self"]


@pytest.mark.parametrize("seconds", [0, 784111777, 951782400.9, 253402300799])
def test_date_header_has_the_format_of_http(seconds):
    assert http_date(seconds) == formatdate(int(seconds), usegmt=True)
