"""Parses the tokens of a query to a tree, by recursive descent."""

from typing import Final

from mock_zuora.domain import limits
from mock_zuora.domain.assumptions.catalogue.records import QUERY_DEFAULT_OPERATOR
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import quote
from mock_zuora.domain.records.comparison import Operator
from mock_zuora.domain.records.query.tokens import QueryError, QueryToken, TokenKind, tokens_of
from mock_zuora.domain.records.query.tree import EXISTS, SIGNS, And, Compare, Exists, Node, Not, Or

MAX_NESTING: Final = 50
"""How deep parentheses and NOT can be nested (M), so that no query exhausts the stack."""

QUOTES: Final = {"'": "'", "`": "`", "‘": "’", "’": "’", "“": "”", "”": "”", "„": "“", "«": "»"}
"""Quotes that do not enclose phrases, each with the quote that ends it. They must be escaped at the beginning of a word
(A): with the quotes as plain characters, ``name__c:'Volvo'`` would find nothing."""
_EVERY_QUOTE: Final = "".join(QUOTES) + "".join(QUOTES.values())
_STARTS_OF_TERMS: Final = (TokenKind.WORD, TokenKind.NOT, TokenKind.OPEN)
_OPERATORS: Final = {sign: operator for operator, sign in SIGNS.items() if sign}


def parse(text: str, choices: Choices) -> Node:
    """Parses a query. Raises QueryError.

    The choices decide about two terms without an operator between them.
    """
    try:
        return _QueryParser(text).whole()
    except _MissingOperatorError as missing:
        try:
            node = _QueryParser(text, joins_by_or=True).whole()
        except QueryError:
            # The query has another mistake, so that both choices refuse it.
            raise missing from None
        if choices.of(QUERY_DEFAULT_OPERATOR) == "or":
            return node
        missing.assumption = QUERY_DEFAULT_OPERATOR
        raise


class _MissingOperatorError(QueryError):
    """Two terms without an operator between them."""


class _QueryParser:
    def __init__(self, text: str, *, joins_by_or: bool = False) -> None:
        self._text = text
        self._joins_by_or = joins_by_or
        self._tokens = tokens_of(text)
        self._terms = 0
        self.next = next(self._tokens)

    def whole(self) -> Node:
        if self.is_at(TokenKind.END):
            raise QueryError("the query is empty; expected a term such as status__c:active", 0)
        node = self.query(0)
        if not self.is_at(TokenKind.END):
            raise self.unexpected_after_term()
        return node

    def is_at(self, kind: TokenKind) -> bool:
        return self.next.kind is kind

    def advance(self) -> QueryToken:
        token = self.next
        if token.kind is not TokenKind.END:
            self.next = next(self._tokens)
        return token

    def query(self, depth: int) -> Node:
        operands = [self.all(depth)]
        while self.is_at(TokenKind.OR) or (self._joins_by_or and self.next.kind in _STARTS_OF_TERMS):
            if self.is_at(TokenKind.OR):
                self.advance()
            operands.append(self.all(depth))
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def all(self, depth: int) -> Node:
        operands = [self.negated(depth)]
        while self.is_at(TokenKind.AND):
            self.advance()
            operands.append(self.negated(depth))
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def negated(self, depth: int) -> Node:
        if depth > MAX_NESTING:
            raise QueryError(f"the query is nested deeper than {MAX_NESTING} levels", self.next.position)
        if self.is_at(TokenKind.NOT):
            self.advance()
            return Not(self.negated(depth + 1))
        if self.is_at(TokenKind.OPEN):
            return self.group(depth)
        return self.term()

    def group(self, depth: int) -> Node:
        opened = self.advance()
        node = self.query(depth + 1)
        if self.is_at(TokenKind.END):
            raise QueryError("'(' has no ')'", opened.position)
        if not self.is_at(TokenKind.CLOSE):
            raise self.unexpected_after_term()
        self.advance()
        return node

    def term(self) -> Node:
        self._terms += 1
        if self._terms > limits.MAX_QUERY_TERMS:
            limit = limits.MAX_QUERY_TERMS
            raise QueryError(f"the query has more than {limit} terms; expected at most {limit}", self.next.position)
        field = self.advance()
        if field.kind is not TokenKind.WORD:
            raise QueryError(
                f"expected the API name of a field, {EXISTS}, NOT or '(', but {_found(field)}",
                field.position,
            )
        if not self.is_at(TokenKind.COLON):
            raise QueryError(
                f"expected ':' and a value after {quote(field.text)}, but {_found(self.next)}"
                + (_colon_hint(field.text) or _case_hint(field.text)),
                field.position,
            )
        self.advance()
        if field.text == EXISTS:
            name = self.advance()
            if name.kind is not TokenKind.WORD:
                raise QueryError(f"expected the API name of a field after {EXISTS}:, but {_found(name)}", name.position)
            return Exists(name.text, name.position)
        return self.comparison(field)

    def comparison(self, field: QueryToken) -> Node:
        operator = Operator.EQ
        if self.is_at(TokenKind.RANGE):
            operator = _OPERATORS[self.advance().text]
        value = self.advance()
        if value.kind not in (TokenKind.WORD, TokenKind.PHRASE):
            raise QueryError(
                f"expected a value of {quote(field.text)}, but {_found(value)}; a value with spaces or "
                "operators in it is quoted",
                value.position,
            )
        if (opening := self._text[value.position]) in QUOTES:
            phrase = self._text[value.position + 1 :].partition(QUOTES[opening])[0]
            raise QueryError(
                f"phrases are in double quotes; expected {field.text}:{SIGNS[operator]}{_phrase(phrase)}, or "
                f"\\{opening} to search for the character itself",
                value.position,
            )
        if self.is_at(TokenKind.COLON):
            raise QueryError(
                rf"a colon inside a value is written as \: or the value is quoted, as in {field.text}:"
                f'"{value.text}:…"',
                self.next.position,
            )
        return Compare(field.text, operator, value.text, field.position, value.position)

    def unexpected_after_term(self) -> QueryError:
        token = self.next
        if token.kind is TokenKind.CLOSE:
            return QueryError("')' has no '('", token.position)
        error = _MissingOperatorError if token.kind in _STARTS_OF_TERMS else QueryError
        return error(f"expected AND or OR before {_described(token)}{_case_hint(token.text)}", token.position)


def _described(token: QueryToken) -> str:
    return quote(token.text) if token.kind in (TokenKind.WORD, TokenKind.PHRASE) else token.kind.value


def _found(token: QueryToken) -> str:
    return "the query ends" if token.kind is TokenKind.END else f"there is {_described(token)}"


def _phrase(text: str) -> str:
    return f'"{quote(text)[1:-1]}"'


def _colon_hint(word: str) -> str:
    """The right form of ``name__c='Volvo'``; empty for other words."""
    field, sign, value = word.partition("=")
    return f"; write {field}:{_phrase(value.strip(_EVERY_QUOTE))}" if sign and field else ""


def _case_hint(word: str) -> str:
    is_operator = word.upper() in ("AND", "OR", "NOT") and not word.isupper()
    return f" (operators are in upper case: {word.upper()})" if is_operator else ""
