"""Reads the code blocks of a page, with their languages and titles."""

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs"
_BLOCK: Final = re.compile(
    r'^(?P<indent> *)```(\w*)(?: title="([^"]+)")?\n(.*?)^(?P=indent)```$', re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Block:
    """A code block. The title is the name of the file that the block shows."""

    page: str
    line: int
    language: str
    title: str | None
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """Returns the blocks of a page in order, those in tabs without their indentation."""
    text = path.read_text("utf-8")
    page = path.relative_to(DOCS).as_posix()
    return [
        Block(page, text.count("\n", 0, match.start()) + 1, match[2], match[3], dedent(match[4]))
        for match in _BLOCK.finditer(text)
    ]
