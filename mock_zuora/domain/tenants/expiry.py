"""When tenants that control requests created are removed: an hour of real time after their last request (M)."""

from collections import OrderedDict

from mock_zuora.domain import limits


class TenantExpiry:
    """The tenants that expire, in the order of their last requests."""

    def __init__(self) -> None:
        self._last_used: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._last_used)

    def note_use(self, name: str, now: int) -> None:
        """Notes that a request names the tenant."""
        self._last_used[name] = now
        self._last_used.move_to_end(name)

    def forget(self, name: str) -> None:
        """Forgets a tenant that was removed."""
        self._last_used.pop(name, None)

    def expired(self, now: int) -> str | None:
        """The tenant that has expired longest ago; None if none has."""
        for name, used_at in self._last_used.items():
            return name if used_at + limits.TENANT_LIFETIME <= now else None
        return None
