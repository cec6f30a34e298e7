"""Writes the generated pages and pictures: those that the arguments name, or all."""

import sys
from pathlib import Path

from scripts.docs.pages import PAGES, PICTURES

DOCS = Path(__file__).parents[2] / "docs"


def main(names: list[str]) -> None:
    """Writes the named pages and pictures, or all if ``names`` is empty."""
    for name in names or [*PAGES, *PICTURES]:
        if name in PAGES:
            (DOCS / f"{name}.md").write_text(PAGES[name](), "utf-8", newline="\n")
        else:
            (DOCS / f"{name}.svg").write_text(PICTURES[name](), "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
