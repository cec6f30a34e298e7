"""Suggests the nearest known name for one that is probably misspelt."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like the given one, in any letter case; None if none is alike."""
    # The last of names that differ in letter case only; an exact match never needs a suggestion.
    by_key = {_key(each): each for each in known if each != name}
    found = get_close_matches(_key(name), by_key, n=1, cutoff=0.7)
    return by_key[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: ``; did you mean 'x'?``, or nothing if no known name is alike."""
    found = nearest(name, known)
    return "" if found is None else f"; did you mean '{found}'?"


def unknown_assumption(name: object, known: Iterable[str]) -> str:
    """The message about a name that is not an assumption."""
    advice = did_you_mean(str(name), known) or "; 'mock-zuora assumptions' lists all"
    return f"{name!r} is not an assumption{advice}"


def _key(name: str) -> str:
    return name.casefold().replace("-", "_")
