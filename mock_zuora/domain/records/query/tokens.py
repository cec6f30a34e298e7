"""Text → tokens, each with its position; a mistake is a ``QueryError`` that says where it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mock_zuora.domain.errors import Category, quote

NO_SUCH_SYNTAX: Final = "*?~^[]{}"
"""What query languages of search engines have more; the guide of custom objects has none of it. To take such a sign as
itself would let a test pass that finds something else in Zuora, so it must be escaped or quoted (A)."""
SPECIAL: Final = '\\ ()":&|!<>' + NO_SUCH_SYNTAX
"""The characters that a word cannot have as they are everywhere."""


class QueryError(Exception):
    """A query that cannot be: the category of the mistake, what is wrong, and where; the first character is 1."""

    def __init__(self, message: str, at: int, category: Category = Category.INVALID) -> None:
        self.position = at + 1
        self.category = category
        self.message = f"{message} (at position {self.position})"
        super().__init__(self.message)


class Kind(Enum):
    """The kinds of tokens; the value is how messages call them."""

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
    """A token: its text without escapes and quotes, and the place of its first character."""

    kind: Kind
    text: str
    at: int


_SIGNS: Final = {
    "(": Kind.OPEN,
    ")": Kind.CLOSE,
    ":": Kind.COLON,
    "&&": Kind.AND,
    "||": Kind.OR,
    "!": Kind.NOT,
    "<": Kind.RANGE,
    "<=": Kind.RANGE,
    ">": Kind.RANGE,
    ">=": Kind.RANGE,
}
_WORDS: Final = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_SPACE: Final = re.compile(r"\s+")
_SIGN: Final = re.compile(r"&&|\|\||<=|>=|[():!<>]")
_PHRASE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WORD: Final = re.compile(r'(?:\\.|(?!&&|\|\|)[^\s()":\\])+', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


def tokens_of(text: str) -> Iterator[QueryToken]:
    """The tokens of a query; the last is the end. Raises QueryError."""
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
        elif sign := _SIGN.match(text, at):
            yield QueryToken(_SIGNS[sign.group()], sign.group(), at)
            at = sign.end()
        elif text[at] == '"':
            phrase = _PHRASE.match(text, at)
            if phrase is None:
                raise QueryError("a phrase that begins with a quote has no quote at its end", at)
            yield QueryToken(Kind.PHRASE, _unescaped(phrase.group(1)), at)
            at = phrase.end()
        else:
            yield _word(text, at)
            at = _end_of_word(text, at)
    yield QueryToken(Kind.END, "", len(text))


def _end_of_word(text: str, at: int) -> int:
    word = _WORD.match(text, at)
    if word is None:
        raise QueryError(r"a backslash at the end escapes nothing; write \\ for a backslash", at)
    return word.end()


def _word(text: str, at: int) -> QueryToken:
    said = text[at : _end_of_word(text, at)]
    escaped = False
    for place, character in enumerate(said, at):
        if character in NO_SUCH_SYNTAX and not escaped:
            raise QueryError(
                f"{quote(character)} has no meaning in a query of custom objects; "
                rf"to search for the character itself write \{character}, or quote the value",
                place,
            )
        escaped = character == "\\" and not escaped
    return QueryToken(_WORDS.get(said, Kind.WORD), _unescaped(said), at)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
