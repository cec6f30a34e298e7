"""Choices of assumptions for functions that take them."""

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import Choices, assumed, check_choices


def choosing(**choices: str) -> Choices:
    """Choices by the names of assumptions, with underscores for hyphens; without any, the defaults."""
    named = {name.replace("_", "-"): choice for name, choice in choices.items()}
    return Choices(assumed(check_choices(named), Origin.TEST), {}, {})
