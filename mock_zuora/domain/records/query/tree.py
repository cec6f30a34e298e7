"""A query as a tree, and back to its text."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Final

from mock_zuora.domain.records.comparison import Operator
from mock_zuora.domain.records.query.tokens import SPECIAL

EXISTS: Final = "_exists_"
SIGNS: Final = {Operator.EQ: "", Operator.LT: "<", Operator.LE: "<=", Operator.GT: ">", Operator.GE: ">="}
"""How the query language writes the operators of a comparison (D)."""
_KEYWORDS: Final = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether the field has a value."""

    field: str
    at: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of the field with what the query says, which is text until the field is known."""

    field: str
    operator: Operator
    said: str
    at: int = dataclass_field(default=0, compare=False)
    said_at: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What its part does not find; records without the value among them (D)."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """What every part finds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What any part finds."""

    parts: tuple["Node", ...]


Node = Exists | Compare | Not | And | Or


def text_of(node: Node) -> str:
    """The query as text; parsed again, it is the same tree."""
    if isinstance(node, Exists):
        return f"{EXISTS}:{_word(node.field)}"
    if isinstance(node, Compare):
        return f"{_word(node.field)}:{SIGNS[node.operator]}{_value(node.said)}"
    if isinstance(node, Not):
        return f"NOT {_grouped(node.part)}"
    return (" AND " if isinstance(node, And) else " OR ").join(_grouped(each) for each in node.parts)


def _grouped(node: Node) -> str:
    return f"({text_of(node)})" if isinstance(node, And | Or) else text_of(node)


def _word(text: str) -> str:
    """The text as a word, with whatever is special in it escaped."""
    if text in _KEYWORDS:
        return "\\" + text
    return "".join("\\" + each if each in SPECIAL or each.isspace() else each for each in text)


def _value(text: str) -> str:
    is_plain = text and text not in _KEYWORDS and not any(each in SPECIAL or each.isspace() for each in text)
    if is_plain:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
