"""Tables and cells in Markdown."""

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """A text as it can stand in a cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, a line a row."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell(each) for each in line)} |\n" for line in lines)


def code(text: str) -> str:
    """A text as code."""
    return f"`{text}`"
