import pytest

from mock_zuora.domain.records.query.tokens import UNSUPPORTED_SYNTAX, QueryError, TokenKind, tokens_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", [(TokenKind.END, "", 0)]),
        (
            " a:b",
            [(TokenKind.WORD, "a", 1), (TokenKind.COLON, ":", 2), (TokenKind.WORD, "b", 3), (TokenKind.END, "", 4)],
        ),
        (
            "!(a)",
            [
                (TokenKind.NOT, "!", 0),
                (TokenKind.OPEN, "(", 1),
                (TokenKind.WORD, "a", 2),
                (TokenKind.CLOSE, ")", 3),
                (TokenKind.END, "", 4),
            ],
        ),
        (
            ":<=5",
            [(TokenKind.COLON, ":", 0), (TokenKind.RANGE, "<=", 1), (TokenKind.WORD, "5", 3), (TokenKind.END, "", 4)],
        ),
        (
            "a&&b",
            [(TokenKind.WORD, "a", 0), (TokenKind.AND, "&&", 1), (TokenKind.WORD, "b", 3), (TokenKind.END, "", 4)],
        ),
        ("a&b|c!<d", [(TokenKind.WORD, "a&b|c!<d", 0), (TokenKind.END, "", 8)]),
        (
            "AND and \\AND",
            [
                (TokenKind.AND, "AND", 0),
                (TokenKind.WORD, "and", 4),
                (TokenKind.WORD, "AND", 8),
                (TokenKind.END, "", 12),
            ],
        ),
        ('"a \\" b"', [(TokenKind.PHRASE, 'a " b', 0), (TokenKind.END, "", 8)]),
        ("0\\:1\\ 2", [(TokenKind.WORD, "0:1 2", 0), (TokenKind.END, "", 7)]),
    ],
)
def test_text_is_split_into_tokens_with_positions(text, tokens):
    assert [(each.kind, each.text, each.position) for each in tokens_of(text)] == tokens


@pytest.mark.parametrize("sign", list(UNSUPPORTED_SYNTAX))
def test_unsupported_operator_must_be_escaped_or_quoted(sign):
    with pytest.raises(QueryError) as error:
        list(tokens_of(f"ab{sign}c"))
    assert (error.value.position, f"write \\{sign}" in error.value.message) == (3, True)
    assert [each.text for each in tokens_of(f'ab\\{sign}c "{sign}"')] == [f"ab{sign}c", sign, ""]


@pytest.mark.parametrize(("text", "position"), [('a "b', 3), ('"', 1), ("a\\", 2), ('"a\\"', 1)])
def test_unterminated_token_is_refused_at_its_start(text, position):
    with pytest.raises(QueryError) as error:
        list(tokens_of(text))
    assert error.value.position == position


def test_position_is_part_of_the_sentence():
    assert QueryError("Field [Id] is not valid.", 3).message == "Field [Id] is not valid (at position 4)"
