"""Converts the rows of one file to values of records."""

from collections.abc import Iterator

from mock_zuora.domain.assumptions.catalogue.files import EMPTY_CELL, EMPTY_ROWS, UPDATE_MISSING_COLUMN
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.csv_file import Row
from mock_zuora.domain.jobs.csv_header import is_id_column
from mock_zuora.domain.jobs.row_problems import RowProblems, wrong_width
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldValidationError, Value
from mock_zuora.domain.objects.field_values import TextConverter, empty_text_refused, from_text, uuid_of
from mock_zuora.domain.records.record import Record, Values
from mock_zuora.domain.records.validation import missing_value, unknown_field
from mock_zuora.domain.refusals import record_not_found


class RowReader:
    """Converts rows to values. Create one per file, whose header was checked. Methods raise FieldValidationError."""

    def __init__(self, header: tuple[str, ...], definition: Definition, choices: Choices) -> None:
        self._width = len(header)
        self._definition = definition
        self._choices = choices
        self._id_index = next((index for index, name in enumerate(header) if is_id_column(name)), -1)
        self._fields = {
            index: field_of_column(name, definition) for index, name in enumerate(header) if index != self._id_index
        }
        self._columns: list[tuple[int, str, TextConverter]] = [
            (index, field.name, from_text(field, choices)) for index, field in self._fields.items()
        ]
        self._set_names = {field.name for field in self._fields.values()}
        without_column = [each for each in definition.fields.values() if each.name not in self._set_names]
        self._defaults: Values = {each.name: each.default for each in without_column if each.default is not None}
        self._required = [each for each in without_column if each.required and each.default is None]
        self._set_names |= self._defaults.keys()

    def id_text(self, row: Row) -> str:
        """The id of a row as it is; empty if it has none."""
        return row[self._id_index] if 0 <= self._id_index < len(row) else ""

    def check_width(self, row: Row) -> None:
        """Refuses a row with too many or too few cells."""
        if len(row) != self._width:
            raise wrong_width(row, self._width)

    def record_id(self, row: Row) -> str:
        """The id of the record that a row updates."""
        text = row[self._id_index]
        if not text:
            raise FieldValidationError(
                Category.MISSING, "Column 'id' has no value; an update needs the id of the record."
            )
        return uuid_of(text)

    def not_found(self, record_id: str) -> FieldValidationError:
        """The error of a row that updates a record which does not exist."""
        return FieldValidationError(Category.NOT_FOUND, record_not_found(record_id, self._definition.object).message)

    def values(self, row: Row, before: Record | None = None) -> Values:
        """Returns the values of a row for a new record, or for the record that it updates.

        A field without a column takes its default (D).
        """
        values: Values = {name: convert(text) for index, name, convert in self._columns if (text := row[index])}
        if len(values) < len(self._columns):
            values = self._with_empty_cells(row, values)
        if self._defaults:
            values |= self._defaults
        if before is not None and not self._set_names.issuperset(before.values):
            self._decide_about_missing_columns(before, values)
        if self._required:
            for missing in self._missing_values(values, before):
                raise missing
        return values

    def _with_empty_cells(self, row: Row, values: Values) -> Values:
        """An empty cell is a missing value (D), which a default can replace (A).

        A row without any value gets here if ``empty-rows`` lets it be written: it becomes a record of defaults.
        """
        is_empty = not values and self._id_index < 0
        choice = "default-value" if is_empty else self._choices.of(EMPTY_CELL)
        filled: Values = {}
        for index, field in self._fields.items():
            if row[index]:
                filled[field.name] = values[field.name]
            elif (value := value_of_empty_cell(field, choice, is_empty=is_empty)) is not None:
                filled[field.name] = value
        return filled

    def _missing_values(self, values: Values, before: Record | None) -> Iterator[FieldValidationError]:
        """The errors of required fields that have neither a column nor a value."""
        for field in self._required:
            if field.name not in values:
                has_lost_value = before is not None and before.value(field.name) is not None
                yield missing_value(field, UPDATE_MISSING_COLUMN if has_lost_value else None)

    def valid_values(self, row: Row, before: Record | None, problems: RowProblems) -> Values:
        """The same as ``values``, but collects all problems and leaves out the fields that have one."""
        values: Values = {}
        is_empty = self._id_index < 0 and not any(row)
        has_empty = not all([row[index] for index in self._fields])
        choice = self._choices.of(EMPTY_CELL) if has_empty and not is_empty else "default-value"
        for index, name, convert in self._columns:
            with problems:
                if text := row[index]:
                    values[name] = convert(text)
                    continue
                value = value_of_empty_cell(self._fields[index], choice, is_empty=is_empty)
                if value is not None:
                    values[name] = value
        values |= self._defaults
        if before is not None and not self._set_names.issuperset(before.values):
            self._decide_about_missing_columns(before, values)
        for missing in self._missing_values(values, before):
            problems.add(missing)
        return values

    def _decide_about_missing_columns(self, before: Record, values: Values) -> None:
        """Decides about stored values whose fields have neither a column nor a default."""
        if self._choices.of(UPDATE_MISSING_COLUMN) == "kept":
            values |= {name: value for name, value in before.values.items() if name not in self._set_names}


def field_of_column(name: str, definition: Definition) -> Field:
    """The field that a column of the header names. Raises FieldValidationError."""
    field = definition.field(name)
    if field is None:
        raise unknown_field(name, definition)
    return field


def value_of_empty_cell(field: Field, choice: str, *, is_empty: bool) -> Value | None:
    """The value that an empty cell stands for. ``is_empty`` says that no cell of the row has a value."""
    if choice == "rejected":
        raise empty_text_refused(field, "its cell is empty", EMPTY_CELL)
    if choice == "default-value" and field.default is not None:
        return field.default
    if field.required:
        assumption = EMPTY_ROWS if is_empty else EMPTY_CELL
        raise missing_value(field, assumption if is_empty or field.default is not None else None)
    return None
