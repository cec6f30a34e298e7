"""Writes the generated pages, pictures and files of examples: those that the arguments name, or all."""

import sys
from pathlib import Path

from scripts.docs.pages import EXAMPLE_FILES, PAGES, PICTURES

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS.parent / "examples"


def main(names: list[str]) -> None:
    """Writes what ``names`` lists, or all if it is empty."""
    for name in names or [*PAGES, *PICTURES, *EXAMPLE_FILES]:
        if name in PAGES:
            (DOCS / f"{name}.md").write_text(PAGES[name](), "utf-8", newline="\n")
        elif name in EXAMPLE_FILES:
            (EXAMPLES / name).write_text(EXAMPLE_FILES[name](), "utf-8", newline="\n")
        else:
            (DOCS / f"{name}.svg").write_text(PICTURES[name](), "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
