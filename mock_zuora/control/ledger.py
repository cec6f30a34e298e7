"""The fidelity ledger: each behaviour of the emulated API, its source, and its place in the code."""

from functools import cache
from typing import Final

from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import Behaviour
from mock_zuora.domain.ledger import ledger_rows

SOURCES: Final = ("documented", "SDK", "observed", "assumed", "mock only")
"""The sources of a behaviour, most reliable first."""


ANY_CODE: Final = "*"
"""In place of a code in ``Behaviour.errors``: the message alone tells that the behaviour is the cause."""


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Every row of the ledger, in its order."""
    return tuple(from_json(list[Behaviour], list(ledger_rows().values())))


def rules_of(code: int, message: str = "") -> tuple[Behaviour, ...]:
    """The behaviours because of which something is refused with a code and a message; none for an unknown code.

    Those whose text the message contains; otherwise those that have the code without a text, or else all with the code.
    """
    found = [(row, text) for row, number, text in _errors() if number in (str(code), ANY_CODE)]
    by_message = [row for row, text in found if text and text in message]
    by_code = [row for row, text in found if not text]
    rows = by_message or (by_code if message else []) or [row for row, number, _ in _errors() if number == str(code)]
    return tuple({row.id: row for row in rows}.values())


@cache
def _errors() -> tuple[tuple[Behaviour, str, str], ...]:
    """Each row with an error code of it, and the text of the message or an empty text."""
    parted = ((row, each.partition(": ")) for row in behaviours() for each in row.errors)
    return tuple((row, code, text) for row, (code, _, text) in parted)
