"""The file with what was observed, which is read wherever assumptions are set."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mock_zuora import __version__
from mock_zuora.config.documents import decoded, toml_document
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.assumptions.choices import CHOICE, HOLDS, ROWS
from mock_zuora.domain.errors import one_line
from mock_zuora.verify.finding import Finding, Verdict
from mock_zuora.verify.whole_file import write_whole

_DELETE: Final = "\x7f"
"""JSON does not escape this character, and TOML does not accept it."""


class ObservedFile:
    """The entries of a new or an existing file. Entries of earlier runs stay until they are replaced."""

    def __init__(self, path: Path, host: str) -> None:
        """Reads the file if there is one. Raises OSError, and ValueError for the file of another host."""
        self._path, self._host = path, host
        self._assumptions: dict[str, Mapping[str, Any]] = {}
        self._rows: dict[str, Mapping[str, Any]] = {}
        if path.exists():
            document = toml_document(decoded(path.read_bytes()))
            rows = document.pop(ROWS, {})
            entries = [*document.values(), *(rows.values() if isinstance(rows, dict) else [rows])]
            hosts = {each.get("host") if isinstance(each, dict) else None for each in entries}
            if hosts - {host}:
                raise ValueError(f"has entries that were not observed on {host}; choose another file with --output")
            self._assumptions, self._rows = document, rows

    def add(self, findings: Mapping[str, Finding], date: str) -> None:
        """Adds findings. A tenant that behaves like none of the choices of an assumption loses its earlier entry."""
        for name, found in findings.items():
            entry = {"host": self._host, "date": date, "reason": found.reason}
            if found.verdict is Verdict.INCONCLUSIVE:
                continue
            if name not in ASSUMPTIONS:
                self._rows[name] = {HOLDS: found.verdict is Verdict.HOLDS, **entry}
            elif found.verdict is Verdict.CHOICE:
                self._assumptions[name] = {CHOICE: found.choice, **entry}
            else:
                self._assumptions.pop(name, None)

    def save(self) -> None:
        """Writes the file, as a whole or not at all. Raises OSError."""
        head = (
            f"# Observed by mock-zuora {__version__} on {self._host}.\n"
            f"# 'mock-zuora serve --assume {self._path.name}' behaves in this way.\n"
        )
        tables = [*self._tables("", self._assumptions), *self._tables(f"{ROWS}.", self._rows)]
        write_whole(self._path, "\n".join([head, *tables]))

    def _tables(self, prefix: str, entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        for name, entry in entries.items():
            yield "".join([f"[{prefix}{name}]\n", *(f"{key} = {_value(each)}\n" for key, each in entry.items())])


def _value(value: object) -> str:
    text = one_line(value) if isinstance(value, str) else value
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")
