"""The table of versions: which choices of assumptions each ``Zuora-Version`` makes. A new version is a new row.

The domain never sees a version, only the choices of its row.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.assumptions.catalogue.files import ROW_ERROR_RECORD
from mock_zuora.domain.assumptions.catalogue.records import RECORD_VERSION, UNPROCESSED_RECORDS

DEFAULT_VERSION: Final = "186.0"
"""The version of a request without one, and of one whose version is not listed (D)."""


_NUMBERED: Final = {
    ROW_ERROR_RECORD.name: "as-sent",
    RECORD_VERSION.name: "always",
    UNPROCESSED_RECORDS.name: "never",
}
_DATED: Final = {
    ROW_ERROR_RECORD.name: "all-fields",
    RECORD_VERSION.name: "never",
    UNPROCESSED_RECORDS.name: "always",
}
"""The choices follow the dates of the samples that show each form (A)."""

TABLE: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                DEFAULT_VERSION, "187.0", "188.0", "189.0", "196.0", "206.0", "207.0", "211.0", "214.0", "215.0",
                "216.0", "223.0", "224.0", "230.0", "239.0", "256.0", "257.0", "309.0", "314.0", "315.0", "329.0",
                "330.0", "336.0", "337.0", "338.0", "341.0",
            ),
            _NUMBERED,
        ),
        "2024-05-20": _DATED,
        "2025-08-12": _DATED,
    }
)  # fmt: skip
"""The supported versions (D)."""


def table_with(rows: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """The table with the rows of a user: a new version extends the default version, a listed one is changed."""
    extended = {version: {**TABLE.get(version, TABLE[DEFAULT_VERSION]), **choices} for version, choices in rows.items()}
    return MappingProxyType({**TABLE, **extended})
