"""Choices: as users write them, and as the code asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.assumptions.assumption import BY_VERSION, Assumption, Origin, Setting
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.errors import expected, quote

NO_CHOICES: Final[Mapping[str, str]] = MappingProxyType({})


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
        if not isinstance(choice, str) or choice not in ASSUMPTIONS[name].choices:
            raise ValueError(f"{name}: {quote(choice)} is not valid; {expected(list(ASSUMPTIONS[name].choices))}")
    return {name: str(choice) for name, choice in choices.items()}


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


def assumed(choices: Mapping[str, str], origin: Origin) -> dict[str, Setting]:
    """Choices as settings of one origin."""
    return {name: Setting(choice, origin) for name, choice in choices.items()}


def merged(known: Mapping[str, Setting], new: Mapping[str, Setting]) -> dict[str, Setting]:
    """The known settings, updated with the new ones that have the same or a higher precedence."""
    order = list(Origin)
    kept = [name for name in new if name in known and order.index(known[name].origin) < order.index(new[name].origin)]
    return {**known, **{name: setting for name, setting in new.items() if name not in kept}}
