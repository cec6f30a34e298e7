"""Markdown tables and cells."""

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """Returns the text escaped for a table cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table with one line per row."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell(each) for each in line)} |\n" for line in lines)


def code(text: str) -> str:
    """Returns the text as inline code."""
    return f"`{text}`"
