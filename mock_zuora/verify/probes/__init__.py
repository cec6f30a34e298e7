"""The probes, in the order in which they run. Those that reach a limit of the tenant come last."""

from typing import Final

from mock_zuora.verify.probe import Probe
from mock_zuora.verify.probes import files, jobs, objects, queries, records, requests, rows

PROBES: Final[dict[str, Probe]] = {
    each.name: each
    for each in sorted(
        (each for module in (requests, objects, records, queries, jobs, files, rows) for each in vars(module).values()
         if isinstance(each, Probe)),
        key=lambda each: each.is_limit,
    )
}  # fmt: skip
"""Every probe by its name."""
