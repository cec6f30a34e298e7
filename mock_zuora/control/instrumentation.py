"""What the control API keeps for each tenant: faults, journal, aliases of tokens, uploaded files, and snapshots."""

from dataclasses import dataclass, field

from mock_zuora.control.faults import FaultBook
from mock_zuora.control.journal import Journal
from mock_zuora.control.received_files import ReceivedFiles
from mock_zuora.control.snapshots import Snapshot
from mock_zuora.control.token_aliases import TokenAliases
from mock_zuora.domain.ids import Ids


@dataclass(slots=True, kw_only=True)
class Instrumentation:
    """The faults, the journal, the aliases of tokens, the uploaded files and the snapshots of one tenant."""

    faults: FaultBook
    journal: Journal = field(default_factory=Journal)
    token_aliases: TokenAliases = field(default_factory=TokenAliases)
    files: ReceivedFiles = field(default_factory=ReceivedFiles)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    control_requests: int = 0
    """How many control requests may have changed the tenant."""


class InstrumentationRegistry:
    """The instrumentation of each tenant by name, created on first use."""

    def __init__(self, random_seed: str | None = None) -> None:
        self._random_seed = random_seed
        self._by_tenant: dict[str, Instrumentation] = {}

    def __contains__(self, tenant: str) -> bool:
        return tenant in self._by_tenant

    def of(self, tenant: str) -> Instrumentation:
        """The instrumentation of a tenant."""
        if tenant not in self._by_tenant:
            seed = None if self._random_seed is None else f"{self._random_seed}/{tenant}/faults"
            self._by_tenant[tenant] = Instrumentation(faults=FaultBook(Ids(seed)))
        return self._by_tenant[tenant]

    def drop(self, tenant: str) -> None:
        """Removes a tenant's instrumentation. Waits for its requests are woken up and find that the tenant is gone."""
        instrumentation = self._by_tenant.pop(tenant, None)
        if instrumentation is not None:
            instrumentation.journal.notify()
