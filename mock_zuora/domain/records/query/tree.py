"""The syntax tree of a query. Positions are those of characters, starting at 0."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Final

from mock_zuora.domain.records.comparison import Operator

EXISTS: Final = "_exists_"
SIGNS: Final = {Operator.EQ: "", Operator.LT: "<", Operator.LE: "<=", Operator.GT: ">", Operator.GE: ">="}
"""The signs of the comparison operators in a query (D)."""


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether the field has a value."""

    field: str
    position: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of the field with a value, which is text until the type of the field is known."""

    field: str
    operator: Operator
    value: str
    position: int = dataclass_field(default=0, compare=False)
    value_position: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Negation. It matches records without a value, too (D)."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Conjunction of all operands."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Disjunction of all operands."""

    operands: tuple["Node", ...]


Node = Exists | Compare | Not | And | Or
