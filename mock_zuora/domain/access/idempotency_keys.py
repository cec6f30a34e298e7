"""Idempotency keys: the first result of a call is kept, and given again for the same key."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

from mock_zuora.domain.clock import DAY

KEPT: Final = DAY
"""How long a result is kept (D), on its tenant's clock."""
MAX_KEY_LENGTH: Final = 254
"""A key has under 255 characters (D)."""


@dataclass(frozen=True, slots=True)
class KeyScope:
    """What a key was first used for: never another tenant, URL or method (D)."""

    tenant: str
    method: str
    url: str


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """A key with the call it belongs to and, once that has ended, its answer, which this layer does not look into."""

    use: KeyScope
    expires_at: int
    answer: Any = None


class IdempotencyRepository(Protocol):
    """The keys of all tenants: the same key under another tenant is refused (D), so one place must know them all."""

    def get(self, key: str) -> IdempotencyRecord | None: ...

    def take(self, key: str, replay: IdempotencyRecord) -> IdempotencyRecord:
        """Keeps the key unless it is there; gives what is there then. One step."""
        ...

    def put(self, key: str, replay: IdempotencyRecord) -> None: ...

    def drop(self, key: str) -> None: ...

    def forget(self, tenant: str) -> None:
        """Forgets every key of a tenant."""
        ...
