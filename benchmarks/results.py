"""One row of the table, and how it is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median


class Sense(StrEnum):
    """Which side of its budget a value must be on."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measured value, with its budget if it has one. ``values`` are the single measurements behind the median."""

    name: str
    unit: str
    values: Sequence[float]
    budget: float | None = None
    sense: Sense = Sense.AT_MOST
    said: str = ""
    """What the ratio was made of, for people."""
    details: dict[str, object] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def is_met(self) -> bool:
        """Whether the median is on the right side of the budget."""
        return self.is_met_by_factor(1.0)

    def is_met_by_factor(self, slack: float) -> bool:
        """The same with a budget that is so many times wider: for machines that do much else."""
        if self.budget is None:
            return True
        if self.sense is Sense.AT_LEAST:
            return self.value >= self.budget / slack
        return self.value <= self.budget * slack

    def document(self) -> dict[str, object]:
        """The row for the JSON file."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "budget": self.budget,
            "sense": self.sense.value if self.budget is not None else None,
            "met": self.is_met if self.budget is not None else None,
            "values": [round(each, 4) for each in self.values],
            "said": self.said,
            "details": self.details,
        }


def table_of(rows: Sequence[Row]) -> str:
    """The rows as a table of Markdown, which is also what the terminal shows."""
    lines = ["| what | measured | budget | | spread | |", "| --- | ---: | ---: | --- | --- | --- |"]
    for row in rows:
        budget = "" if row.budget is None else f"{row.sense.value} {row.budget:g} {row.unit}"
        verdict = "" if row.budget is None else "met" if row.is_met else "**missed**"
        spread = f"{min(row.values):.3g} to {max(row.values):.3g}" if len(row.values) > 1 else ""
        lines.append(f"| {row.name} | {row.value:.3g} {row.unit} | {budget} | {verdict} | {spread} | {row.said} |")
    return "\n".join(lines)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The ratio of each pair: the two were measured one right after the other."""
    return [mine / yours for mine, yours in zip(ours, theirs, strict=True)]
