"""The change feed: tells a page that is open what has changed, at most five times per second.

It compares numbers that the state keeps anyway, so that requests cost nothing more. While no page is open, nothing
happens.
"""

import asyncio
import json
from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final

from mock_zuora.control.context import Control
from mock_zuora.control.errors import Refused, Unknown

INTERVAL: Final = 0.2
"""Real seconds between two comparisons."""
_TICKS_PER_COMMENT: Final = 75
"""A silent feed sends a comment every 15 seconds, so that no proxy closes it."""
MAX_FEEDS: Final = 100
KINDS: Final = ("requests", "jobs", "records", "control", "tenants")
"""What can change: the recorded requests, the jobs, the objects with their records, what control requests set, and the
tenants of the server."""


class ChangeFeeds:
    """The open feeds of a server."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._count = 0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends all feeds. For the shutdown, in the thread of the event loop."""
        self._stopping.set()

    def open(self, tenant: str | None) -> AsyncIterator[str]:
        """The events of a tenant's feed in the format of server-sent events.

        Raises Unknown, and Refused if there are too many feeds.
        """
        name = self._control.name_of(tenant)
        state = _state(self._control, name)
        if self._count >= MAX_FEEDS:
            raise Refused(f"changes: {MAX_FEEDS} feeds are open, the maximum; close some pages first")
        return self._events(name, state)

    async def _events(self, tenant: str, state: dict[str, Any]) -> AsyncIterator[str]:
        if self._count >= MAX_FEEDS:
            # Others were opened at the same time. The client connects again, and is refused then.
            return
        self._count += 1
        try:
            yield "retry: 1000\n\n"
            sequence = silent = 0
            while not self._stopping.is_set():
                with suppress(TimeoutError):
                    async with timeout(INTERVAL):
                        await self._stopping.wait()
                silent += 1
                try:
                    found = _state(self._control, tenant)
                except Unknown:
                    yield _event(tenant, ["gone"], sequence + 1)
                    return
                if what := [each for each in KINDS if found[each] != state[each]]:
                    sequence, silent = sequence + 1, 0
                    yield _event(tenant, what, sequence)
                state = found
                if silent == _TICKS_PER_COMMENT:
                    silent = 0
                    yield ":\n\n"
        finally:
            self._count -= 1


def _state(control: Control, name: str) -> dict[str, Any]:
    """What differs after a change. Raises Unknown for a tenant that does not exist."""
    tenant = control.tenant(name)
    instruments = control.instrumentation.of(name)
    # With the journal and the store themselves, because a reset replaces them.
    return {
        "requests": (instruments.journal, instruments.journal.revision),
        "jobs": (tenant.store, tenant.store.jobs.revision),
        "records": (tenant.store, tenant.store.objects.revision),
        "control": instruments.control_requests,
        "tenants": tuple(control.registry.tenants),
    }


def _event(tenant: str, what: list[str], sequence: int) -> str:
    document = json.dumps({"tenant": tenant, "what": what, "seq": sequence}, ensure_ascii=False)
    return f"event: change\nid: {sequence}\ndata: {document}\n\n"
