"""Checks documents of assumptions: choices and what was observed, as in the file that ``mock-zuora verify`` writes."""

from collections.abc import Mapping
from typing import Any

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.assumptions.choices import CHOICE, HOLDS, ROWS, TEXTS, check_choice, check_choices
from mock_zuora.domain.errors import expected, quote
from mock_zuora.domain.ledger import ledger_rows


def check_assumed(document: Mapping[str, object]) -> dict[str, Any]:
    """Checks choices by the names of their assumptions, and observed rows of the ledger under ``rows``.

    A choice is a text, or a table with its ``choice`` and what was observed. Rows that the ledger does not have are
    left out, because a newer version can have more. Raises ValueError with the key, the value and what was expected.
    """
    checked: dict[str, Any] = {}
    for name, entry in document.items():
        if name == ROWS:
            checked[name] = _checked_rows(entry)
        elif isinstance(entry, Mapping) and name in ASSUMPTIONS:
            checked[name] = _checked_entry(name, entry, CHOICE)
            check_choice(f"{name}.{CHOICE}", entry[CHOICE], ASSUMPTIONS[name])
        else:
            checked |= check_choices({name: entry})
    return checked


def _checked_rows(rows: object) -> dict[str, dict[str, Any]]:
    if not isinstance(rows, Mapping):
        raise ValueError(f"{ROWS}: {quote(rows)} is not valid; expected a table by row of the fidelity ledger")
    known = {row: entry for row, entry in rows.items() if row in ledger_rows()}
    checked = {row: _checked_entry(f"{ROWS}.{row}", entry, HOLDS) for row, entry in known.items()}
    for row, entry in checked.items():
        if not isinstance(entry[HOLDS], bool):
            raise ValueError(f"{ROWS}.{row}.{HOLDS}: {quote(entry[HOLDS])} is not valid; expected true or false")
    return checked


def _checked_entry(where: str, entry: object, required: str) -> dict[str, Any]:
    """A table with a required key and texts."""
    keys = (required, *TEXTS)
    if not isinstance(entry, Mapping):
        raise ValueError(f"{where}: {quote(entry)} is not valid; expected a table with {required}")
    for name, value in entry.items():
        if name not in keys:
            raise ValueError(f"{where}: {quote(name)} is not a valid key; {expected(keys)}")
        if name in TEXTS and not isinstance(value, str):
            raise ValueError(f"{where}.{name}: {quote(value)} is not valid; expected a text")
    if required not in entry:
        raise ValueError(f"{where}.{required}: is missing")
    return dict(entry)
