"""Writes the pages that are made from the code, all of them or those that are named."""

import sys
from pathlib import Path

from scripts.docs.made import PAGES

DOCS = Path(__file__).parents[2] / "docs"


def main(names: list[str]) -> None:
    """Writes the pages of these names; without any, all."""
    for name in names or PAGES:
        (DOCS / f"{name}.md").write_text(PAGES[name](), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
