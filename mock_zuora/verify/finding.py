"""What a probe has found out about one subject: an assumption, or a row of the fidelity ledger."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How certain a finding is, and what it says."""

    CHOICE = "choice"
    """The tenant behaves like one choice of an assumption."""
    HOLDS = "holds"
    """The tenant behaves as a row of the ledger says."""
    OTHER = "other"
    """The tenant behaves in another way, which is shown."""
    INCONCLUSIVE = "inconclusive"
    """Nothing is claimed; the reason is given."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its reason: what was seen, or why nothing could be seen. ``choice`` is set for ``CHOICE`` only."""

    verdict: Verdict
    reason: str
    choice: str | None = None

    def agrees_with(self, other: "Finding") -> bool:
        """Whether two rounds have seen the same."""
        return self.verdict is other.verdict and self.choice == other.choice


def choice(name: str | None, seen: str) -> Finding:
    """The tenant behaves like this choice of the assumption, by what was seen; ``other`` if it behaves like none."""
    return Finding(Verdict.CHOICE, seen, name) if name else other(seen)


def holds(seen: str) -> Finding:
    """The tenant behaves as the row says, by what was seen."""
    return Finding(Verdict.HOLDS, seen)


def other(shown: str) -> Finding:
    """The tenant behaves in another way than any choice or the row, which the text shows."""
    return Finding(Verdict.OTHER, shown)


def inconclusive(why: str) -> Finding:
    """Nothing can be claimed, and why."""
    return Finding(Verdict.INCONCLUSIVE, why)


def row(is_as_described: bool, seen: str) -> Finding:
    """``holds`` or ``other``, by what was seen."""
    return holds(seen) if is_as_described else other(seen)


class Inconclusive(Exception):
    """Ends an attempt of a probe without a claim. The message says why."""


class NotTheApi(Inconclusive):
    """The response has a form that no operation of the API has, such as a redirect or a web page."""


class Unclear(Exception):
    """A request may or may not have taken effect. The attempt is made once more, with new objects."""


class CannotRun(Exception):
    """No probe can run: the credentials are refused, or there is no server. The message gives the reason."""
