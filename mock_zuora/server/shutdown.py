"""A uvicorn server that shuts down at once when it is idle, and whose process then exits with status 0.

It relies on internals of uvicorn, which pyproject.toml therefore bounds; tests/server/test_shutdown.py has a canary
test for each of them.
"""

import asyncio
import signal
import socket
from asyncio import timeout
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import FrameType
from typing import Final

import uvicorn

from mock_zuora.control.pauses import sleep
from mock_zuora.domain.clock import EPOCH
from mock_zuora.domain.machine_clock import real_time_ns
from mock_zuora.server.connection import TransportProtocol
from mock_zuora.server.event_loop import ServerLoop

GRACE_SECONDS: Final = 1
"""Seconds that a shutdown waits for running requests; idle connections are closed at once."""
_TICK_SECONDS: Final = 0.1
_TICKS_PER_CHECK: Final = 10
"""How often connections are checked for clients that keep them waiting."""
_POLL_SECONDS: Final = 0.002
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(seconds: float) -> str:
    """A time in seconds since 1970 as the Date header has it: ``Sun, 06 Nov 1994 08:49:37 GMT``.

    ``email.utils`` and ``strftime`` fail while a test replaces ``datetime.datetime`` or ``time.strftime``.
    """
    at = EPOCH + timedelta(seconds=seconds)
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at.isoformat()[11:19]} GMT"


class StoppableServer(uvicorn.Server):
    """Can be stopped from any thread, without waiting for the next tick of uvicorn's timer."""

    def __init__(self, config: uvicorn.Config, *at_shutdown: Callable[[], None]) -> None:
        super().__init__(config)
        self._at_shutdown = at_shutdown
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_requested = asyncio.Event()

    def stop(self) -> None:
        """Asks the server to stop. Any thread may call it."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the server has stopped already
                self._loop.call_soon_threadsafe(self._stop_requested.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handles SIGTERM and SIGINT. uvicorn would raise the signal again, which would kill the process."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def main_loop(self) -> None:
        """Waits for the stop. The ticks update the Date header, notice signals, and end stalled connections."""
        self._loop = asyncio.get_running_loop()
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            if ticks % _TICKS_PER_CHECK == 0:
                self._close_stalled_connections()
            with suppress(TimeoutError):
                async with timeout(_TICK_SECONDS):
                    await self._stop_requested.wait()

    async def on_tick(self, counter: int) -> bool:
        """Updates the Date header once per second, and returns whether to stop. uvicorn's own reads ``time.time``."""
        if counter % _TICKS_PER_CHECK == 0:
            date = http_date(real_time_ns() / 1e9)
            self.server_state.default_headers = [(b"date", date.encode()), *self.config.encoded_headers]
        return self.should_exit

    def _close_stalled_connections(self) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, TransportProtocol):
                connection.close_if_stalled()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Closes idle connections at once, and cancels requests that run longer than the grace period."""
        for server in self.servers:
            server.close()
        for each in sockets or ():
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        self._close_tls_connections()
        for stop in self._at_shutdown:
            stop()
        with suppress(TimeoutError):
            async with timeout(GRACE_SECONDS):
                while self._is_busy and not self.force_exit:
                    await sleep(_POLL_SECONDS)
                    self._close_tls_connections()
        left = list(self.server_state.tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._close_tls_connections()
        # Also when a second interrupt forces the exit: this is quick, and a task that is cut off logs a traceback.
        await self.lifespan.shutdown()

    def _close_tls_connections(self) -> None:
        # uvicorn's own loop has none.
        if isinstance(self._loop, ServerLoop):
            self._loop.close_done_tls_connections()

    @property
    def _is_busy(self) -> bool:
        return bool(self.server_state.connections or self.server_state.tasks)
