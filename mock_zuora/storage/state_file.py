"""The SQLite file behind the memory: a log of changes, in transactions.

A killed process leaves what the last transaction wrote; a power loss can lose the last transactions. An exclusive lock
keeps a second server from using the file. Loading replays the log. Compacting writes the whole state as a new
generation of the log and then drops the old one, so that a file does not grow for ever.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

FORMAT: Final = 1
"""The version of the tables and of the entries. Files of a later version are refused."""
_APPLICATION_ID: Final = 0x6D7A7561
"""Marks a SQLite database as a state file."""
_OWNER_ONLY: Final = 0o600
"""The file holds access tokens and the secrets of OAuth clients. On Windows, the permissions of the folder apply."""
_OPENED_TO_READ: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
_SCHEMA: Final = (
    # The rows of a whole state come before those of the changes that happened while it was written.
    "CREATE TABLE log (number INTEGER PRIMARY KEY, generation INTEGER NOT NULL, is_change INTEGER NOT NULL, "
    "entries TEXT NOT NULL)",
    "CREATE TABLE file (generation INTEGER NOT NULL, written_by TEXT NOT NULL, starts INTEGER NOT NULL)",
    "INSERT INTO file VALUES (0, '', 0)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {FORMAT}",
)
_MAGIC: Final = b"SQLite format 3\0"
_ROWS_PER_DELETE: Final = 100


class StateFileError(Exception):
    """The file cannot be used; the message says why."""


class StateFile:
    """An open state file. Use it from one thread at a time.

    Raises StateFileError, also for a file that another process has opened.
    """

    def __init__(self, path: str, program_version: str) -> None:
        self.path = path
        self._program_version = program_version
        try:
            _check_beginning(path)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        except (OSError, sqlite3.Error) as error:
            raise StateFileError(f"cannot be opened: {getattr(error, 'strerror', None) or error}") from None
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise StateFileError(_reason(error)) from None
        except StateFileError:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        # Without this mode, WAL needs shared memory; with it, a second server cannot open the file.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
        self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("BEGIN EXCLUSIVE")
        if self._value("SELECT count(*) FROM sqlite_master") == 0:
            for statement in _SCHEMA:
                self._connection.execute(statement)
        elif self._value("PRAGMA application_id") != _APPLICATION_ID:
            raise StateFileError("is a database of another program")
        elif self._value("PRAGMA user_version") > FORMAT:
            [writer] = self._connection.execute("SELECT written_by FROM file").fetchone()
            raise StateFileError(f"was written by version {writer}, which is newer; use that version, or another file")
        self._generation = self._value("SELECT generation FROM file")
        if self._value("SELECT count(*) FROM (SELECT 1 FROM log LIMIT 1)") and not self._has_rows():
            raise StateFileError("is damaged: the current generation of its log is missing")
        self._next = self._generation + 1
        """The number of the next generation. Each attempt has its own, as an old one may still have rows."""
        self._written_to = [self._generation]
        """The generations that changes are written to."""
        self.starts = self._value("SELECT starts FROM file") + 1
        """How often the file was loaded, this time included."""
        self._connection.execute("COMMIT")

    def _value(self, statement: str) -> int:
        row = self._connection.execute(statement).fetchone()
        if row is None or not isinstance(row[0], int):
            raise StateFileError(f"is damaged: {statement}: {row and row[0]!r} is not valid; expected an integer")
        return row[0]

    def _has_rows(self) -> bool:
        found = self._connection.execute("SELECT 1 FROM log WHERE generation = ? LIMIT 1", (self._generation,))
        return found.fetchone() is not None

    def whole_state(self) -> Iterator[str]:
        """The chunks of the whole state that the log begins with. Raises StateFileError."""
        return self._chunks(is_change=False)

    def changes(self) -> Iterator[str]:
        """The chunks of the changes since then, in the order in which they happened. Raises StateFileError."""
        return self._chunks(is_change=True)

    def _chunks(self, is_change: bool) -> Iterator[str]:
        statement = "SELECT entries FROM log WHERE generation = ? AND is_change = ? ORDER BY number"
        try:
            for [entries] in self._connection.execute(statement, (self._generation, is_change)):
                yield entries
        except sqlite3.Error as error:
            raise StateFileError(_reason(error)) from None

    def claim(self) -> None:
        """Notes that this program has loaded the file, and drops what a killed one left. Raises StateFileError."""
        try:
            self._connection.execute("UPDATE file SET written_by = ?, starts = ?", (self._program_version, self.starts))
            while self._drop_rows():
                pass
        except sqlite3.Error as error:
            raise StateFileError(_reason(error)) from None

    def append(self, chunks: Iterable[str]) -> int:
        """Writes chunks of changes in one transaction. Returns their size in characters.

        Raises StateFileError, and then writes none of them.
        """
        return self._write(True, self._written_to, chunks)

    def start_next(self, is_complete: bool = True) -> None:
        """Starts a new generation of the log. From now on, changes are written to both.

        If the old generation lacks changes (``is_complete`` is false), it stays as it is: later changes could depend on
        the missing ones.
        """
        self._written_to = [self._generation] * is_complete + [self._next]

    def append_to_next(self, chunks: Iterable[str]) -> int:
        """Writes chunks of the whole state to the new generation, as ``append`` does."""
        return self._write(False, [self._next], chunks)

    def use_next(self) -> None:
        """Uses the new generation. Call ``drop_old`` until nothing is left of the old one. Raises StateFileError."""
        try:
            self._connection.execute("UPDATE file SET generation = ?", (self._next,))
        except sqlite3.Error as error:
            raise StateFileError(_reason(error)) from None
        self._generation = self._next
        self._next += 1
        self._written_to = [self._generation]

    def give_up_next(self) -> None:
        """Gives up the new generation. Call ``drop_old`` until nothing is left of it."""
        self._next += 1
        self._written_to = [self._generation]

    def drop_old(self) -> bool:
        """Drops some rows of generations that are not used. Returns whether there were any.

        What cannot be dropped now is dropped when the file is opened again.
        """
        try:
            return bool(self._drop_rows())
        except sqlite3.Error:
            return False

    def _drop_rows(self) -> int:
        return self._connection.execute(
            "DELETE FROM log WHERE number IN (SELECT number FROM log WHERE generation != ? LIMIT ?)",
            (self._generation, _ROWS_PER_DELETE),
        ).rowcount

    def _write(self, is_change: bool, generations: list[int], chunks: Iterable[str]) -> int:
        size = 0
        try:
            self._connection.execute("BEGIN")
            try:
                for chunk in chunks:
                    rows = [(each, is_change, chunk) for each in generations]
                    self._connection.executemany(
                        "INSERT INTO log (generation, is_change, entries) VALUES (?, ?, ?)", rows
                    )
                    size += len(chunk)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StateFileError(_reason(error)) from None
        return size

    def close(self) -> None:
        """Closes the file, after moving SQLite's own log into it."""
        self._connection.close()


def _check_beginning(path: str) -> None:
    """Creates the file if there is none. SQLite would overwrite a short file of another kind."""
    descriptor = os.open(path, _OPENED_TO_READ, _OWNER_ONLY)
    try:
        if os.read(descriptor, len(_MAGIC)) not in (b"", _MAGIC):
            raise StateFileError("is not a state file")
    finally:
        os.close(descriptor)


def _reason(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return "is in use by another server"
    if "not a database" in text:
        return "is not a state file"
    return f"cannot be used: {text}"
