"""What a test has set up around one tenant, and what it can see of its calls."""

from dataclasses import dataclass, field

from mock_zuora.control.faults import FaultBook
from mock_zuora.control.journal import Journal
from mock_zuora.control.snapshots import Snapshot
from mock_zuora.core.ids import Ids


@dataclass(slots=True, kw_only=True)
class Bench:
    """The faults, the journal and the snapshots of one tenant."""

    faults: FaultBook
    journal: Journal = field(default_factory=Journal)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)


class Benches:
    """The bench of each tenant, by its name; made when it is first asked for."""

    def __init__(self, random_seed: str | None = None) -> None:
        self._random_seed = random_seed
        self._benches: dict[str, Bench] = {}

    def of(self, tenant: str) -> Bench:
        bench = self._benches.get(tenant)
        if bench is None:
            seed = None if self._random_seed is None else f"{self._random_seed}/{tenant}/faults"
            bench = self._benches[tenant] = Bench(faults=FaultBook(Ids(seed)))
        return bench

    def drop(self, tenant: str) -> None:
        """Forgets the bench of a tenant; whoever waits for its calls looks once more, and finds no tenant."""
        bench = self._benches.pop(tenant, None)
        if bench is not None:
            bench.journal.tell()
