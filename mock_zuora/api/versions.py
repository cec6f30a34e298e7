"""The table of versions: which ``Zuora-Version`` has which profile. A new version is a new row.

The domain never sees a version, only the choices that its row makes. In 2021 the reference called the ``accepted``
status ``open``; no version restores that name, but a row of a user can.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.jobs.job import Status

DEFAULT_VERSION: Final = "186.0"
"""The version of a request without one, and of one whose version is not listed (D)."""


@dataclass(frozen=True, slots=True)
class VersionProfile:
    """What a version decides: choices of assumptions, and the names of statuses that differ from the usual ones."""

    choices: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[Status, str] = field(default_factory=dict)

    def status_name(self, status: Status) -> str:
        """The status as this version writes it."""
        return self.statuses.get(status, status.value)

    def statuses_named(self, name: str) -> frozenset[Status]:
        """The statuses with this name: none, one, or several that a row of a user gives the same name."""
        return frozenset(status for status in Status if self.status_name(status) == name)


_USUAL: Final = VersionProfile()

TABLE: Final[Mapping[str, VersionProfile]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                DEFAULT_VERSION, "187.0", "188.0", "189.0", "196.0", "206.0", "207.0", "211.0", "214.0", "215.0",
                "216.0", "223.0", "224.0", "230.0", "239.0", "256.0", "257.0", "309.0", "314.0", "315.0", "329.0",
                "330.0", "336.0", "337.0", "338.0", "341.0",
            ),
            _USUAL,
        ),
        "2024-05-20": _USUAL,
        "2025-08-12": _USUAL,
    }
)  # fmt: skip
"""The supported versions (D)."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A row of a user: the profile of a version, or a change to a listed one. None leaves a value as it is."""

    choices: Mapping[str, str] | None = None
    statuses: Mapping[Status, str] | None = None


def table_with(rows: Mapping[str, VersionRow]) -> Mapping[str, VersionProfile]:
    """The table with the rows of a user. A new version starts from the default version's profile."""
    table = dict(TABLE)
    for version, row in rows.items():
        profile = table.get(version, table[DEFAULT_VERSION])
        if row.choices is not None:
            profile = replace(profile, choices=MappingProxyType({**profile.choices, **row.choices}))
        if row.statuses is not None:
            profile = replace(profile, statuses=MappingProxyType(dict(row.statuses)))
        table[version] = profile
    return MappingProxyType(table)
