"""Records of seeds and control requests."""

from types import MappingProxyType

import pytest

from mock_zuora.config.records import (
    CsvText,
    RecordError,
    UniqueRecords,
    finished,
    read_csv_records,
    read_documents,
)
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, open_definition
from mock_zuora.domain.objects.field import Field, FieldType

FIELDS = {
    name: Field(name=name, type=kind)
    for name, kind in {"seats__c": FieldType.INTEGER, "since__c": FieldType.DATE}.items()
}
VEHICLE = Definition(object="vehicle", fields=MappingProxyType(FIELDS))
BOAT = open_definition(DEFAULT_NAMESPACE, "boat")


def accept(record):
    pass


def values(definition, document):
    [record] = finished(read_documents(definition, [document], accept))
    return record.values


@pytest.mark.parametrize(
    ("definition", "document", "expected"),
    [
        (VEHICLE, {"seats__c": 4.0}, {"seats__c": 4}),
        (VEHICLE, {"since__c": "2021-03-10T00:00:00.000Z"}, {"since__c": "2021-03-10"}),
        (BOAT, {"a__c": 4, "b__c": 4.5, "c__c": False}, {"a__c": "4", "b__c": "4.5", "c__c": "false"}),
    ],
    ids=["whole number", "midnight", "without definition"],
)
def test_values_of_tables_are_accepted(definition, document, expected):
    assert values(definition, document) == expected


@pytest.mark.parametrize(
    "document", [{"seats__c": 4.5}, {"seats__c": "4"}, {"since__c": "2021-03-10T07:00:00Z"}], ids=str
)
def test_other_values_of_the_wrong_type_are_refused(document):
    with pytest.raises(RecordError, match=r"^\[0\]: Field \[\w+\] expects"):
        values(VEHICLE, document)


@pytest.mark.parametrize("kind", ["documents", "csv"])
def test_many_records_are_read_in_chunks(kind):
    count = 4 * ROWS_PER_CHUNK
    if kind == "documents":
        reading = read_documents(BOAT, [{"a__c": "x"}] * count, accept)
    else:
        reading = read_csv_records(BOAT, CsvText(text="a__c\n" + "x\n" * count), accept)
    chunks = sum(1 for _ in reading)
    assert chunks >= 4


def test_duplicate_id_is_refused():
    record = {"Id": "5e8d1d5c-0000-4000-8000-000000000001"}
    with pytest.raises(RecordError, match=r"^\[1\]: Field \[Id\] is unique, but two records have the value"):
        finished(read_documents(BOAT, [record, record], UniqueRecords(BOAT).add))


def test_file_without_a_name_is_called_csv():
    with pytest.raises(RecordError, match="^: csv: row 2: The row has 2 cells"):
        finished(read_csv_records(BOAT, CsvText(text="a__c\nx,y\n"), accept))
