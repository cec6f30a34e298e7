"""The server's event loop."""

import asyncio

from mock_zuora.domain.machine_clock import steady_seconds


class ServerLoop(asyncio.SelectorEventLoop):
    """An event loop that keeps to real time, also while a test in the same process replaces ``time.monotonic``."""

    def time(self) -> float:
        """Seconds since an arbitrary time."""
        return steady_seconds()
