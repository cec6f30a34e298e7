"""The rows of the fidelity ledger as ``fidelity.toml`` has them. The file is read on first use."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def ledger_rows() -> Mapping[str, Mapping[str, Any]]:
    """Every row by its id, in the order of the file."""
    rows: Sequence[Mapping[str, Any]] = tomllib.loads(files("mock_zuora").joinpath("fidelity.toml").read_text("utf-8"))[
        "behaviours"
    ]
    return {row["id"]: row for row in rows}
