"""The rows of the fidelity ledger as ``fidelity.toml`` has them. The file is read on first use."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any


@cache
def ledger_rows() -> Mapping[str, Mapping[str, Any]]:
    """Every row by its id, in the order of the file."""
    # Imported here, because most servers never need them, and they would slow the startup.
    import tomllib
    from importlib.resources import files

    document = tomllib.loads(files("mock_zuora").joinpath("fidelity.toml").read_text("utf-8"))
    rows: Sequence[Mapping[str, Any]] = document["behaviours"]
    return {row["id"]: row for row in rows}
