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

    @property
    def storage_failure(self) -> str | None:
        """Why the state cannot be stored at the moment; None if it can, or need not be stored."""
        ...

    async def keep_up(self) -> None:
        """Waits while the stored state is too far behind the memory."""
        ...

    def note_activity(self) -> None:
        """Notes that the state of a tenant could have changed, at the end of each request."""
        ...

    def touch(self, tenant: Tenant) -> None:
        """Applies the clock to a tenant, as every request that names it does first.

        Long work is left to the background. Notes that the tenant is in use; see ``TenantRegistry.note_use``.
        """
        ...

    async def finish(self, tenant: Tenant) -> None:
        """Waits until a tenant has no due jobs left, while other requests are served."""
        ...
