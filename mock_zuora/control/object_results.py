"""Results of control operations about objects and their records. Standard library only, as ``results``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """An object of a tenant. ``objects.get`` returns its definition."""

    name: str
    """Its API name."""
    namespace: str
    """``default`` for custom objects, ``com_zuora`` for objects of Zuora."""
    label: str
    fields: int
    """The number of its custom fields."""
    records: int
    unfinished_jobs: int
    has_schema: bool
    """Whether it was defined. Otherwise it accepts any custom field as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """A page of the records of an object, in the order of their creation."""

    records: tuple[Mapping[str, Any], ...]
    """As the emulated API shows them."""
    total: int
    """The number of records on all pages."""
    next: str | None
    """What the next page is ``after``: the id of the last record on this one. None on the last page."""
