"""The fidelity ledger: what the emulated API does, where each behaviour is known from, and where it is in the code.

The rows are in ``fidelity.toml``, which is read on first use.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from mock_zuora.control.results import Behaviour, from_json

SOURCES: Final = ("documented", "SDK", "observed", "assumed", "mock only")
"""Where a behaviour is known from, the most reliable source first."""


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Every row of the ledger, in its order."""
    rows = tomllib.loads(files("mock_zuora").joinpath("fidelity.toml").read_text("utf-8"))["behaviours"]
    return tuple(from_json(Behaviour, row) for row in rows)
