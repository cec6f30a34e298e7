"""The port to whatever works on due jobs in the background; the server implements it."""

from typing import Protocol

from mock_zuora.domain.tenants.tenant import Tenant


class JobRunner(Protocol):
    """Works on what is due in each tenant, a chunk at a time, while requests are served."""

    @property
    def is_ready(self) -> bool:
        """Whether every tenant has been seeded."""
        ...

    @property
    def uptime(self) -> float:
        """Real seconds since the server became ready."""
        ...

    def touch(self, tenant: Tenant) -> None:
        """Applies the clock to a tenant, as every request does first; long work is left to the background."""
        ...

    async def finish(self, tenant: Tenant) -> None:
        """Waits until nothing that is due is left in a tenant, while other requests are served."""
        ...
