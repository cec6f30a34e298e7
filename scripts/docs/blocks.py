"""The examples of a page: its blocks of code, each with its language and its title."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs"
_BLOCK: Final = re.compile(r'^```(\w*)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One block. A title is the name of the file that it shows."""

    page: str
    line: int
    language: str
    title: str | None
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """The blocks of a page, in their order."""
    text = path.read_text("utf-8")
    page = path.relative_to(DOCS).as_posix()
    return [Block(page, text.count("\n", 0, found.start()) + 1, *found.groups()) for found in _BLOCK.finditer(text)]
