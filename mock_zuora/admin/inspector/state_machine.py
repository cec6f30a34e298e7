"""The state machine of jobs as a picture, made from the table of transitions: on the page of a job and in the docs.

It computes boxes and arrows; the template ``state_machine.svg`` draws them. Lengths are in units of the picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mock_zuora.control.job_results import JobStatusChange
from mock_zuora.domain.jobs.job import TRANSITIONS, Operation, Status

WIDTH: Final = 148
HEIGHT: Final = 56
_GAP: Final = 44
_ROW_GAP: Final = 26
_MARGIN: Final = 2

_Places = Mapping[Status, tuple[int, int]]
"""The column and the row of each status."""


@dataclass(frozen=True, slots=True)
class Box:
    """A status. ``kind`` is ``current``, ``visited`` or empty, and ``at`` and ``cause`` tell of its last visit."""

    status: str
    x: int
    y: int
    kind: str
    at: datetime | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A transition. ``path`` is the data of an SVG path; ``kind`` is ``visited`` or empty."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The statuses of a job and its transitions."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    title: str


def picture(operation: str, current: str | None = None, history: Sequence[JobStatusChange] = ()) -> Picture:
    """The state machine of an operation, with the current status of a job and the path that it took."""
    table = TRANSITIONS[Operation(operation)]
    places = _places(table)
    visits = {each.status: each for each in history}
    path = [each.status for each in history]
    steps = set(zip(path, path[1:], strict=False))
    boxes = tuple(_box(status, *places[status], current, visits.get(status)) for status in places)
    # The path of the job is drawn last, above the others.
    arrows = sorted(
        (
            Arrow(_path(places[before], places[after]), "visited" if (before, after) in steps else "")
            for before in table
            for after in sorted(table[before])
        ),
        key=lambda each: each.kind,
    )
    columns, rows = (1 + max(place[axis] for place in places.values()) for axis in (0, 1))
    return Picture(
        width=columns * (WIDTH + _GAP) - _GAP + 2 * _MARGIN,
        height=rows * (HEIGHT + _ROW_GAP) - _ROW_GAP + 2 * _MARGIN,
        boxes=boxes,
        arrows=tuple(arrows),
        title=f"The statuses of a {operation} job" + ("" if current is None else f", which is {current}"),
    )


def _places(table: Mapping[Status, frozenset[Status]]) -> _Places:
    """Puts the statuses that have a next one in the first row, in order. A final status comes one column after the last
    status that leads to it, in the first free row."""
    places: dict[Status, tuple[int, int]] = {}
    for status in Status:
        if status in table:
            places[status] = (len(places), 0)
    for status in Status:
        before = [places[each][0] for each in table if status in table[each]]
        if status not in places and before:
            column = 1 + max(before)
            row = next(row for row in range(len(Status)) if (column, row) not in places.values())
            places[status] = (column, row)
    return places


def _box(status: Status, column: int, row: int, current: str | None, visit: JobStatusChange | None) -> Box:
    kind = "current" if status == current else "" if visit is None else "visited"
    x, y = _corner((column, row))
    return Box(status.value, x, y, kind, None if visit is None else visit.at, "" if visit is None else visit.cause)


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return _MARGIN + place[0] * (WIDTH + _GAP), _MARGIN + place[1] * (HEIGHT + _ROW_GAP)


def _path(before: tuple[int, int], after: tuple[int, int]) -> str:
    """From the right side of a box to the next column, or from its bottom below the columns between."""
    (x, y), (end_x, end_y) = _corner(before), _corner(after)
    end_y += HEIGHT // 2
    if after[0] - before[0] == 1:
        x, y = x + WIDTH, y + HEIGHT // 2
        middle = (x + end_x) // 2
        return f"M{x} {y}C{middle} {y} {middle} {end_y} {end_x} {end_y}"
    x, y = x + WIDTH // 2, y + HEIGHT
    return f"M{x} {y}V{end_y}H{end_x}"
