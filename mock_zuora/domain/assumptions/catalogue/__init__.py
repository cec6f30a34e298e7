"""The catalogue: every assumption, in the order of the documentation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue import files, jobs, objects, records, requests

ASSUMPTIONS: Final[Mapping[str, Assumption]] = MappingProxyType(
    {
        each.name: each
        for module in (requests, jobs, files, records, objects)
        for each in vars(module).values()
        if isinstance(each, Assumption)
    }
)
"""Every assumption by its name."""
