"""Converts records as tests have them, such as the rows of a DataFrame, to JSON. No library of tables is imported."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from mock_zuora.config.assumption_files import with_assumption_files
from mock_zuora.config.csv_files import csv_file, tenant_with_csv_files, with_csv_files
from mock_zuora.config.documents import date_as_text
from mock_zuora.control.errors import Invalid, is_control_error

__tracebackhide__ = is_control_error

_INFINITE: Final = (float("inf"), float("-inf"))
_MAX_EXPONENT: Final = 300
"""Of decimal numbers, which can be larger than any float."""


def seed_document(seed: Mapping[str, Any]) -> Mapping[str, Any]:
    """A whole seed with records as JSON, and with the contents of the files that it names. Raises Invalid."""
    try:
        seed = with_csv_files(with_assumption_files(seed), Path())
    except ValueError as error:
        raise Invalid(str(error)) from None
    tenants = seed.get("tenants")
    if not isinstance(tenants, list):
        return seed
    return {**seed, "tenants": [_with_rows(each) if isinstance(each, Mapping) else each for each in tenants]}


def tenant_document(tenant: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a seed for one tenant, as ``seed_document`` returns a whole one. Raises Invalid."""
    try:
        return _with_rows(tenant_with_csv_files(with_assumption_files(tenant), Path()))
    except ValueError as error:
        raise Invalid(str(error)) from None


def _with_rows(tenant: Mapping[str, Any]) -> Mapping[str, Any]:
    records = tenant.get("records")
    if not isinstance(records, Mapping):
        return tenant
    return {**tenant, "records": {name: json_rows(rows, f"records.{name}") for name, rows in records.items()}}


def json_rows(rows: Any, where: str = "records") -> list[Any]:
    """The records of a list, another iterable or a DataFrame, with JSON values. Raises Invalid."""
    listed = _listed(rows)
    if isinstance(listed, str | bytes | Mapping) or not isinstance(listed, Iterable):
        raise Invalid(f"{where}: a {type(rows).__name__} is not valid; expected a list of records, or a DataFrame")
    return [_record(row, f"{where}[{index}]") for index, row in enumerate(listed)]


def _listed(rows: Any) -> Any:
    if hasattr(rows, "to_dicts"):  # polars
        return rows.to_dicts()
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):  # pandas
        return rows.to_dict("records")
    return rows.to_pylist() if hasattr(rows, "to_pylist") else rows  # pyarrow


def _record(row: Any, where: str) -> Any:
    if not isinstance(row, Mapping):
        raise Invalid(f"{where}: {row!r:.100} is not valid; expected an object of values by field")
    record = {}
    for name, value in row.items():
        if not isinstance(name, str):
            raise Invalid(f"{where}: {name!r} is not valid as the name of a field; expected a text")
        try:
            record[name] = json_value(value)
        except ValueError as error:
            raise Invalid(f"{where}.{name}: {error}") from None
    return record


def json_value(value: Any) -> Any:
    """A value as JSON has it: None for NaN, NaT and NA; numbers of numpy and decimals as numbers; dates as text.

    A date-time without a zone is in UTC. Raises ValueError for what has no place in a record.
    """
    if hasattr(value, "dtype") and hasattr(value, "item"):
        # In microseconds, because an item of a time in nanoseconds is a number.
        value = value.astype("datetime64[us]").item() if type(value).__name__ == "datetime64" else value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType") or _is_nan(value):
        return None
    if isinstance(value, float | Decimal) and value in _INFINITE:
        raise ValueError(f"{value} is not valid; expected a finite number")
    if isinstance(value, Decimal):
        if value.adjusted() > _MAX_EXPONENT:
            # Its integer can have millions of digits.
            raise ValueError(f"{value!s:.100} is not valid; expected a number of at most 300 digits")
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return date_as_text(value.replace(tzinfo=UTC) if value.tzinfo is None else value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str | bool | int | float | list | dict):
        return value
    raise ValueError(f"{value!r:.100} is not valid; expected a text, a number, true or false, a date or None")


def _is_nan(value: Any) -> bool:
    # A signalling NaN of ``decimal`` cannot be compared.
    return value.is_nan() if isinstance(value, Decimal) else value != value


def csv_records(path: Any) -> dict[str, str]:
    """The name and the text of a CSV file, as a control request has them. Raises Invalid."""
    try:
        return csv_file(path)
    except ValueError as error:
        raise Invalid(f"records: {error}") from None


def is_csv_path(rows: Any) -> bool:
    """Whether these are not rows, but the path of a file."""
    return isinstance(rows, str | PathLike)


def is_definition(document: Mapping[str, Any]) -> bool:
    """Whether this is one definition, as a request or a response has it, and not several by name."""
    schema = document.get("schema", document)
    return isinstance(schema, Mapping) and (isinstance(schema.get("object"), str) or "properties" in schema)
