import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain import limits
from mock_zuora.domain.records.comparison import Operator
from mock_zuora.domain.records.query.parser import MAX_NESTING, parse
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.records.query.tree import And, Compare, Exists, Not, Or
from tests.domain.choosing import choosing

ACTIVE = Compare("status", Operator.EQ, "active")
BEFORE_2018 = Compare("activeDate", Operator.LT, "2018")


@pytest.mark.fidelity("queries-01")
@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("_exists_:title", Exists("title")),
        ("status:active", ACTIVE),
        ('author:"John Smith"', Compare("author", Operator.EQ, "John Smith")),
        ("age:<5", Compare("age", Operator.LT, "5")),
        ("age:<=5", Compare("age", Operator.LE, "5")),
        ("age:>5", Compare("age", Operator.GT, "5")),
        ("age:>=5", Compare("age", Operator.GE, "5")),
        ("activeDate:<2018-01-01T00\\:00\\:00.001Z", Compare("activeDate", Operator.LT, "2018-01-01T00:00:00.001Z")),
        (
            "activeDate:<2018-01-01T00\\:00\\:00-08\\:00",
            Compare("activeDate", Operator.LT, "2018-01-01T00:00:00-08:00"),
        ),
        ("activeDate:<2018-01", Compare("activeDate", Operator.LT, "2018-01")),
        ("status:active AND activeDate:<2018", And((ACTIVE, BEFORE_2018))),
        ("status:active && activeDate:<2018", And((ACTIVE, BEFORE_2018))),
        ("status:active OR activeDate:<2018", Or((ACTIVE, BEFORE_2018))),
        ("status:active || activeDate:<2018", Or((ACTIVE, BEFORE_2018))),
        ("!_exists_:status", Not(Exists("status"))),
        ("NOT _exists_:status", Not(Exists("status"))),
        ("!status:active", Not(ACTIVE)),
        ("_exists_:status AND !status:active", And((Exists("status"), Not(ACTIVE)))),
        ("NOT activeDate:<2018", Not(BEFORE_2018)),
    ],
)
def test_guide_examples_are_parsed(text, tree):
    assert parse(text, choosing()) == tree


@pytest.mark.fidelity("queries-03")
@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("a:1 OR b:2 AND c:3", "a:1 OR (b:2 AND c:3)"),
        ("NOT a:1 AND b:2", "(NOT a:1) AND b:2"),
        ("!a:1||!b:2", "NOT a:1 OR NOT b:2"),
        ("a:1&&b:2", "a:1 AND b:2"),
        ("  ( a:1 )  ", "a:1"),
        ("a: 1", "a:1"),
        ("a:< 1", "a:<1"),
        ("a:R&D", 'a:"R&D"'),
        ("a:b!", 'a:"b!"'),
        ('a:"C\\:\\\\x"', "a:C\\:\\\\x"),
    ],
)
def test_equivalent_queries_have_the_same_tree(text, same_as):
    assert parse(text, choosing()) == parse(same_as, choosing())


@pytest.mark.fidelity("queries-01", "queries-03", "queries-06")
@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 1, "empty"),
        ("   ", 1, "empty"),
        ("status", 1, "expected ':' and a value after 'status', but the query ends (at"),
        ("status:", 8, "expected a value of 'status', but the query ends; a value with"),
        ("status:<", 9, "expected a value of 'status'"),
        (":active", 1, "the API name of a field"),
        ("status:active activeDate:<2018", 15, "expected AND or OR"),
        ("status:active and a:b", 15, "AND"),
        ("not status:active", 1, "NOT"),
        ("status:active AND", 18, "but the query ends (at"),
        ("AND status:active", 1, "AND"),
        ("(status:active", 1, "no ')'"),
        ("(status:active a:1)", 16, "AND or OR"),
        ("status:active)", 14, "no '('"),
        ("()", 2, "')'"),
        ("status:(a OR b)", 8, "expected a value"),
        ('author:"John', 8, "no quote at its end"),
        ("at:<2018-01-01T00:00", 18, "a colon inside a value"),
        ("status:act*", 11, "'*' has no meaning"),
        ("status:acti?e", 12, "'?' has no meaning"),
        ("age:[1 TO 5]", 5, "'[' has no meaning"),
        ("name:smith~", 11, "'~' has no meaning"),
        ("status:\\", 8, "backslash"),
        ("_exists_:", 10, "the API name of a field after _exists_:, but the query ends (at"),
        ('_exists_:"a"', 10, "the API name of a field"),
        ('"status":active', 1, "the API name of a field"),
        ("status:!active", 8, "expected a value"),
    ],
)
def test_invalid_query_is_refused_with_its_position(text, position, expected):
    with pytest.raises(QueryError) as error:
        parse(text, choosing())
    assert error.value.position == position
    assert expected in error.value.message
    assert f"position {position}" in error.value.message


@pytest.mark.fidelity("queries-05")
@pytest.mark.parametrize("opened", ["(", "!", "NOT "])
def test_too_deeply_nested_query_is_refused(opened):
    with pytest.raises(QueryError, match=f"deeper than {MAX_NESTING}"):
        parse(opened * 100_000 + "a:1", choosing())


@pytest.mark.fidelity("queries-05")
def test_number_of_terms_is_limited():
    limit = limits.MAX_QUERY_TERMS
    assert len(parse(" OR ".join(["a:1"] * limit), choosing()).operands) == limit
    with pytest.raises(QueryError, match=f"more than {limit} terms; expected at most {limit}"):
        parse(" OR ".join(["(NOT a:1)"] * (limit + 1)), choosing())


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from('ab:"\\()&|!<>= \tANDORT_exists*'), max_size=25))
def test_any_text_is_parsed_or_refused_with_a_valid_position(text):
    try:
        parse(text, choosing())
    except QueryError as error:
        assert 1 <= error.position <= len(text) + 1


@pytest.mark.fidelity("queries-03")
@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("a:1 b:2", "a:1 OR b:2"),
        ("a:1 b:2 AND c:3 NOT d:4", "a:1 OR b:2 AND c:3 OR NOT d:4"),
        ("(a:1 b:2) AND c:3", "(a:1 OR b:2) AND c:3"),
        ("a:1 (b:2)", "a:1 OR (b:2)"),
    ],
)
def test_assumption_joins_terms_without_operator_by_or(text, same_as):
    choices = choosing({"query-default-operator": "or"})
    assert parse(text, choices) == parse(same_as, choosing())
    assert list(choices.consulted) == ["query-default-operator"]


@pytest.mark.fidelity("queries-03")
def test_missing_operator_is_refused_with_the_assumption():
    choices = choosing()
    with pytest.raises(QueryError, match="expected AND or OR before 'b'") as error:
        parse("a:1 b:2", choices)
    assert (error.value.assumption.name, list(choices.consulted)) == (
        "query-default-operator",
        ["query-default-operator"],
    )


@pytest.mark.parametrize("text", ["a:1 b", "a:1 b:2 OR", "brand:land rover", 'a:1 "b"', "a:1 AND b:2"])
def test_query_that_every_choice_treats_alike_consults_nothing(text):
    choices = choosing()
    try:
        parse(text, choices)
    except QueryError as error:
        assert error.assumption is None
    assert list(choices.consulted) == []


# Other quotes


@pytest.mark.fidelity("queries-08")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name__c:'Volvo'", 'expected name__c:"Volvo", or \\\' to search for the character itself (at position 9)'),
        ("name__c:'Volvo XC 90'", 'expected name__c:"Volvo XC 90", or'),
        ("name__c:>'5'", 'expected name__c:>"5", or'),
        ("name__c:“Volvo”", 'expected name__c:"Volvo", or \\“ to search'),
        ("name__c:‘Volvo’", 'expected name__c:"Volvo", or \\‘ to search'),
        ("name__c:`Volvo`", 'expected name__c:"Volvo", or'),
        (
            "a:1 AND name__c:'Volvo",
            'expected name__c:"Volvo", or \\\' to search for the character itself (at position 17)',
        ),
        ("a:'x:y'", 'expected a:"x:y", or'),
        ("name__c='Volvo'", 'but the query ends; write name__c:"Volvo"'),
        ("name__c=Volvo", 'but the query ends; write name__c:"Volvo"'),
        ("a:'" + "x" * 500 + "'", 'xxx…", or'),
    ],
)
def test_other_quotes_are_refused_with_the_right_form(text, message):
    with pytest.raises(QueryError) as refused:
        parse(text, choosing())
    assert message in refused.value.message


@pytest.mark.fidelity("queries-08")
@pytest.mark.parametrize(
    ("text", "value"), [(r"a:\'x", "'x"), ("a:\"'x'\"", "'x'"), ("a:it's", "it's"), ("a:5'", "5'"), (r"a:\“x”", "“x”")]
)
def test_quotes_can_be_searched_for(text, value):
    assert parse(text, choosing()) == Compare("a", Operator.EQ, value)
