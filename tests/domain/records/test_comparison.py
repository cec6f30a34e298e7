import pytest

from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.records.comparison import Day, Instant, Operator, comparison, key_of, operand_of

N = Field(name="n__c", type=FieldType.INTEGER)
DAY = Field(name="day__c", type=FieldType.DATE)
AT = Field(name="at__c", type=FieldType.DATETIME)


@pytest.mark.fidelity("filter-02")
@pytest.mark.parametrize(
    ("operator", "holding"),
    [("EQ", [5]), ("GT", [6]), ("LT", [4]), ("GE", [5, 6]), ("LE", [4, 5])],
)
def test_operator_matches_its_values(operator, holding):
    holds = comparison(N, Operator(operator), 5)
    assert [value for value in (4, 5, 6) if holds(value)] == holding


@pytest.mark.parametrize("operator", list(Operator))
def test_missing_value_never_matches(operator):
    assert not comparison(N, operator, 5)(None)


@pytest.mark.fidelity("filter-02")
@pytest.mark.parametrize(
    ("field", "value", "bound"),
    [
        (N, 5, 5),
        (DAY, "2018-01-01", Day("2018-01-01")),
        (AT, "1970-01-01T01:00:00.000001+01:00", Instant(1)),
        (AT, "1969-12-31T23:59:59.999999Z", Instant(-1)),
    ],
)
def test_value_of_the_field_type_becomes_an_operand(field, value, bound):
    assert operand_of(field, value) == bound


def test_instants_one_microsecond_apart_are_not_equal():
    holds = comparison(AT, Operator.EQ, operand_of(AT, "2021-03-10T00:05:54.207001Z"))
    assert holds("2021-03-10T00:05:54.207001Z")
    assert not holds("2021-03-10T00:05:54.207Z")
    assert not holds("2021-03-10T00:05:54.207002Z")


@pytest.mark.parametrize(
    ("field", "bound", "value", "is_equal"),
    [
        (AT, Day("2018-01-01"), "2018-01-01T23:59:59.999Z", True),
        (AT, Day("2018-01-01"), "2018-01-01T23:59:59-01:00", False),
        (AT, Day("1969-12-31"), "1969-12-31T00:00:00Z", True),
        (DAY, Instant(86_400_000_000), "1970-01-02", True),
        (DAY, Instant(86_400_000_001), "1970-01-02", False),
        (DAY, Day("1970-01-02"), "1970-01-02", True),
    ],
)
def test_days_and_instants_compare_with_dates_and_date_times(field, bound, value, is_equal):
    assert comparison(field, Operator.EQ, bound)(value) is is_equal


def test_date_times_are_ordered_as_instants():
    early, same, late = "2021-03-10T00:05:54.207Z", "2021-03-10T05:35:54.207000+05:30", "2021-03-10T00:05:54.208Z"
    key = key_of(AT)
    assert key(early) == key(same) < key(late)
    assert key("1969-12-31T23:59:58Z") < key("1969-12-31T23:59:59Z")


def test_texts_that_differ_in_case_only_are_next_to_each_other():
    key = key_of(Field(name="name__c"))
    assert sorted(["b", "A", "a", "B"], key=key) == ["A", "a", "B", "b"]
