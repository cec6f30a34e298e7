"""uvicorn that stops when it is told to: at once when nothing is being answered, and never as if it had been killed."""

import asyncio
import signal
import socket
from contextlib import suppress
from types import FrameType
from typing import Final

import uvicorn

GRACE_SECONDS: Final = 1
"""How long a stop waits for calls that are being answered; open connections without one are closed at once."""
_TICK_SECONDS: Final = 0.1
_LOOK_SECONDS: Final = 0.002


class StoppableServer(uvicorn.Server):
    """Stops from any thread, without waiting for the next tick of a timer."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def stop(self) -> None:
        """Lets it stop; for any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has stopped already
                self._loop.call_soon_threadsafe(self._told.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """What a signal does. It is not passed on, which would end the process as if the signal had killed it."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def main_loop(self) -> None:
        """Waits until it is told to stop. The ticks keep the date of answers right, and see what a signal said."""
        self._loop = asyncio.get_running_loop()
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Closes what is idle at once, and cancels what is not done after its grace."""
        for server in self.servers:
            server.close()
        for each in sockets or ():
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while self._is_busy and not self.force_exit:
                    await asyncio.sleep(_LOOK_SECONDS)
        left = list(self.server_state.tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if not self.force_exit:
            await self.lifespan.shutdown()

    @property
    def _is_busy(self) -> bool:
        return bool(self.server_state.connections or self.server_state.tasks)
