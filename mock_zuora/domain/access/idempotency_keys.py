"""Idempotency keys: the first response to a request is stored and repeated for the same key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from mock_zuora.domain.clock import DAY

KEY_RETENTION: Final = DAY
"""How long a response is kept (D), by the clock of its tenant."""
MAX_KEY_LENGTH: Final = 254
"""Characters: a key has fewer than 255 (D)."""


@dataclass(frozen=True, slots=True)
class KeyScope:
    """The tenant, method and URL of a key's first use. A key is refused for any other (D)."""

    tenant: str
    method: str
    url: str


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A first response as its handler made it, before compression.

    A replay has its own Zuora-Request-Id (D), its own track id and the current rate limits: keeping the first id would
    give two requests the same id.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    refusal: str
    """Code and message of a refusal, for the log."""


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """A key's scope and, once its request has finished, the response."""

    scope: KeyScope
    expires_at: int
    response: StoredResponse | None = None

    @property
    def size(self) -> int:
        """The bytes of the response."""
        if self.response is None:
            return 0
        return len(self.response.body) + sum(len(name) + len(value) for name, value in self.response.headers)


class IdempotencyRepository(Protocol):
    """The keys of all tenants together, because a key that another tenant used is refused (D)."""

    note: Callable[..., None]
    """Called with every change."""

    def __iter__(self) -> Iterator[tuple[str, IdempotencyRecord]]: ...

    def get(self, key: str) -> IdempotencyRecord | None: ...

    def claim(self, key: str, record: IdempotencyRecord, now: int | None = None) -> IdempotencyRecord:
        """Stores the record unless the key is in use. Returns the stored record. Atomic.

        Drops the oldest records of its tenant beyond their bounds, and expired ones if ``now``, its time, is known.
        """
        ...

    def put(self, key: str, record: IdempotencyRecord) -> None: ...

    def drop(self, key: str) -> None: ...

    def forget(self, tenant: str) -> None:
        """Deletes every key of a tenant."""
        ...
