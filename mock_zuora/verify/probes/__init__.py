"""The probes, in the order in which they run. Those that reach a limit of the tenant come last."""

from typing import Final

from mock_zuora.verify.probe import Probe
from mock_zuora.verify.probes import (
    batches,
    definitions,
    files,
    jobs,
    lists,
    migrations,
    objects,
    queries,
    records,
    relationships,
    requests,
    rows,
    uploads,
)

_MODULES: Final = (
    requests, objects, definitions, relationships, migrations, records, batches, lists, queries, jobs, files, uploads,
    rows,
)  # fmt: skip
PROBES: Final[dict[str, Probe]] = {
    each.name: each
    for each in sorted(
        (each for module in _MODULES for each in vars(module).values() if isinstance(each, Probe)),
        key=lambda each: each.is_limit,
    )
}
"""Every probe by its name."""
