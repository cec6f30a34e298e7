"""Line charts with a logarithmic x axis as SVG, with the standard library only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 16, 58, 46
_COLOURS = ("#1f6feb", "#d1242f", "#1a7f37")


@dataclass(frozen=True, slots=True)
class Line:
    """A named curve."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart: the labels of its axes, and its curves."""

    x: str
    y: str
    lines: Sequence[Line]


def figure(panels: Sequence[Panel]) -> str:
    """Returns the charts as SVG, two per row."""
    rows = math.ceil(len(panels) / 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * _WIDTH} {rows * _HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{2 * _WIDTH}" height="{rows * _HEIGHT}" fill="white"/>',
    ]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({number % 2 * _WIDTH} {number // 2 * _HEIGHT})">')
        parts += _panel(panel)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> list[str]:
    sizes = [x for line in panel.lines for x, _ in line.points]
    top = _round_up(max(y for line in panel.lines for _, y in line.points))
    low, high = math.log10(min(sizes)), math.log10(max(sizes))

    def across(x: float) -> float:
        return _LEFT + (math.log10(x) - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def up(y: float) -> float:
        return _HEIGHT - _BOTTOM - y / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = []
    for step in range(5):
        y = top * step / 4
        parts.append(f'<path d="M{_LEFT} {up(y):.1f}H{_WIDTH - _RIGHT}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
    for x in sorted(set(sizes)):
        parts.append(f'<text x="{across(x):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{x:,}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(panel.x)}</text>')
    parts.append(f'<text x="8" y="16" font-weight="bold">{escape(panel.y)}</text>')
    for number, line in enumerate(panel.lines):
        colour = _COLOURS[number]
        points = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line.points)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>' for x, y in line.points]
        parts.append(f'<text x="{_LEFT + number * 136}" y="38" fill="{colour}">{escape(line.name)}</text>')
    return parts


def _round_up(value: float) -> float:
    """Rounds up to 1, 2, 4 or 8 times a power of ten, so that the axis has round steps."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(each * power for each in (1, 2, 4, 8, 10) if each * power >= value)
