"""Choices of assumptions for functions that take them."""

from collections.abc import Mapping

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import Choices, assumed, check_choices

DEFAULTS: Mapping[str, str] = {}


def choosing(choices: Mapping[str, str] = DEFAULTS, **named: str) -> Choices:
    """The defaults with these choices, given by the names of assumptions or by keywords with underscores for hyphens.

    Its ``consulted`` tells which assumptions were consulted.
    """
    keywords = {name.replace("_", "-"): choice for name, choice in named.items()}
    return Choices(assumed(check_choices({**choices, **keywords}), Origin.TEST), {}, {})
