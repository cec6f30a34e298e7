import pytest

from mock_zuora.domain.records.query.tokens import NO_SUCH_SYNTAX, Kind, QueryError, tokens_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", [(Kind.END, "", 0)]),
        (" a:b", [(Kind.WORD, "a", 1), (Kind.COLON, ":", 2), (Kind.WORD, "b", 3), (Kind.END, "", 4)]),
        (
            "!(a)",
            [(Kind.NOT, "!", 0), (Kind.OPEN, "(", 1), (Kind.WORD, "a", 2), (Kind.CLOSE, ")", 3), (Kind.END, "", 4)],
        ),
        (":<=5", [(Kind.COLON, ":", 0), (Kind.RANGE, "<=", 1), (Kind.WORD, "5", 3), (Kind.END, "", 4)]),
        ("a&&b", [(Kind.WORD, "a", 0), (Kind.AND, "&&", 1), (Kind.WORD, "b", 3), (Kind.END, "", 4)]),
        ("a&b|c!<d", [(Kind.WORD, "a&b|c!<d", 0), (Kind.END, "", 8)]),
        ("AND and \\AND", [(Kind.AND, "AND", 0), (Kind.WORD, "and", 4), (Kind.WORD, "AND", 8), (Kind.END, "", 12)]),
        ('"a \\" b"', [(Kind.PHRASE, 'a " b', 0), (Kind.END, "", 8)]),
        ("0\\:1\\ 2", [(Kind.WORD, "0:1 2", 0), (Kind.END, "", 7)]),
    ],
)
def test_a_text_falls_into_tokens_with_their_places(text, tokens):
    assert [(each.kind, each.text, each.at) for each in tokens_of(text)] == tokens


@pytest.mark.parametrize("sign", list(NO_SUCH_SYNTAX))
def test_a_sign_of_other_query_languages_is_refused_unless_it_is_escaped_or_quoted(sign):
    with pytest.raises(QueryError) as mistake:
        list(tokens_of(f"ab{sign}c"))
    assert (mistake.value.position, f"write \\{sign}" in mistake.value.message) == (3, True)
    assert [each.text for each in tokens_of(f'ab\\{sign}c "{sign}"')] == [f"ab{sign}c", sign, ""]


@pytest.mark.parametrize(("text", "position"), [('a "b', 3), ('"', 1), ("a\\", 2), ('"a\\"', 1)])
def test_an_end_that_is_missing_is_refused_where_it_began(text, position):
    with pytest.raises(QueryError) as mistake:
        list(tokens_of(text))
    assert mistake.value.position == position
