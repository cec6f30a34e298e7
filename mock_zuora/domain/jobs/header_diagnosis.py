"""Explains a column that is not a field, from its header row: usual mistakes of spreadsheets, scripts and shells."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mock_zuora.domain.errors import counted, quote
from mock_zuora.domain.objects.definition import (
    CUSTOM_NAME,
    CUSTOM_SUFFIX,
    MAX_NAME_LENGTH,
    ZUORA_NAMESPACE,
    Definition,
    is_custom_name,
)

SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "pipes"}
"""What spreadsheets and exports write instead of commas."""
UPDATE: Final = "update"
"""The operation whose files need an id column; other files must not have one."""

_SEPARATOR_LINE: Final = re.compile(r"sep=.?", re.IGNORECASE)
_DATAFRAME_INDEX: Final = re.compile(r"Unnamed: \d+")
_FIELD_AND_MORE: Final = re.compile(rf"([A-Za-z0-9_]*?[A-Za-z0-9]{CUSTOM_SUFFIX})(\\r|\\n|[A-Za-z0-9\"'+-])")
_NUMBERED: Final = re.compile(r"(.*)\.\d+")
_OTHER_CHARACTER: Final = re.compile(r"[^A-Za-z0-9_]")
_SIGNS_AROUND: Final = re.compile(r"^[^A-Za-z0-9_]+|[^A-Za-z0-9_]+$")
_ID: Final = "id"
_MAX_EXPLAINED: Final = 1_000
"""Characters of a name that are searched for mistakes: a name can be as long as the file."""
_MAX_COLUMNS: Final = 100
"""Columns that are searched for a missing line break: more than any object has."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a header row that is not a field of the object."""

    header: tuple[str, ...]
    index: int
    definition: Definition
    operation: str
    is_one_line: bool

    @property
    def name(self) -> str:
        return self.header[self.index]

    def is_field(self, name: str) -> bool:
        """Whether a file could have a column of this name."""
        return name.lower() == _ID or self.definition.field(name) is not None


def unknown_column(
    header: tuple[str, ...], index: int, definition: Definition, operation: str, *, is_one_line: bool = False
) -> str:
    """The message about the column at ``index``, which is not a field of the object.

    ``is_one_line`` says that the file has no line break.
    """
    column = _Column(header, index, definition, operation, is_one_line)
    return next(message for explain in _EXPLANATIONS if (message := explain(column)) is not None)


def line_break_hint(header: tuple[str, ...], definition: Definition, operation: str, *, is_one_line: bool) -> str:
    """A sentence, after a space, for a header row with too many columns; empty unless its line break is missing."""
    indexes = range(min(len(header), _MAX_COLUMNS))
    columns = [_Column(header, index, definition, operation, is_one_line) for index in indexes]
    return next((f" {message}" for each in columns if (message := _missing_line_break(each)) is not None), "")


def _separator_line(column: _Column) -> str | None:
    if column.index or len(column.header) > 2 or not _SEPARATOR_LINE.fullmatch(column.name):
        return None
    return (
        f"The file begins with the line {quote(','.join(column.header))}, which only spreadsheets understand; expected "
        "the header row as the first line."
    )


def _unnamed(column: _Column) -> str | None:
    header, index = column.header, column.index
    if column.name.strip() and not _DATAFRAME_INDEX.fullmatch(column.name):
        return None
    what = f"Column {index + 1} of the header row has no name"
    if column.name:
        what = f"Column {index + 1} of the header row is {quote(column.name)}"
    if index == 0 and len(header) > 1:
        return f"{what}; expected the API name of a field. Is it a DataFrame's index? to_csv(index=False) omits it."
    if index and not any(header[index:]):
        unnamed = counted(len(header) - index, "comma")
        return f"{what}; expected the API name of a field. The row ends with {unnamed} too many."
    return f"{what}; expected the API name of a field."


def _other_separator(column: _Column) -> str | None:
    for separator, word in SEPARATORS.items():
        if separator in column.name:
            return (
                f"Column {quote(column.name)} contains {word}; expected column names that are separated by commas. "
                f"Is the file separated by {word}?"
            )
    return None


def _quoted_row(column: _Column) -> str | None:
    names = column.name[:_MAX_EXPLAINED].split(",")
    if len(names) == 1 or not any(column.is_field(each.strip(' "')) for each in names):
        return None
    return f"Column {quote(column.name)} contains commas; expected quotes around names, not around the whole row."


def _missing_line_break(column: _Column) -> str | None:
    found = _FIELD_AND_MORE.match(column.name[:_MAX_EXPLAINED])
    if found is None or not column.is_field(found[1]):
        return None
    begins = f"Column {quote(column.name)} begins with the field {quote(found[1])}"
    if found[2].startswith("\\"):
        return f"{begins} and the two characters {found[2]}; expected a line break after the header row."
    if not column.is_one_line:
        return None
    return (
        f"{begins}; expected a line break after the header row. Was the file sent with curl -d, which removes line "
        "breaks? --data-binary keeps them."
    )


def _too_long(column: _Column) -> str | None:
    name = column.name
    if len(name.strip()) <= MAX_NAME_LENGTH:
        return None
    return f"Column {quote(name)} has {len(name)} characters; expected at most {MAX_NAME_LENGTH}."


def _numbered_duplicate(column: _Column) -> str | None:
    found = _NUMBERED.fullmatch(column.name)
    if found is None or found[1] not in column.header:
        return None
    return (
        f"Column {quote(column.name)} is how a DataFrame names a second column {quote(found[1])}; expected one column "
        "per field."
    )


def _similar_name(column: _Column) -> str | None:
    name, similar = column.name, _similar_field(column)
    if similar is None:
        return None
    if similar == _ID and column.operation != UPDATE:
        operation = quote(column.operation)
        return f"Column {quote(name)} is similar to '{_ID}', which a file for operation {operation} cannot have."
    if name.isprintable() and name.strip() == similar:
        return f"Column {quote(name)} has spaces around its name; expected {quote(similar)}."
    if not name.isprintable():
        return f"Column {quote(name)} contains {_invisible(name)}; expected {quote(similar)}."
    what = "the API name of a custom field" if column.definition.is_open else "a field of the object"
    return f"Column {quote(name)} is not {what}; did you mean {quote(similar)}?"


def _similar_field(column: _Column) -> str | None:
    """The field whose name or label differs only in case, in spaces and signs, or in the suffix; None without one."""
    key = _key(column.name)
    if key == _ID:
        return _ID
    for field in column.definition.fields.values():
        if key and key in (_key(field.name), _key(field.name.removesuffix(CUSTOM_SUFFIX)), _key(field.label or "")):
            return field.name
    stripped = _SIGNS_AROUND.sub("", "".join([each for each in column.name if each.isprintable()]))
    if stripped.lower().endswith(CUSTOM_SUFFIX):
        stripped = stripped[: -len(CUSTOM_SUFFIX)] + CUSTOM_SUFFIX
    return stripped if column.is_field(stripped) else None


def _key(name: str) -> str:
    return "".join([each for each in name.casefold() if each.isalnum()])


def _invisible(name: str) -> str:
    """The characters of a name that are not visible, escaped."""
    found = dict.fromkeys(repr(each)[1:-1] for each in name if not each.isprintable())
    return f"the invisible {'character' if len(found) == 1 else 'characters'} {', '.join(found)}"


def _invalid_name(column: _Column) -> str | None:
    name = column.name
    what = f"Column {quote(name)} "
    if not name.isprintable():
        return f"{what}contains {_invisible(name)}; expected {CUSTOM_NAME}."
    if name == CUSTOM_SUFFIX:
        return f"{what}has nothing before its suffix; expected {CUSTOM_NAME}."
    if name.endswith(CUSTOM_SUFFIX) and (other := _OTHER_CHARACTER.search(name)) is not None:
        return f"{what}contains {quote(other[0])}; expected {CUSTOM_NAME}."
    return None


def _unknown_name(column: _Column) -> str:
    definition = column.definition
    header_hint = "" if any(map(_is_possible, column.header)) else " Is the first line a header row?"
    if definition.namespace == ZUORA_NAMESPACE:
        return f"Column {quote(column.name)} is not the name of a field; expected 1 to {MAX_NAME_LENGTH} characters."
    if definition.is_open:
        return (
            f"Column {quote(column.name)} is not the API name of a custom field; expected {CUSTOM_NAME}.{header_hint}"
        )
    known = ", ".join(definition.fields)
    return (
        f"Column {quote(column.name)} is not a field of object '{definition.object}'; names are case-sensitive, "
        f"and its fields are {quote(known)}.{header_hint}"
    )


def _is_possible(name: str) -> bool:
    return name.lower() == _ID or is_custom_name(name)


_EXPLANATIONS: Final[tuple[Callable[[_Column], str | None], ...]] = (
    _separator_line,
    _unnamed,
    _other_separator,
    _quoted_row,
    _missing_line_break,
    _too_long,
    _numbered_duplicate,
    _similar_name,
    _invalid_name,
    _unknown_name,
)
"""In the order of their precision; the last one always has a message."""
