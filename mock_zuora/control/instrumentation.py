"""What a test has set up around one tenant, and what it can see of its calls."""

from dataclasses import dataclass, field

from mock_zuora.control.faults import FaultBook
from mock_zuora.control.journal import Journal
from mock_zuora.control.snapshots import Snapshot
from mock_zuora.domain.ids import Ids


@dataclass(slots=True, kw_only=True)
class Instrumentation:
    """The faults, the journal and the snapshots of one tenant."""

    faults: FaultBook
    journal: Journal = field(default_factory=Journal)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)


class InstrumentationRegistry:
    """The bench of each tenant, by its name; made when it is first asked for."""

    def __init__(self, random_seed: str | None = None) -> None:
        self._random_seed = random_seed
        self._benches: dict[str, Instrumentation] = {}

    def of(self, tenant: str) -> Instrumentation:
        instrumentation = self._benches.get(tenant)
        if instrumentation is None:
            seed = None if self._random_seed is None else f"{self._random_seed}/{tenant}/faults"
            instrumentation = self._benches[tenant] = Instrumentation(faults=FaultBook(Ids(seed)))
        return instrumentation

    def drop(self, tenant: str) -> None:
        """Forgets the bench of a tenant; whoever waits for its calls looks once more, and finds no tenant."""
        instrumentation = self._benches.pop(tenant, None)
        if instrumentation is not None:
            instrumentation.journal.tell()
