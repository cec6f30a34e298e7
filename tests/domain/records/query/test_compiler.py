"""The examples of the guide, then random queries compared with a naive evaluation."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.delete_filter import filter_from
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.records.comparison import Operator
from mock_zuora.domain.records.query.compiler import compile_query
from mock_zuora.domain.records.query.parser import parse
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.records.query.tree import SIGNS, And, Compare, Exists, Not, Or
from mock_zuora.domain.records.record import lookup, new_record
from mock_zuora.storage.tables import MemoryTable
from tests.domain.choosing import choosing

DELIVERY = Definition(
    object="Delivery",
    fields={
        each.name: each
        for each in (
            Field(name="status__c", filterable=True),
            Field(name="author__c", filterable=True, unique=True),
            Field(name="note__c"),
            Field(name="age__c", type=FieldType.INTEGER, filterable=True, maximum=20),
            Field(name="weight__c", type=FieldType.NUMBER, filterable=True),
            Field(name="sent__c", type=FieldType.BOOLEAN, filterable=True),
            Field(name="day__c", type=FieldType.DATE, filterable=True),
            Field(name="at__c", type=FieldType.DATETIME, filterable=True),
            Field(name="size__c", type=FieldType.PICKLIST, options=("S", "L"), filterable=True),
            Field(name="tags__c", type=FieldType.MULTISELECT, options=("a", "b"), filterable=True),
            Field(name="contact__c", type=FieldType.UUID, filterable=True),
        )
    },
)
CONTACT = "30c52793-8f06-41c6-b623-04829710d7a1"
NOON = 1_514_808_000_000
"""2018-01-01T12:00:00.000Z."""


def record(number=0, **values):
    return new_record(f"00000000-0000-4000-8000-{number:012}", CONTACT, NOON, values)


def table_of(records):
    table = MemoryTable(DELIVERY)
    for each in records:
        table.put(each)
    return table


def is_match(query, **values):
    return compile_query(query, DELIVERY, choosing()).matches(record(**values))


@pytest.mark.fidelity("queries-01")
@pytest.mark.parametrize(
    ("query", "found", "not_found"),
    [
        ("_exists_:status__c", {"status__c": "active"}, {}),
        ("status__c:active", {"status__c": "active"}, {"status__c": "Active"}),
        ('author__c:"John Smith"', {"author__c": "John Smith"}, {"author__c": "John"}),
        ("age__c:<5", {"age__c": 4}, {"age__c": 5}),
        ("age__c:<=5", {"age__c": 5}, {"age__c": 6}),
        ("age__c:>5", {"age__c": 6}, {"age__c": 5}),
        ("age__c:>=5", {"age__c": 5}, {}),
        ("age__c:<100", {"age__c": 20}, {}),
        ("weight__c:2.5", {"weight__c": 2.5}, {"weight__c": 2}),
        ("weight__c:2.0", {"weight__c": 2}, {}),
        ("sent__c:true", {"sent__c": True}, {"sent__c": False}),
        ("size__c:XL OR size__c:S", {"size__c": "S"}, {"size__c": "L"}),
        ('tags__c:"a;b"', {"tags__c": "a;b"}, {"tags__c": "a"}),
        (f"contact__c:{CONTACT.upper()}", {"contact__c": CONTACT}, {}),
        ("NOT _exists_:status__c", {}, {"status__c": "active"}),
        ("!status__c:active", {}, {"status__c": "active"}),
        ("NOT status__c:active", {"status__c": "over"}, {"status__c": "active"}),
        ("_exists_:status__c AND !status__c:active", {"status__c": "over"}, {}),
        ("!at__c:<2018", {}, {"at__c": "2017-12-31T23:59:59Z"}),
        ("status__c:a AND age__c:1", {"status__c": "a", "age__c": 1}, {"status__c": "a"}),
        ("status__c:a OR age__c:1", {"age__c": 1}, {"age__c": 2}),
        ("status__c:a OR status__c:b AND age__c:1", {"status__c": "a"}, {"status__c": "b"}),
        ("(status__c:a OR status__c:b) AND age__c:1", {"status__c": "b", "age__c": 1}, {"status__c": "a"}),
    ],
)
def test_query_matches_the_right_records(query, found, not_found):
    assert is_match(query, **found)
    assert not is_match(query, **not_found)


@pytest.mark.fidelity("queries-02")
@pytest.mark.parametrize(
    ("query", "found", "not_found"),
    [
        # Any number but one of four digits is milliseconds since 1970.
        ("at__c:<1", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z"),
        ("at__c:<1514764800000", "2017-12-31T23:59:59.999Z", "2018-01-01T00:00:00Z"),
        ("day__c:<=1514764800000", "2018-01-01", "2018-01-02"),
        # Four digits are a year, which stands for its first day, as a month does.
        ("at__c:<2001", "2000-12-31T23:59:59Z", "2001-01-01T00:00:00Z"),
        ("at__c:>2018-05", "2018-05-02T00:00:00Z", "2018-05-01T23:59:59Z"),
        ("day__c:>2018", "2018-01-02", "2018-01-01"),
        # A date without a time compares the date of a date-time only.
        ("at__c:>2018", "2018-01-02T00:00:00Z", "2018-01-01T23:59:59Z"),
        ("at__c:<=2018-01-01", "2018-01-01T23:59:59Z", "2018-01-02T00:00:00Z"),
        ("at__c:2018-01-01", "2018-01-01T23:59:59Z", "2018-01-02T00:00:00Z"),
        ("at__c:2018-01-01", "2018-01-02T03:00:00+04:00", "2018-01-01T23:00:00-04:00"),
        # A date-time compares a date as its midnight in UTC.
        ("day__c:<2018-01-01T00\\:00\\:00.001Z", "2018-01-01", "2018-01-02"),
        ("day__c:>2018-01-01T00\\:00\\:00-08\\:00", "2018-01-02", "2018-01-01"),
        ("at__c:<2018-01-01T00\\:00\\:00-08\\:00", "2018-01-01T07:59:59Z", "2018-01-01T08:00:00Z"),
        ('at__c:"2018-01-01T01:00:00+01:00"', "2018-01-01T00:00:00.000Z", "2018-01-01T01:00:00Z"),
    ],
)
def test_dates_are_compared_as_documented(query, found, not_found):
    field = query.split("__c")[0] + "__c"
    assert is_match(query, **{field: found})
    assert not is_match(query, **{field: not_found})


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("CreatedDate:2018-01-01", True),
        ("CreatedDate:>2018-01-01", False),
        ("UpdatedDate:<=1514808000000", True),
        ("CreatedDate:<2018-01-01T12\\:00\\:00Z", False),
        ("Id:00000000-0000-4000-8000-000000000000", True),
        ("_exists_:Id", True),
    ],
)
def test_system_fields_can_be_queried(query, is_found):
    assert is_match(query) is is_found


@pytest.mark.fidelity("queries-04")
@pytest.mark.parametrize(
    ("query", "category", "expected"),
    [
        ("color__c:red", Category.UNKNOWN_FIELD, "no field 'color__c'"),
        ("Status__c:red", Category.UNKNOWN_FIELD, "case-sensitive"),
        ("version:1", Category.UNKNOWN_FIELD, "no field 'version'"),
        ("_exists_:color__c", Category.UNKNOWN_FIELD, "no field 'color__c'"),
        ("note__c:x", Category.RULE, "[note__c] of object 'Delivery' is not filterable"),
        ("_exists_:note__c", Category.RULE, "not filterable"),
        ("status__c:<b", Category.RULE, "[status__c] is of type text"),
        ("sent__c:>false", Category.RULE, "ranges are for dates and numbers"),
        ("age__c:five", Category.INVALID, "[age__c] expects an integer, but the value is 'five'"),
        ("weight__c:>x", Category.INVALID, "[weight__c] expects a number"),
        ("sent__c:yes", Category.INVALID, "[sent__c] expects true or false"),
        ("day__c:<2018-13", Category.INVALID, "[day__c] expects a date, but the value is '2018-13'"),
        ("day__c:0000", Category.INVALID, "[day__c] expects a date"),
        ("at__c:today", Category.INVALID, "[at__c] expects a date"),
        ("at__c:2018-01-01T00\\:00\\:00", Category.INVALID, "[at__c] expects a date-time such as 2021"),
        ("contact__c:me", Category.INVALID, "not a valid UUID"),
    ],
)
def test_query_with_invalid_field_or_value_is_refused(query, category, expected):
    with pytest.raises(QueryError) as error:
        compile_query(f"sent__c:true AND {query}", DELIVERY, choosing())
    assert (error.value.category, expected in error.value.message) == (category, True)
    assert 18 <= error.value.position <= 17 + len(query)


# Random queries


def text_of(node):
    """The text of a query tree whose values need no escapes."""
    if isinstance(node, Exists):
        return f"_exists_:{node.field}"
    if isinstance(node, Compare):
        return f'{node.field}:{SIGNS[node.operator]}"{node.value}"'
    if isinstance(node, Not):
        return f"NOT ({text_of(node.operand)})"
    return (" AND " if isinstance(node, And) else " OR ").join(f"({text_of(each)})" for each in node.operands)


values = st.fixed_dictionaries(
    {},
    optional={
        "status__c": st.sampled_from(["a", "b"]),
        "age__c": st.integers(0, 3),
        "sent__c": st.booleans(),
        "day__c": st.sampled_from(["2017-12-31", "2018-01-01", "2018-01-02"]),
        "at__c": st.sampled_from(["2017-12-31T23:30:00Z", "2018-01-01T00:30:00+01:00", "2018-01-01T12:00:00Z"]),
    },
)
rows = st.lists(values, max_size=6).map(lambda each: [record(at, **one) for at, one in enumerate(each)])
ranges = st.sampled_from(Operator)
terms = (
    st.builds(Exists, st.sampled_from(["status__c", "age__c", "day__c", "Id"]))
    | st.builds(Compare, st.just("status__c"), st.just(Operator.EQ), st.sampled_from(["a", "b", "c"]))
    | st.builds(Compare, st.just("sent__c"), st.just(Operator.EQ), st.sampled_from(["true", "false"]))
    | st.builds(Compare, st.just("age__c"), ranges, st.sampled_from(["0", "1", "3"]))
    | st.builds(
        Compare,
        st.sampled_from(["day__c", "at__c", "CreatedDate"]),
        ranges,
        st.sampled_from(["2018", "2018-01-01", "2017-12-31T23:30:00Z", "1514764800000", "2018-01-01T12:00:00Z"]),
    )
)
trees = st.recursive(
    terms,
    lambda operands: (
        st.builds(Not, operands)
        | st.builds(And, st.lists(operands, min_size=2, max_size=3).map(tuple))
        | st.builds(Or, st.lists(operands, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=5,
)


def date_of(text):
    """Parses a date of a query or a record naively: the time, and whether it has one."""
    if text == "1514764800000":
        return datetime(2018, 1, 1, tzinfo=UTC), True
    if "T" in text:
        return datetime.fromisoformat(text).astimezone(UTC), True
    return datetime.fromisoformat({"2018": "2018-01-01"}.get(text, text)).replace(tzinfo=UTC), False


def order(value, operand):
    """-1, 0 or 1: a naive comparison of a value with the operand of a query."""
    if isinstance(value, bool):
        return 0 if str(value).lower() == operand else 1
    if isinstance(value, int):
        return (value > int(operand)) - (value < int(operand))
    if value[:2] == "20":
        (one, _), (other, has_time) = date_of(value), date_of(operand)
        if not has_time:
            one = one.replace(hour=0, minute=0, second=0, microsecond=0)
        return (one > other) - (one < other)
    return (value > operand) - (value < operand)


def naive_match(node, record):
    if isinstance(node, Not):
        return not naive_match(node.operand, record)
    if isinstance(node, And):
        return all([naive_match(part, record) for part in node.operands])
    if isinstance(node, Or):
        return any([naive_match(part, record) for part in node.operands])
    value = lookup(record)(node.field)
    if value is None or isinstance(node, Exists):
        return value is not None
    signs = {"EQ": (0,), "LT": (-1,), "LE": (-1, 0), "GT": (1,), "GE": (1, 0)}
    return order(value, node.value) in signs[node.operator.value]


@settings(max_examples=120, deadline=None)
@given(trees, rows)
def test_query_matches_the_same_records_as_a_naive_evaluation(tree, records):
    query = compile_query(text_of(tree), DELIVERY, choosing())
    assert parse(text_of(tree), choosing()) == tree
    assert [query.matches(each) for each in records] == [naive_match(tree, each) for each in records]


@settings(max_examples=120, deadline=None)
@given(trees, rows)
def test_search_finds_the_records_that_match(tree, records):
    query = compile_query(text_of(tree).replace('status__c:"a"', 'status__c:"A"'), DELIVERY, choosing())
    table = table_of(records)
    found, found_in_any_case = query.find(table), query.find_in_any_case(table)
    assert list(table.ids_of(found)) == [each.id for each in records if query.matches(each)]
    assert list(table.ids_of(found_in_any_case)) == [each.id for each in records if query.matches_in_any_case(each)]


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["age__c", "day__c", "at__c"]), ranges, rows, st.data())
def test_delete_filter_and_query_compare_alike(field, operator, records, data):
    bounds = {"age__c": [0, 2], "day__c": ["2018-01-01"], "at__c": ["2018-01-01T12:00:00Z", "2017-12-31T23:30:00Z"]}
    bound = data.draw(st.sampled_from(bounds[field]))
    document = {"conditions": [{"field": field, "operator": operator.value, "value": bound}]}
    query = compile_query(text_of(Compare(field, operator, str(bound))), DELIVERY, choosing())
    filter = filter_from(document, DELIVERY)
    for each in records:
        assert filter.matches(lookup(each)) is query.matches(each)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("status__c:a", [0, 2]),
        ("author__c:Z", [2]),
        ("age__c:2", [2]),
        ("at__c:2018-01-01", [1]),
        ('at__c:"2018-01-01T01:00:00+01:00"', [1]),
        ("status__c:a AND age__c:2", [2]),
        ("age__c:>0 AND status__c:b", []),
        ("age__c:2 OR author__c:X", [0, 2]),
        ("age__c:2 OR age__c:>1", [2]),
        ("NOT status__c:a", [1]),
        ("_exists_:at__c", [1]),
        ("Id:00000000-0000-4000-8000-000000000001", [1]),
        ("CreatedDate:1514808000000", [0, 1, 2]),
        ('CreatedDate:"2018-01-01T12:00:00Z"', [0, 1, 2]),
        (f"CreatedById:{CONTACT}", [0, 1, 2]),
    ],
)
def test_records_are_found_in_indexes(query, places):
    records = [
        record(0, status__c="a", author__c="X"),
        record(1, status__c="b", author__c="Y", at__c="2018-01-01T00:00:00Z"),
        record(2, status__c="a", author__c="Z", age__c=2),
    ]
    table = table_of(records)
    found = compile_query(query, DELIVERY, choosing({"filterable-system-fields": "all"})).find(table)
    assert list(table.ids_of(found)) == [records[place].id for place in places]


@pytest.mark.fidelity("filter-04")
@pytest.mark.parametrize("query", [f"CreatedById:{CONTACT}", f"UpdatedById:{CONTACT}", "_exists_:CreatedById"])
def test_users_in_system_fields_are_filterable_under_an_assumption(query):
    choices = choosing()
    with pytest.raises(QueryError, match="not filterable") as error:
        compile_query(query, DELIVERY, choices)
    assert (error.value.category, error.value.assumption.name) == (Category.RULE, "filterable-system-fields")
    assert list(choices.consulted) == ["filterable-system-fields"]
    assert compile_query(query, DELIVERY, choosing({"filterable-system-fields": "all"})).matches(record())


@pytest.mark.parametrize("query", ["Id:8a19f16a-2b5e-4a26-bb20-c79cd6984714", "CreatedDate:2018", "status__c:a"])
def test_other_fields_consult_no_assumption(query):
    choices = choosing()
    compile_query(query, DELIVERY, choices)
    assert list(choices.consulted) == []


@pytest.mark.fidelity("queries-07")
@pytest.mark.parametrize(
    ("query", "values", "readings"),
    [
        ("status__c:active", {"status__c": "active"}, (True, True)),
        ("status__c:active", {"status__c": "ACTIVE"}, (False, True)),
        ("status__c:STRASSE", {"status__c": "stra\u00dfe"}, (False, True)),
        ("status__c:active", {"status__c": "inactive"}, (False, False)),
        ("NOT status__c:active", {"status__c": "Active"}, (True, False)),
        ("status__c:active OR age__c:1", {"status__c": "Active", "age__c": 1}, (True, True)),
        ("status__c:active AND age__c:1", {"status__c": "Active", "age__c": 2}, (False, False)),
        ("tags__c:A", {"tags__c": "a"}, (False, True)),
        ("NOT (NOT status__c:a AND NOT author__c:b)", {"status__c": "A", "author__c": "b"}, (True, True)),
    ],
)
def test_query_is_read_with_and_without_regard_to_case(query, values, readings):
    compiled, one = compile_query(query, DELIVERY, choosing()), record(**values)
    assert (compiled.matches(one), compiled.matches_in_any_case(one)) == readings
    assert compiled.case_note.is_set or readings[0] is readings[1]


@settings(max_examples=120, deadline=None)
@given(trees, rows)
def test_both_predicates_agree_if_no_text_differs_in_case_only(tree, records):
    query = compile_query(text_of(tree).replace('status__c:"a"', 'status__c:"A"'), DELIVERY, choosing())
    for each in records:
        query.case_note.is_set = False
        matches = query.matches(each)
        assert query.case_note.is_set or query.matches_in_any_case(each) is matches
