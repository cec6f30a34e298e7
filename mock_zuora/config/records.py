"""Reads the records of seeds and of control requests: JSON documents, and the rows of CSV files.

The functions that read many are generators that yield after each chunk of work and return the records.
"""

import json
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from mock_zuora.config.documents import date_as_text
from mock_zuora.config.suggestions import nearest
from mock_zuora.domain.assumptions.choices import NO_CHOICES, Choices
from mock_zuora.domain.errors import Category, ZuoraError, quote
from mock_zuora.domain.jobs.csv_file import read_csv
from mock_zuora.domain.jobs.csv_header import is_id_column
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK
from mock_zuora.domain.jobs.row_reader import RowReader
from mock_zuora.domain.objects.definition import SYSTEM_FIELDS, Definition
from mock_zuora.domain.objects.field import Field as CustomField
from mock_zuora.domain.objects.field import FieldType, FieldValidationError, Value
from mock_zuora.domain.objects.field_values import MAX_INTEGER, from_json, instant
from mock_zuora.domain.records.validation import complete
from mock_zuora.domain.tenants.template import RecordTemplate

_ID: Final = "Id"
_TYPE: Final = "type"
_VERSION: Final = "version"
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00(\.0+)?Z", re.ASCII)
T = TypeVar("T")
Records = Generator[None, None, list[RecordTemplate]]
Check = Callable[[RecordTemplate], None]
"""Called with each record, in order. Raises FieldValidationError for one that is not possible beside the others."""


class CsvText(BaseModel):
    """A CSV file: its text, and its name for messages."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    text: str
    name: str = Field(default="csv", min_length=1)


class RecordError(Exception):
    """A record is not valid. The message begins with its place: ``[3]: …`` or ``: vehicles.csv: row 5: …``."""


class UniqueRecords:
    """Refuses records that share an id or the value of a unique field."""

    def __init__(self, definition: Definition) -> None:
        self._fields = definition.unique_fields
        self._seen: set[tuple[str, Value]] = set()

    def add(self, record: RecordTemplate) -> None:
        """Notes a record. Raises FieldValidationError."""
        keys = [(name, record.values[name]) for name in self._fields if name in record.values]
        keys += [(_ID, record.id)] if record.id is not None else []
        for name, value in keys:
            if (name, value) in self._seen:
                raise FieldValidationError(
                    Category.RULE, f"Field [{name}] is unique, but two records have the value {quote(value)}."
                )
            self._seen.add((name, value))


def finished(work: Generator[None, None, T]) -> T:
    """The result of a generator that yields after each chunk of work."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result


def read_documents(definition: Definition, documents: Iterable[Any], check: Check) -> Records:
    """Reads records as a GET returns them, of which only the custom fields are needed. Raises RecordError."""
    records: list[RecordTemplate] = []
    for index, document in enumerate(documents):
        if not isinstance(document, Mapping):
            raise RecordError(f"[{index}]: {quote(document)} is not valid; expected an object of values by field")
        try:
            record = _record(definition, document)
            check(record)
        except FieldValidationError as invalid:
            raise RecordError(f"[{index}]: {invalid.message}") from None
        records.append(record)
        if len(records) % ROWS_PER_CHUNK == 0:
            yield
    return records


def read_csv_records(definition: Definition, file: CsvText, check: Check) -> Records:
    """Reads the rows of a CSV file as a create job does by default, but refuses all for one row. Raises RecordError."""
    choices = Choices({}, NO_CHOICES, {})
    try:
        read = yield from read_csv(file.text.encode(), Operation.CREATE, definition, choices)
    except ZuoraError as refused:
        raise RecordError(f": {file.name}: {refused.message}") from None
    reader = RowReader(read.header, definition, choices)
    records: list[RecordTemplate] = []
    for number, row in read.numbered():
        if number % ROWS_PER_CHUNK == 0:
            yield
        if not any(row):
            continue
        try:
            reader.check_width(row)
            record = RecordTemplate(object=definition.object, values=reader.values(row))
            check(record)
        except FieldValidationError as invalid:
            raise RecordError(f": {file.name}: row {number}: {invalid.message}") from None
        records.append(record)
    return records


def _record(definition: Definition, row: Mapping[str, Any]) -> RecordTemplate:
    """Reads a record as a GET returns it, of which only the custom fields are needed."""
    values: dict[str, Value] = {}
    system: dict[str, Any] = {}
    for key, value in row.items():
        name, field = _ID if is_id_column(key) else key, definition.field(key)
        if value is None:
            continue
        if name in system:
            raise FieldValidationError(Category.INVALID, f"{_ID} is given more than once.")
        if name in (_TYPE, _VERSION, *SYSTEM_FIELDS):
            system[name] = date_as_text(value)
        elif field is None:
            raise _unknown_field(definition, key)
        else:
            values[key] = from_json(field, _json_value(field, value, is_open=definition.is_open))
    values = complete(values, definition)
    return RecordTemplate(object=definition.object, values=values, **_system_values(definition, system))


def _system_values(definition: Definition, system: Mapping[str, Any]) -> dict[str, Any]:
    """The id, users, dates and version of a record, as far as the seed has them."""
    if system.get(_TYPE, definition.object) != definition.object:
        raise FieldValidationError(
            Category.INVALID, f"{_TYPE}: {quote(system[_TYPE])} is not valid; expected {quote(definition.object)}."
        )
    version = system.get(_VERSION, 1)
    if isinstance(version, bool) or not isinstance(version, int) or not 0 < version <= MAX_INTEGER:
        raise FieldValidationError(
            Category.INVALID_INTEGER, f"{_VERSION}: {quote(version)} is not valid; expected a positive integer."
        )
    known = {name: from_json(SYSTEM_FIELDS[name], system[name]) for name in SYSTEM_FIELDS if name in system}
    return {
        "id": known.get(_ID),
        "created_by": known.get("CreatedById"),
        "created_at": _milliseconds(known.get("CreatedDate")),
        "updated_by": known.get("UpdatedById"),
        "updated_at": _milliseconds(known.get("UpdatedDate")),
        "version": version,
    }


def _milliseconds(date: Value | None) -> int | None:
    return None if date is None else instant(str(date)) // 1_000


def _json_value(field: CustomField, value: Any, *, is_open: bool) -> Any:
    """A value as the API has it. Tables of numbers have 4.0 for 4, and a time for each date.

    In an object without definition, all values are text, as those of a job's file.
    """
    value = date_as_text(value)
    if is_open and isinstance(value, bool | int | float):
        return json.dumps(value)
    if field.type is FieldType.INTEGER and isinstance(value, float) and value.is_integer():
        return int(value)
    if field.type is FieldType.DATE and isinstance(value, str) and (midnight := _MIDNIGHT.fullmatch(value)):
        return midnight[1]
    return value


def _unknown_field(definition: Definition, name: str) -> FieldValidationError:
    similar = nearest(name, definition.fields)
    advice = "" if similar is None else f" Did you mean {quote(similar)}?"
    if definition.is_open and similar is None:
        advice = " Names of custom fields end with __c."
    return FieldValidationError(
        Category.UNKNOWN_FIELD, f"object {quote(definition.object)} has no custom field {quote(name)}.{advice}"
    )
