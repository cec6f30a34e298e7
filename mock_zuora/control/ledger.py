"""The fidelity ledger: each behaviour of the emulated API, its source, and its place in the code.

The rows are in ``fidelity.toml``, which is read on first use.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import Behaviour

SOURCES: Final = ("documented", "SDK", "observed", "assumed", "mock only")
"""The sources of a behaviour, most reliable first."""


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Every row of the ledger, in its order."""
    rows = tomllib.loads(files("mock_zuora").joinpath("fidelity.toml").read_text("utf-8"))["behaviours"]
    return tuple(from_json(list[Behaviour], rows))
