"""Writes changes and the whole state to the state file. The keeper calls it in a thread of its own."""

import logging
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from mock_zuora.server.state_entries import BYTES_PER_COPIED_RECORD, encoded
from mock_zuora.storage.change_log import Change
from mock_zuora.storage.state_file import StateFile, StateFileError

MIN_SIZE_TO_COMPACT: Final = 32 * 1024 * 1024
"""Characters. The log is compacted when it exceeds this plus twice the size of the whole state."""
MAX_UNWRITTEN: Final = 20_000
"""Changes that are kept for the next attempt. If there are more, the whole state is written instead."""
CHUNKS_PER_STEP: Final = 20
"""Chunks of the whole state that are written at once, while changes wait."""

logger = logging.getLogger("mock_zuora.state")


class StateWriter:
    """Writes to a state file, and remembers what could not be written."""

    def __init__(self, file: StateFile) -> None:
        self.failure: str | None = None
        """Why the last write failed; None if it did not."""
        self.is_incomplete = False
        """Whether changes were lost that the log needs. Later changes could depend on them, so the whole state has to
        replace the log."""
        self._file = file
        self._unwritten: list[Change] = []
        self._is_replacing_incomplete = False
        self._size = 0
        """Characters of the log."""
        self._compact_size = 0
        """Characters of the whole state when it was last written."""
        self._next_size = 0

    def note_size(self, compact_size: int, size: int) -> None:
        """Sets the characters of the whole state in the log, and of the log."""
        self._compact_size, self._size = compact_size, size

    @property
    def needs_compacting(self) -> bool:
        """Whether the whole state should replace the log of changes."""
        return self.is_incomplete or self._size > MIN_SIZE_TO_COMPACT + 2 * self._compact_size

    def write(self, changes: list[Change]) -> None:
        """Writes changes in one transaction. If that fails, they are written with the next ones."""
        changes = self._unwritten + changes
        if self.is_incomplete or not changes:
            return
        size = sum(each[3] * BYTES_PER_COPIED_RECORD for each in changes if each[0] == "copied")
        try:
            size += self._file.append(encoded(changes))
        except StateFileError as error:
            self.is_incomplete = len(changes) > MAX_UNWRITTEN
            self._unwritten = [] if self.is_incomplete else changes
            self._note_failure(error)
        else:
            self._unwritten = []
            self._size += size
            self._note_success()

    # The whole state replaces the log of changes

    def start_next(self, changes: list[Change]) -> None:
        """Starts a new generation. The whole state will include these changes, so only the old one gets them."""
        self.write(changes)
        if self.failure is not None and not self.is_incomplete:
            raise StateFileError(self.failure)
        self._file.start_next(is_complete=not self.is_incomplete)
        self._is_replacing_incomplete, self.is_incomplete = self.is_incomplete, False
        self._next_size = 0

    def write_next(self, chunks: Iterator[str]) -> bool:
        """Writes the next chunks of the whole state. Returns whether there were any. Raises StateFileError."""
        size = self._file.append_to_next(islice(chunks, CHUNKS_PER_STEP))
        self._next_size += size
        return size > 0

    def use_next(self) -> None:
        """Replaces the log. Raises StateFileError, also if changes were lost in the meantime."""
        if self.is_incomplete:
            raise StateFileError(str(self.failure))
        self._file.use_next()
        self._is_replacing_incomplete = False
        self.note_size(self._next_size, self._next_size)
        if not self._unwritten:
            self._note_success()

    def give_up_next(self, error: StateFileError) -> None:
        """Keeps the log. It is compacted again when it has grown further."""
        if self._is_replacing_incomplete:
            self._is_replacing_incomplete, self.is_incomplete = False, True
        else:
            logger.warning("state %s: cannot be compacted: %s", self._file.path, error)
        self._file.give_up_next()
        self._compact_size = self._size

    def write_last(self, changes: list[Change], whole_state: Callable[[], list[Change]]) -> None:
        """Writes what is left when the server stops, without giving way to anything else."""
        self.is_incomplete |= self._is_replacing_incomplete
        self.write(changes)
        if not self.is_incomplete:
            return
        self._file.give_up_next()
        try:
            self.start_next([])
            chunks = encoded(whole_state())
            while self.write_next(chunks):
                pass
            self.use_next()
        except StateFileError as error:
            self._note_failure(error)

    # Failures

    def _note_failure(self, error: StateFileError) -> None:
        if self.failure is None:
            logger.error("state %s: %s; changes are kept in memory and tried again", self._file.path, error)
        self.failure = str(error)

    def _note_success(self) -> None:
        if self.failure is not None:
            logger.info("state %s: writing works again", self._file.path)
        self.failure = None
