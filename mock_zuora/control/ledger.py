"""The fidelity ledger: what the emulated API does, where that is known from, and what proves it.

It is data, ``fidelity.toml``, which is read when somebody first asks for it.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from mock_zuora.control.results import Behaviour, from_json

SOURCES: Final = ("documented", "observed", "inferred", "mock only")
"""Where a behaviour can be known from, the surest first."""


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Every behaviour of the ledger, in its order."""
    rows = tomllib.loads(files("mock_zuora").joinpath("fidelity.toml").read_text("utf-8"))["behaviours"]
    return tuple(from_json(Behaviour, row) for row in rows)
