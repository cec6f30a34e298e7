"""Writes log lines in a thread of its own: a reader that does not read them must not stop the server."""

import logging
import os
import select
import sys
import threading
from typing import Final, TextIO

MAX_CHARACTERS: Final = 2 * 1024 * 1024
"""How much text can wait to be written: some 15,000 lines. Further lines are dropped and counted."""
COLLECTING_SECONDS: Final = 0.02
"""How long lines are collected, because waking the thread for each costs a busy server a third of its speed."""
CLOSING_SECONDS: Final = 0.5
"""How long a shutdown waits for the lines that are left."""


class LogWriter(logging.Handler):
    """A handler that only queues its lines. When some had to be dropped, a line says how many.

    It bypasses the buffer of the stream: the interpreter could not exit while a thread that is blocked holds it.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._descriptor = _descriptor_of(stream)
        self._queue = threading.Lock()
        """Protects the three below."""
        self._lines: list[str] = []
        self._size = 0
        """Characters that wait, or are being written."""
        self._dropped = 0
        self._closing = threading.Event()
        self._has_work = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mock_zuora log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queues a line, or drops it if too many wait."""
        line = self.format(record) + "\n"
        with self._queue:
            if self._size + len(line) > MAX_CHARACTERS:
                self._dropped += 1
                return
            self._lines.append(line)
            self._size += len(line)
            is_first = len(self._lines) == 1
        if is_first:
            self._has_work.set()

    def close(self) -> None:
        """Waits a moment until the lines are written. ``logging`` calls it at exit."""
        self._closing.set()
        self._has_work.set()
        self._thread.join(CLOSING_SECONDS)
        super().close()

    def _run(self) -> None:
        while True:
            self._has_work.wait()
            self._closing.wait(COLLECTING_SECONDS)
            self._has_work.clear()
            lines, dropped = self._take()
            if not lines and not dropped:
                if self._closing.is_set():
                    return
                continue
            self._write("".join(lines))
            if dropped:
                self._write(self._line_about(dropped))
            with self._queue:
                self._size -= sum(map(len, lines))
            if self._closing.is_set() or self._dropped:
                self._has_work.set()

    def _take(self) -> tuple[list[str], int]:
        with self._queue:
            lines, dropped = self._lines, self._dropped
            self._lines, self._dropped = [], 0
        return lines, dropped

    def _line_about(self, dropped: int) -> str:
        text = "%d log lines were dropped, because nothing read the log"
        record = logging.LogRecord("mock_zuora", logging.WARNING, __file__, 0, text, (dropped,), None)
        return self.format(record) + "\n"

    def _write(self, text: str) -> None:
        """Writes a text, however long that takes. A reader that has gone away is no reason to stop."""
        if self._descriptor is None:
            self._stream.write(text)
            self._stream.flush()
            return
        left = memoryview(text.encode(self._stream.encoding, "backslashreplace"))
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                select.select((), (self._descriptor,), ())
            except OSError:
                return


def _descriptor_of(stream: TextIO) -> int | None:
    try:
        # A console of Windows takes text, not the bytes of an encoding.
        return None if sys.platform == "win32" and stream.isatty() else stream.fileno()
    except (OSError, ValueError):
        return None
