"""The probes, in the order in which they run. Those that reach a limit of the tenant come last."""

from typing import Final

from mock_zuora.verify.probe import Probe
from mock_zuora.verify.probes import (
    batches,
    dates,
    definitions,
    deletes,
    files,
    jobs,
    limits,
    lists,
    migrations,
    objects,
    queries,
    record_lists,
    records,
    refusals,
    relationships,
    requests,
    rows,
    uploads,
)

_MODULES: Final = (
    requests, refusals, dates, objects, definitions, relationships, migrations, records, batches, record_lists, queries,
    jobs, deletes, lists, files, uploads, rows, limits,
)  # fmt: skip
PROBES: Final[dict[str, Probe]] = {
    each.name: each
    for each in sorted(
        (each for module in _MODULES for each in vars(module).values() if isinstance(each, Probe)),
        key=lambda each: each.is_limit,
    )
}
"""Every probe by its name."""
