"""Splits the text of a query into tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.errors import Category, quote

UNSUPPORTED_SYNTAX: Final = "*?~^[]{}"
"""Operators of other search query languages, which the guide to custom objects does not mention. They must be escaped
or quoted (A): treated as plain characters, they could make a test pass that finds other records in Zuora."""


class QueryError(Exception):
    """An invalid query: the error category, a message, and the position, counted from 1.

    ``assumption`` is the assumption that the error rests on, if it rests on one.
    """

    def __init__(
        self,
        message: str,
        index: int,
        category: Category = Category.INVALID,
        assumption: Assumption | None = None,
    ) -> None:
        self.assumption = assumption
        self.position = index + 1
        self.category = category
        self.message = f"{message.removesuffix('.')} (at position {self.position})"
        super().__init__(self.message)


class TokenKind(Enum):
    """The kinds of tokens. The value is the name in messages."""

    OPEN = "'('"
    CLOSE = "')'"
    COLON = "':'"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    RANGE = "a range operator"
    WORD = "a word"
    PHRASE = "a phrase"
    END = "the end"


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A token: its text without escapes and quotes, and the position of its first character."""

    kind: TokenKind
    text: str
    position: int


_SIGNS: Final = {
    "(": TokenKind.OPEN,
    ")": TokenKind.CLOSE,
    ":": TokenKind.COLON,
    "&&": TokenKind.AND,
    "||": TokenKind.OR,
    "!": TokenKind.NOT,
    "<": TokenKind.RANGE,
    "<=": TokenKind.RANGE,
    ">": TokenKind.RANGE,
    ">=": TokenKind.RANGE,
}
_WORDS: Final = {"AND": TokenKind.AND, "OR": TokenKind.OR, "NOT": TokenKind.NOT}
_SPACE: Final = re.compile(r"\s+")
_SIGN: Final = re.compile(r"&&|\|\||<=|>=|[():!<>]")
_PHRASE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WORD: Final = re.compile(r'(?:\\.|(?!&&|\|\|)[^\s()":\\])+', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


def tokens_of(text: str) -> Iterator[QueryToken]:
    """Yields the tokens of a query; the last one is END. Raises QueryError."""
    position = 0
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
        elif sign := _SIGN.match(text, position):
            yield QueryToken(_SIGNS[sign.group()], sign.group(), position)
            position = sign.end()
        elif text[position] == '"':
            phrase = _PHRASE.match(text, position)
            if phrase is None:
                raise QueryError("a phrase that begins with a quote has no quote at its end", position)
            yield QueryToken(TokenKind.PHRASE, _unescaped(phrase.group(1)), position)
            position = phrase.end()
        else:
            yield _word(text, position)
            position = _end_of_word(text, position)
    yield QueryToken(TokenKind.END, "", len(text))


def _end_of_word(text: str, position: int) -> int:
    word = _WORD.match(text, position)
    if word is None:
        raise QueryError(r"a backslash at the end escapes nothing; write \\ for a backslash", position)
    return word.end()


def _word(text: str, position: int) -> QueryToken:
    word = text[position : _end_of_word(text, position)]
    escaped = False
    for index, character in enumerate(word, position):
        if character in UNSUPPORTED_SYNTAX and not escaped:
            raise QueryError(
                f"{quote(character)} has no meaning in a query of custom objects; "
                rf"to search for the character itself write \{character}, or quote the value",
                index,
            )
        escaped = character == "\\" and not escaped
    return QueryToken(_WORDS.get(word, TokenKind.WORD), _unescaped(word), position)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
