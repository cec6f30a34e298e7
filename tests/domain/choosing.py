"""Choices of assumptions for tests of functions that are given them."""

from collections.abc import Mapping

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import Choices, assumed

DEFAULTS: Mapping[str, str] = {}


def choosing(choices: Mapping[str, str] = DEFAULTS) -> Choices:
    """The defaults with these choices. Its ``consulted`` tells which assumptions were consulted."""
    return Choices(assumed(choices, Origin.TEST), {}, {})
