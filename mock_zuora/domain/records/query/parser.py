"""Tokens → tree, by recursive descent."""

from typing import Final

from mock_zuora.domain.errors import quote
from mock_zuora.domain.records.comparison import Operator
from mock_zuora.domain.records.query.tokens import Kind, QueryError, QueryToken, tokens_of
from mock_zuora.domain.records.query.tree import EXISTS, SIGNS, And, Compare, Exists, Node, Not, Or

DEEPEST: Final = 50
"""(M) How deep parentheses and NOT may be nested, so that no query exhausts the stack."""

_OPERATORS: Final = {sign: operator for operator, sign in SIGNS.items() if sign}


def parse(text: str) -> Node:
    """The tree of a query. Raises QueryError."""
    parser = _Parser(text)
    if parser.is_at(Kind.END):
        raise QueryError("the query is empty; expected a term such as status__c:active", 0)
    node = parser.query(0)
    if not parser.is_at(Kind.END):
        raise parser.unexpected_after_term()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tokens_of(text)
        self.next = next(self._tokens)

    def is_at(self, kind: Kind) -> bool:
        return self.next.kind is kind

    def take(self) -> QueryToken:
        token = self.next
        if token.kind is not Kind.END:
            self.next = next(self._tokens)
        return token

    def query(self, depth: int) -> Node:
        parts = [self.all(depth)]
        while self.is_at(Kind.OR):
            self.take()
            parts.append(self.all(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all(self, depth: int) -> Node:
        parts = [self.negated(depth)]
        while self.is_at(Kind.AND):
            self.take()
            parts.append(self.negated(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negated(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise QueryError(f"the query is nested deeper than {DEEPEST} levels", self.next.at)
        if self.is_at(Kind.NOT):
            self.take()
            return Not(self.negated(depth + 1))
        if self.is_at(Kind.OPEN):
            return self.group(depth)
        return self.term()

    def group(self, depth: int) -> Node:
        opened = self.take()
        node = self.query(depth + 1)
        if self.is_at(Kind.END):
            raise QueryError("'(' has no ')'", opened.at)
        if not self.is_at(Kind.CLOSE):
            raise self.unexpected_after_term()
        self.take()
        return node

    def term(self) -> Node:
        field = self.take()
        if field.kind is not Kind.WORD:
            raise QueryError(
                f"expected the API name of a field, {EXISTS}, NOT or '(', but there is {_named(field)}", field.at
            )
        if not self.is_at(Kind.COLON):
            raise QueryError(
                f"{quote(field.text)} is followed by {_named(self.next)}; expected ':' and a value"
                + _hint_of_case(field.text),
                field.at,
            )
        self.take()
        if field.text == EXISTS:
            name = self.take()
            if name.kind is not Kind.WORD:
                raise QueryError(f"expected the API name of a field after {EXISTS}:, not {_named(name)}", name.at)
            return Exists(name.text, name.at)
        return self.comparison(field)

    def comparison(self, field: QueryToken) -> Node:
        operator = Operator.EQ
        if self.is_at(Kind.RANGE):
            operator = _OPERATORS[self.take().text]
        value = self.take()
        if value.kind not in (Kind.WORD, Kind.PHRASE):
            raise QueryError(
                f"expected a value of {quote(field.text)}, but there is {_named(value)}; a value with spaces or "
                "operators in it is quoted",
                value.at,
            )
        if self.is_at(Kind.COLON):
            raise QueryError(
                rf"a colon inside a value is written as \: or the value is quoted, as in {field.text}:"
                f'"{value.text}:…"',
                self.next.at,
            )
        return Compare(field.text, operator, value.text, field.at, value.at)

    def unexpected_after_term(self) -> QueryError:
        token = self.next
        if token.kind is Kind.CLOSE:
            return QueryError("')' has no '('", token.at)
        return QueryError(f"expected AND or OR before {_named(token)}{_hint_of_case(token.text)}", token.at)


def _named(token: QueryToken) -> str:
    return quote(token.text) if token.kind in (Kind.WORD, Kind.PHRASE) else token.kind.value


def _hint_of_case(word: str) -> str:
    is_operator = word.upper() in ("AND", "OR", "NOT") and not word.isupper()
    return f" (operators are in upper case: {word.upper()})" if is_operator else ""
