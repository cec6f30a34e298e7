"""Reads the cells of multiselect fields: the options of one record in one text."""

import json
from collections.abc import Callable
from typing import Final

from mock_zuora.domain.assumptions.catalogue.files import MULTISELECT_SEPARATOR
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.objects.field import Field, FieldValidationError, Value

OPTION_SEPARATOR: Final = ";"
"""Separates the options of a stored multiselect value (A: the reference only says that the value is a string)."""


def multiselect_cell(field: Field, check: Callable[[str], Value], choices: Choices) -> Callable[[str], Value]:
    """Returns the function that converts a cell to a stored value, which ``check`` accepts.

    A refusal names the assumption if another choice would accept the cell.
    """

    def convert(text: str, choice: str) -> Value:
        return check(_READERS[choice](field, text))

    def accepts(text: str, choice: str) -> bool:
        try:
            convert(text, choice)
        except FieldValidationError:
            return False
        return True

    def read(text: str) -> Value:
        choice = choices.of(MULTISELECT_SEPARATOR)
        try:
            return convert(text, choice)
        except FieldValidationError as invalid:
            if any(accepts(text, other) for other in _READERS if other != choice):
                raise FieldValidationError(invalid.category, invalid.message, MULTISELECT_SEPARATOR) from None
            raise

    return read


def _from_semicolons(field: Field, text: str) -> str:
    return text


def _from_commas(field: Field, text: str) -> str:
    return _joined(field, text.split(","))


def _from_json(field: Field, text: str) -> str:
    try:
        options = json.loads(text)
    except (ValueError, RecursionError):
        options = None
    if not isinstance(options, list) or not options or not all(isinstance(each, str) and each for each in options):
        raise FieldValidationError(
            Category.INVALID_STRING,
            f"Field [{field.name}] expects a JSON array of options, but the value is {quote(text)}.",
        )
    return _joined(field, options)


def _joined(field: Field, options: list[str]) -> str:
    for each in options:
        if OPTION_SEPARATOR in each:
            expected = f"one of {quote(', '.join(field.options))}"
            raise FieldValidationError(
                Category.INVALID_STRING, f"Field [{field.name}] expects {expected}, but the value is {quote(each)}."
            )
    return OPTION_SEPARATOR.join(options)


_READERS: Final = {"semicolon": _from_semicolons, "comma": _from_commas, "json": _from_json}
"""By the choices of the assumption. Each returns the options separated by semicolons."""
