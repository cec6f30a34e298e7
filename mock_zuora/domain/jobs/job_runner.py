"""The port to the background job runner, which the server implements."""

from typing import Protocol

from mock_zuora.domain.tenants.tenant import Tenant


class JobRunner(Protocol):
    """Processes due jobs of every tenant in chunks, while requests are served."""

    @property
    def is_ready(self) -> bool:
        """Whether every tenant has been seeded."""
        ...

    @property
    def uptime(self) -> float:
        """Real seconds since the server became ready."""
        ...

    def touch(self, tenant: Tenant) -> None:
        """Applies the clock to a tenant, as every request does first, and leaves long work to the background."""
        ...

    async def finish(self, tenant: Tenant) -> None:
        """Waits until a tenant has no due jobs left, while other requests are served."""
        ...
