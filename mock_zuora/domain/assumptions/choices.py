"""Choices: as users write them, and as the code asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar

from mock_zuora.domain.assumptions.assumption import (
    BY_VERSION,
    Assumption,
    Observation,
    ObservedRow,
    Origin,
    Setting,
)
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.errors import expected, quote

Item = TypeVar("Item", Setting, ObservedRow)

NO_CHOICES: Final[Mapping[str, str]] = MappingProxyType({})
ROWS: Final = "rows"
"""The key of a document of assumptions with the observed rows of the fidelity ledger."""
CHOICE: Final = "choice"
"""The key of a choice that was observed."""
HOLDS: Final = "holds"
"""The key that says whether an observed row holds."""
TEXTS: Final = ("host", "date", "reason")
"""The keys of what is known about an observation."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices in force for one request or job.

    ``assumed`` are those that were set, ``of_version`` those of the version. ``consulted`` notes the assumptions that
    were decisive, with the choices that were in force.
    """

    assumed: Mapping[str, Setting]
    of_version: Mapping[str, str]
    consulted: dict[str, set[str]]

    def of(self, assumption: Assumption) -> str:
        """Consults an assumption. Call this only where its choices lead to different results."""
        choice = self.in_force(assumption).choice
        self.consulted.setdefault(assumption.name, set()).add(choice)
        return choice

    def in_force(self, assumption: Assumption) -> Setting:
        """The choice and its origin, without noting it as consulted."""
        return assumption.in_force(self.assumed, self.of_version)

    def reason(self, assumption: Assumption) -> str:
        """What a user needs to know about a result that rests on an assumption: its name, choice and origin."""
        setting = self.in_force(assumption)
        return f"assumption {assumption.name}={setting.choice} ({setting.origin})"


def check_choices(choices: Mapping[str, object]) -> dict[str, str]:
    """Raises ValueError for an unknown assumption or choice; the message lists the valid ones."""
    for name, choice in choices.items():
        if name not in ASSUMPTIONS:
            raise ValueError(f"{quote(name)} is not an assumption; {expected(list(ASSUMPTIONS))}")
        check_choice(name, choice, ASSUMPTIONS[name])
    return {name: str(choice) for name, choice in choices.items()}


def check_choice(where: str, choice: object, assumption: Assumption) -> None:
    """Raises ValueError, with the place, for what is not a choice of an assumption."""
    if not isinstance(choice, str) or choice not in assumption.choices:
        raise ValueError(f"{where}: {quote(choice)} is not valid; {expected(list(assumption.choices))}")


def check_choices_of_version(choices: Mapping[str, object]) -> dict[str, str]:
    """Checks the choices that a version makes. They cannot leave the decision to the table of versions.

    Raises ValueError as ``check_choices``.
    """
    checked = check_choices(choices)
    for name, choice in checked.items():
        if choice == BY_VERSION:
            others = [each for each in ASSUMPTIONS[name].choices if each != BY_VERSION]
            raise ValueError(f"{name}: {quote(choice)} is not valid for a version; {expected(others)}")
    return checked


def parse_choices(text: str) -> dict[str, str]:
    """Parses ``NAME=CHOICE,NAME=CHOICE``; the last choice of a name counts. Raises ValueError."""
    choices = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, separator, choice = part.partition("=")
        if not separator:
            raise ValueError(f"{quote(part)} is not valid; expected NAME=CHOICE, such as put-record=replace")
        choices[name.strip()] = choice.strip()
    return check_choices(choices)


def joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two documents that ``check_assumed`` has checked as one. The second has precedence, by assumption and by row."""
    rows = {**first.get(ROWS, {}), **second.get(ROWS, {})}
    return {**first, **second, **({ROWS: rows} if rows else {})}


def assumed(document: Mapping[str, Any], origin: Origin) -> dict[str, Setting]:
    """The choices of such a document as settings of one origin."""
    return {
        name: Setting(entry, origin) if isinstance(entry, str) else Setting(entry[CHOICE], origin, _observation(entry))
        for name, entry in document.items()
        if name != ROWS
    }


def observed_rows(document: Mapping[str, Any], origin: Origin) -> dict[str, ObservedRow]:
    """The observed rows of such a document as settings of one origin."""
    rows = document.get(ROWS, {})
    return {row: ObservedRow(_observation(entry, entry[HOLDS]), origin) for row, entry in rows.items()}


def _observation(entry: Mapping[str, Any], holds: bool | None = None) -> Observation:
    return Observation(**{name: entry[name] for name in TEXTS if name in entry}, holds=holds)


def merged(known: Mapping[str, Item], new: Mapping[str, Item]) -> dict[str, Item]:
    """The known settings, updated with the new ones that have the same or a higher precedence."""
    order = list(Origin)
    kept = [name for name in new if name in known and order.index(known[name].origin) < order.index(new[name].origin)]
    return {**known, **{name: each for name, each in new.items() if name not in kept}}
