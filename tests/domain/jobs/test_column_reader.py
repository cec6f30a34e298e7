"""Rows that are converted together become the same records as rows that are converted one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.catalogue.files import (
    BLANK_LINES,
    BOOLEAN_TEXT,
    EMPTY_CELL,
    EMPTY_ROWS,
    UNIQUE_SCOPE,
)
from mock_zuora.domain.assumptions.catalogue.jobs import REJECTED_ROWS
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.jobs import column_reader, file_rows
from mock_zuora.domain.jobs.column_reader import ColumnReader
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.app import build_registry
from tests.conftest import Time
from tests.domain.choosing import choosing
from tests.domain.conftest import Actor

CAR = Definition(
    object="car",
    fields={
        each.name: each
        for each in (
            Field(name="brand__c", required=True, default="vw", max_length=4),
            Field(name="plate__c", unique=True),
            Field(name="doors__c", type=FieldType.INTEGER, minimum=2),
            Field(name="sold__c", type=FieldType.BOOLEAN),
            Field(name="color__c", default="grey"),
        )
    },
)
HEADER = ("brand__c", "plate__c", "doors__c", "sold__c")
ASSUMPTIONS = (BLANK_LINES, BOOLEAN_TEXT, EMPTY_CELL, EMPTY_ROWS, REJECTED_ROWS, UNIQUE_SCOPE)


def read(rows, header=HEADER, definition=CAR, **choices):
    reader = ColumnReader(header, definition, choosing(**choices))
    columns = reader.read([tuple(row.split(",")) for row in rows])
    return None if columns is None else dict(zip(reader.names, map(list, columns), strict=True))


def test_columns_have_the_values_of_their_fields():
    assert read(["kia,A,4,true", "fiat,B,5,false"]) == {
        "brand__c": ["kia", "fiat"],
        "plate__c": ["A", "B"],
        "doors__c": [4, 5],
        "sold__c": [True, False],
        "color__c": ["grey", "grey"],
    }


@pytest.mark.parametrize(("choice", "brands"), [("cleared", None), ("default-value", ["kia", "vw", "vw"])])
def test_empty_cells_follow_their_assumption(choice, brands):
    columns = read(["kia,,4,", ",,4,true", ",,4,"], empty_cell=choice)
    assert (columns and columns["brand__c"]) == brands
    assert columns is None or (columns["plate__c"], columns["sold__c"]) == ([None, None, None], [None, True, None])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(["kia,A,4,true", "lamborghini,B,4,true"], id="too long"),
        pytest.param(["kia,A,4,true", "kia,B,1,true", "kia,C,4,true"], id="too small"),
        pytest.param(["kia,A,4,true", "kia,B,4"], id="too few cells"),
        pytest.param(["kia,A,4", "kia,B,4"], id="all rows have too few cells"),
        pytest.param(["kia,A,4,true", "kia,B,4,true,"], id="too many cells"),
        pytest.param(["kia,A,4,true", ",,,"], id="empty row"),
    ],
)
def test_rows_with_a_problem_are_not_read(rows):
    assert read(rows) is None


def test_blank_line_is_not_read():
    assert ColumnReader(HEADER, CAR, choosing()).read([("kia", "A", "4", "true"), ()]) is None


def test_nothing_is_read_without_the_column_of_a_required_field():
    definition = Definition(object="car", fields={"vin__c": Field(name="vin__c", required=True), **CAR.fields})
    assert read(["kia,A,4,true"], definition=definition) is None


def test_records_share_the_values_of_texts_that_occur_often():
    reader = ColumnReader(("brand__c",), CAR, choosing())
    brands = []
    for _ in range(3):
        columns = reader.read([("".join(["k", "ia"]),) for _ in range(4)])
        brands += columns[0]
    assert len(brands) == 12
    assert len({id(brand) for brand in brands}) == 1


def test_known_texts_are_bounded(monkeypatch):
    monkeypatch.setattr(column_reader, "_MAX_KNOWN_TEXTS", 10)
    reader = ColumnReader(("color__c",), CAR, choosing())
    known = []
    for number in range(100):
        reader.read([(f"color {number}",)] * 2)
        known.append(len(reader._columns[0]._known))
    assert max(known) == 11


# Together or one by one

ROWS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["kia", "vw", "", "lamborghini"]),
            st.sampled_from(["A", "B", "C", "D", "E", ""]),
            st.sampled_from(["2", "4", "", "1", "x"]),
            st.sampled_from(["true", "false", "TRUE", "", "yes"]),
        ),
        st.sampled_from(["kia,F,4,true", "vw,G,2,false", "vw,H,3,true", ",,,", "", "kia,A", "kia,A,4,true,"]).map(
            lambda row: tuple(row.split(",")) if row else ()
        ),
    ),
    max_size=12,
)
CHOICES = st.fixed_dictionaries({each.name: st.sampled_from(list(each.choices)) for each in ASSUMPTIONS})


def outcome_of(rows, choices):
    """Everything that two jobs with these rows leave behind, and the assumptions that they consulted."""
    template = TenantTemplate(
        definitions=(CAR,),
        settings=TenantSettings(transitions=Transitions.IMMEDIATE, assume=assumed(choices, Origin.TEST)),
    )
    registry = build_registry("same ids")
    registry.time_source = Time()
    actor = Actor(registry.add_tenant(template))
    file = "\n".join([",".join(HEADER), *(",".join(row) for row in rows), "kia,Z,4,true"])
    jobs = [actor.done(file, object="car") for _ in range(2)]
    records = [(record.id, record.stamp[:5], list(record.values.items())) for record in actor.records("car")]
    errors = [actor.errors(job) for job in jobs]
    return records, errors, [(job.status, job.records_processed, job.error) for job in jobs], actor.tenant.consulted


def test_later_row_clashes_with_a_row_that_was_written_together(make_actor, monkeypatch):
    monkeypatch.setattr(file_rows, "ROWS_PER_CHUNK", 2)
    only_in_file = assumed({UNIQUE_SCOPE.name: "file"}, Origin.TEST)
    actor = make_actor(objects=(CAR,), transitions=Transitions.IMMEDIATE, assume=only_in_file)
    job = actor.done("plate__c\nA\nB\nC\nA\n", object="car")
    assert [error.row for error in actor.errors(job)] == [5]


@given(rows=ROWS, choices=CHOICES)
@settings(deadline=None)
def test_rows_become_the_same_records_together_as_one_by_one(rows, choices):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_rows, "ROWS_PER_CHUNK", 3)
        together = outcome_of(rows, choices)
        patch.setattr(ColumnReader, "read", lambda self, rows: None)
        one_by_one = outcome_of(rows, choices)
    assert together == one_by_one
