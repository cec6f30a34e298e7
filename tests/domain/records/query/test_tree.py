import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.records.comparison import Operator
from mock_zuora.domain.records.query.parser import parse
from mock_zuora.domain.records.query.tree import And, Compare, Exists, Not, Or, text_of

A, B, C = (Compare(name, Operator.EQ, "1") for name in "abc")


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Exists("title"), "_exists_:title"),
        (Compare("age", Operator.LE, "5"), "age:<=5"),
        (Compare("author", Operator.EQ, "John Smith"), 'author:"John Smith"'),
        (Compare("at", Operator.GT, "00:00"), 'at:>"00:00"'),
        (Compare("a", Operator.EQ, 'say "\\"'), 'a:"say \\"\\\\\\""'),
        (Compare("a", Operator.EQ, "AND"), 'a:"AND"'),
        (Compare("a", Operator.EQ, ""), 'a:""'),
        (Compare("a b", Operator.EQ, "1"), "a\\ b:1"),
        (Compare("NOT", Operator.EQ, "1"), "\\NOT:1"),
        (Not(A), "NOT a:1"),
        (Not(And((A, B))), "NOT (a:1 AND b:1)"),
        (And((A, Or((B, C)))), "a:1 AND (b:1 OR c:1)"),
        (Or((A, And((B, Not(C))))), "a:1 OR (b:1 AND NOT c:1)"),
    ],
)
def test_a_tree_is_printed_with_what_it_needs_to_be_read_again(tree, text):
    assert text_of(tree) == text
    assert parse(text) == tree


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ["AND", "OR", "NOT", "a:b", "a b", '"', "\\", "\\\\:", "&&", "||", "!", "<5", ">=5", "(", "*", "_exists_"]
)
names = texts.filter(lambda name: name != "_exists_")
terms = st.builds(Exists, names) | st.builds(Compare, names, st.sampled_from(Operator), texts)
trees = st.recursive(
    terms,
    lambda parts: (
        st.builds(Not, parts)
        | st.builds(And, st.lists(parts, min_size=2, max_size=3).map(tuple))
        | st.builds(Or, st.lists(parts, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(trees)
def test_a_tree_printed_and_parsed_again_is_the_same(tree):
    assert parse(text_of(tree)) == tree
