"""Compares the responses to an old and a new ``Zuora-Version``."""

from collections.abc import Callable, Collection
from typing import Final

from mock_zuora.domain.assumptions.assumption import BY_VERSION
from mock_zuora.verify.connection import VERSION
from mock_zuora.verify.finding import Finding, choice, other

OLD: Final = "186.0"
"""A version that is not a date."""


def by_version(form: Callable[[str], str], old: str, new: str, choices: Collection[str]) -> Finding:
    """A finding for an assumption with the choice ``by-version``.

    ``form`` returns what a version shows; ``old`` and ``new`` are what that choice means.
    """
    first, second = form(OLD), form(VERSION)
    seen = f"version {OLD}: {first}; version {VERSION}: {second}"
    if (first, second) == (old, new):
        return choice(BY_VERSION, seen)
    return choice(first, seen) if first == second and first in choices else other(seen)
