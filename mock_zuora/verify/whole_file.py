"""Writes files as a whole or not at all, so that an interrupted run leaves the former one."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Writes a file in UTF-8. Raises OSError; the former file is unchanged then."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)
