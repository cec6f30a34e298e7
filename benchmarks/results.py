"""Rows of the result table and their budgets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median


class Sense(StrEnum):
    """Whether a budget is a lower or an upper limit."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measured value with an optional budget. ``values`` are the single measurements; the value is their median."""

    name: str
    unit: str
    values: Sequence[float]
    budget: float | None = None
    sense: Sense = Sense.AT_MOST
    note: str = ""
    """The absolute values behind the ratio."""
    details: dict[str, object] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def is_met(self) -> bool:
        """Whether the median meets the budget."""
        return self.is_met_by_factor(1.0)

    def is_met_by_factor(self, slack: float) -> bool:
        """Whether the median meets the budget widened by a factor, for busy machines."""
        if self.budget is None:
            return True
        if self.sense is Sense.AT_LEAST:
            return self.value >= self.budget / slack
        return self.value <= self.budget * slack

    def document(self) -> dict[str, object]:
        """Returns the row for the JSON file."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "budget": self.budget,
            "sense": self.sense.value if self.budget is not None else None,
            "met": self.is_met if self.budget is not None else None,
            "values": [round(each, 4) for each in self.values],
            "note": self.note,
            "details": self.details,
        }


def table_of(rows: Sequence[Row]) -> str:
    """Returns the rows as a Markdown table, which is also printed."""
    lines = ["| benchmark | measured | budget | | spread | |", "| --- | ---: | ---: | --- | --- | --- |"]
    for row in rows:
        budget = "" if row.budget is None else f"{row.sense.value} {row.budget:g} {row.unit}"
        result = "" if row.budget is None else "met" if row.is_met else "**missed**"
        spread = f"{min(row.values):.3g} to {max(row.values):.3g}" if len(row.values) > 1 else ""
        lines.append(f"| {row.name} | {row.value:.3g} {row.unit} | {budget} | {result} | {spread} | {row.note} |")
    return "\n".join(lines)


def ratios(values: Sequence[float], baseline: Sequence[float]) -> list[float]:
    """Returns the ratio of each pair. The two values of a pair were measured directly after each other."""
    return [value / base for value, base in zip(values, baseline, strict=True)]
