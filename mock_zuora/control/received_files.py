"""The beginnings of uploaded files, bounded by number and by bytes, which show what a client has sent."""

import csv
from collections.abc import Generator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from typing import Final

from mock_zuora.domain import limits

MAX_PREVIEW_BYTES: Final = 64 * 1024
MAX_PREVIEW_ROWS: Final = 200
_FRAME: Final = 300
"""Bytes that a file needs beside its beginning, roughly."""
_HASHED_PER_CHUNK: Final = 1024 * 1024
"""A millisecond or two of work."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """What is kept of an uploaded file: its first bytes, its length in bytes and its checksum."""

    beginning: bytes
    size: int
    sha256: str
    sent_as: str

    @property
    def encoding(self) -> str:
        """The name of its encoding, which Python knows."""
        return "utf-8-sig" if self.beginning.startswith(b"\xef\xbb\xbf") else "utf-8"

    def first_rows(self) -> list[tuple[str, ...]]:
        """The header and the first rows, without one that is cut off."""
        is_whole = self.size <= len(self.beginning)
        text = self.beginning.decode(self.encoding, "ignore")
        rows: list[tuple[str, ...]] = []
        # The whole file has been read as CSV; only the cut can break a row.
        reader = csv.reader(StringIO(text, newline=""))
        for row in reader:
            rows.append(tuple(row))
            if len(rows) > MAX_PREVIEW_ROWS + 1:
                return rows[:-1]
        return rows if is_whole else rows[:-1]


def received_file(data: bytes, sent_as: str) -> Generator[None, None, ReceivedFile]:
    """What is kept of a file. Reads it in chunks: a generator that yields between them."""
    checksum = sha256(usedforsecurity=False)
    for start in range(0, len(data), _HASHED_PER_CHUNK):
        if start:
            yield
        checksum.update(memoryview(data)[start : start + _HASHED_PER_CHUNK])
    return ReceivedFile(data[:MAX_PREVIEW_BYTES], len(data), checksum.hexdigest(), sent_as)


class ReceivedFiles:
    """The received files of one tenant by the ids of their jobs. The oldest are dropped."""

    def __init__(self) -> None:
        self._files: dict[str, ReceivedFile] = {}
        self._size = 0

    def add(self, job_id: str, file: ReceivedFile) -> None:
        """Keeps the file of a job, and drops the oldest files beyond the bounds."""
        self._files[job_id] = file
        self._size += _FRAME + len(file.beginning)
        while len(self._files) > limits.MAX_RECEIVED_FILES or self._size > limits.MAX_RECEIVED_FILE_BYTES:
            oldest = self._files.pop(next(iter(self._files)))
            self._size -= _FRAME + len(oldest.beginning)

    def of(self, job_id: str) -> ReceivedFile | None:
        """The file of a job; None if it is not kept."""
        return self._files.get(job_id)

    def clear(self) -> None:
        """Forgets every file."""
        self._files.clear()
        self._size = 0
