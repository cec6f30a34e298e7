"""An assumption: a question that the sources do not answer, its choices, and which of them is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Origin(StrEnum):
    """Where a choice was set. The first has precedence over the second, and so on."""

    TEST = "test"
    """By a test: ``configure(assume=...)`` or ``@pytest.mark.zuora(assume=...)``."""
    SEED = "seed"
    FLAG = "flag"
    """By ``--assume``."""
    VARIABLE = "variable"
    """By ``MOCK_ZUORA_ASSUME``."""
    VERSION = "version"
    """By the table of versions."""
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What ``mock-zuora verify`` observed of a Zuora tenant. A text is empty if it is not known."""

    host: str = ""
    date: str = ""
    """Such as ``2026-11-26``."""
    reason: str = ""
    """What the tenant did."""
    holds: bool | None = None
    """Whether the tenant behaved as the row of the fidelity ledger says, which describes the default of an assumption.
    None if that is not known."""

    @property
    def place(self) -> str:
        """Where and when, as a phrase: ``on rest.test.zuora.com, 2026-11-26``. Empty if neither is known."""
        known = ", ".join(filter(None, (self.host, self.date)))
        return known and f"on {known}"


@dataclass(frozen=True, slots=True)
class Setting:
    """The choice of an assumption, where it was set, and the observation that it comes from, if any."""

    choice: str
    origin: Origin
    observed: Observation | None = None


@dataclass(frozen=True, slots=True)
class ObservedRow:
    """The observation of a row of the fidelity ledger, and where it was set."""

    observed: Observation
    origin: Origin


BY_VERSION: Final = "by-version"
"""The choice that leaves the decision to the table of versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """An assumption. Consult it only where two of its choices would treat the request at hand differently."""

    name: str
    """What users type, such as ``put-record``."""
    question: str
    """What the sources leave open, in one sentence."""
    choices: Mapping[str, str]
    """What each choice does, in one sentence."""
    default: str
    evidence: str
    """What is known, and from which source."""
    row: str
    """The row of the fidelity ledger."""

    def in_force(self, assumed: Mapping[str, Setting], of_version: Mapping[str, str]) -> Setting:
        """The choice in force for a request: one that was set, else that of its version, else the default."""
        found = assumed.get(self.name)
        if found is not None and found.choice != BY_VERSION:
            return found
        if self.name in of_version:
            return Setting(of_version[self.name], Origin.VERSION)
        return found or Setting(self.default, Origin.DEFAULT)
