"""Explains text that its field does not accept: what spreadsheets, DataFrames and scripts usually write instead."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from mock_zuora.domain.errors import quote
from mock_zuora.domain.objects.field import Field, FieldType

_MAX_EXPLAINED: Final = 100
"""Characters. Longer text is not explained."""
_MISSING: Final = frozenset({"nan", "nat", "none", "null", "n/a", "na", "#n/a", "<na>", "-", "\\n"})
_SERIAL_NUMBER: Final = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_YEAR_LAST: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*", re.ASCII)
_OTHER_DATE: Final = re.compile(r"\d{4}([./]\d{1,2}[./]\d{1,2}|-\d{1,2}-\d{1,2}|\d{4})(?!\d).*", re.ASCII)
_DAY: Final = r"\d{4}-\d{2}-\d{2}"
_ONLY_DAY: Final = re.compile(_DAY, re.ASCII)
_DAY_AND_TIME: Final = re.compile(
    rf"{_DAY}(?P<gap>[Tt ]?)\d\d:\d\d(?P<seconds>:\d\d((?P<point>[.,])(?P<decimals>\d+))?)? ?"
    r"(?P<zone>[Zz]|UTC|GMT|[+-](?P<hours>\d\d)(:?(?P<minutes>\d\d))?)?",
    re.ASCII,
)
_MAX_DECIMALS: Final = 9
_MAX_HOURS: Final = 23
_MAX_MINUTES: Final = 59
_ZONE: Final = re.compile(r"Z|[+-]\d{2}:?\d{2}")
_WHOLE_DECIMAL: Final = re.compile(r"[+-]?\d+\.0*", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+", re.ASCII)
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}([,.' \xa0\u202f]\d{3})+([.,]\d+)?", re.ASCII)
_DECIMALS: Final = re.compile(r"[+-]?\d+[.,]\d+", re.ASCII)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_WITH_UNIT: Final = re.compile(r"[$€£¥]\s*[\d.,+-]+|[\d.,+-]+\s*[$€£¥%]", re.ASCII)


def hint(field: Field, text: str) -> str:
    """A sentence, after a space, about text that the field does not accept; empty if the text has no usual reason."""
    if len(text) > _MAX_EXPLAINED:
        return ""
    if text == field.name:
        return " The row repeats the header row."
    if field.type not in _EXPLAINED:
        return ""
    if text.strip() != text:
        return " It has spaces around it." if text.isprintable() else " It has invisible characters around it."
    if text.lower() in _MISSING:
        return " A missing value is written as an empty cell."
    explain = _HINTS.get(field.type)
    sentence = "" if explain is None else explain(field, text)
    return f" {sentence}" if sentence else ""


def _of_integer(field: Field, text: str) -> str:
    if _WHOLE_DECIMAL.fullmatch(text):
        return "A DataFrame writes integers like this if the column has missing values; its type Int64 avoids it."
    if _SCIENTIFIC.fullmatch(text):
        return "Spreadsheets write long numbers like this."
    if _THOUSANDS.fullmatch(text):
        return "It has thousands separators."
    return "It has decimals." if _DECIMALS.fullmatch(text) else _of_unit(text)


def _of_number(field: Field, text: str) -> str:
    if _DECIMAL_COMMA.fullmatch(text):
        if _THOUSANDS.fullmatch(text) and not text.lstrip("+-").startswith("0"):
            whole, decimal = quote(text.replace(",", "")), quote(text.replace(",", "."))
            return f"It has a comma; expected {whole} without thousands separators, or {decimal} with a decimal point."
        return "It has a comma; expected a point before the decimals and no other separators."
    return "It has thousands separators." if _THOUSANDS.fullmatch(text) else _of_unit(text)


def _of_unit(text: str) -> str:
    return "It has a currency or percent sign." if _WITH_UNIT.fullmatch(text) else ""


def _of_date(field: Field, text: str) -> str:
    if _ONLY_DAY.fullmatch(text):
        return "There is no such day."
    if _DAY_AND_TIME.fullmatch(text):
        return "It has a time."
    return _of_other_date(text)


def _of_other_date(text: str) -> str:
    if _SERIAL_NUMBER.fullmatch(text):
        return "Spreadsheets store a day as such a number."
    if _YEAR_LAST.fullmatch(text) or _OTHER_DATE.fullmatch(text):
        return "Dates are written as year, month and day: YYYY-MM-DD."
    return ""


def _of_datetime(field: Field, text: str) -> str:
    if _ONLY_DAY.fullmatch(text):
        return "It has no time."
    found = _DAY_AND_TIME.fullmatch(text)
    if found is None:
        return _of_other_date(text)
    zone = found["zone"]
    lacks = [
        what
        for what, is_lacking in (
            ("a T between day and time", found["gap"] != "T"),
            ("seconds", found["seconds"] is None),
            ("a zone", zone is None),
            ("a zone such as Z or +01:00", zone is not None and not _ZONE.fullmatch(zone)),
        )
        if is_lacking
    ]
    return f"It lacks {', and '.join(lacks)}." if lacks else _of_complete_datetime(found)


def _of_complete_datetime(found: re.Match[str]) -> str:
    if found["point"] == ",":
        return "It has a comma; expected a point before the decimals of the seconds."
    if len(found["decimals"] or "") > _MAX_DECIMALS:
        return f"Its seconds have {len(found['decimals'])} decimals; expected at most {_MAX_DECIMALS}."
    if int(found["hours"] or 0) > _MAX_HOURS or int(found["minutes"] or 0) > _MAX_MINUTES:
        return f"There is no such zone as {found['zone']}."
    return "There is no such day or time."


def _of_option(field: Field, text: str) -> str:
    similar = next((option for option in field.options if option.strip().casefold() == text.strip().casefold()), None)
    return "" if similar is None else f"Did you mean {quote(similar)}?"


_HINTS: Final[Mapping[FieldType, Callable[[Field, str], str]]] = {
    FieldType.PICKLIST: _of_option,
    FieldType.MULTISELECT: _of_option,
    FieldType.INTEGER: _of_integer,
    FieldType.NUMBER: _of_number,
    FieldType.DATE: _of_date,
    FieldType.DATETIME: _of_datetime,
}
_EXPLAINED: Final = frozenset({*_HINTS, FieldType.BOOLEAN})
"""The types of fields that do not take any text."""
