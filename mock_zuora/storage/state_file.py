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
"""The file holds access tokens and the secrets of OAuth clients."""
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
        try:
            _check_beginning(path)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        except (OSError, sqlite3.Error) as error:
            raise StateFileError(f"cannot be opened: {getattr(error, 'strerror', None) or error}") from None
        try:
            self._prepare(program_version)
        except sqlite3.Error as error:
            self._connection.close()
            raise StateFileError(_reason(error)) from None
        except StateFileError:
            self._connection.close()
            raise

    def _prepare(self, program_version: str) -> None:
        # Without this mode, WAL needs shared memory; with it, a second server cannot open the file.
        self._value("PRAGMA locking_mode = EXCLUSIVE")
        self._value("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("BEGIN EXCLUSIVE")
        if self._value("SELECT count(*) FROM sqlite_master") == 0:
            for statement in _SCHEMA:
                self._connection.execute(statement)
        elif self._value("PRAGMA application_id") != _APPLICATION_ID:
            raise StateFileError("is a database of another program")
        elif self._value("PRAGMA user_version") > FORMAT:
            writer = self._value("SELECT written_by FROM file")
            raise StateFileError(f"was written by version {writer}, which is newer; use that version, or another file")
        self._generation: int = self._value("SELECT generation FROM file")
        self._next = self._generation + 1
        """The number of the next generation. Each attempt has its own, as an old one may still have rows."""
        self._written_to = [self._generation]
        """The generations that changes are written to."""
        self._connection.execute("UPDATE file SET written_by = ?, starts = starts + 1", (program_version,))
        self.starts: int = self._value("SELECT starts FROM file")
        """How often the file was opened."""
        self._connection.execute("COMMIT")
        # A killed process leaves the generation that it did not finish.
        while self._drop_rows():
            pass

    def _value(self, statement: str) -> int:
        value: int = self._connection.execute(statement).fetchone()[0]
        return value

    def entries(self) -> Iterator[str]:
        """The log: chunks of entries in the order in which they happened."""
        for is_change in (False, True):
            rows = self._connection.execute(
                "SELECT entries FROM log WHERE generation = ? AND is_change = ? ORDER BY number",
                (self._generation, is_change),
            )
            for [entries] in rows:
                yield entries

    def append(self, chunks: Iterable[str]) -> None:
        """Writes chunks of changes in one transaction. Raises StateFileError, and then writes none of them."""
        self._write([(generation, True, chunk) for chunk in chunks for generation in self._written_to])

    def start_next(self, is_complete: bool = True) -> None:
        """Starts a new generation of the log. From now on, changes are written to both.

        If changes are missing in the old one (``is_complete`` false), others that rest on them would damage it. Then it
        stays as it is.
        """
        self._written_to = [self._generation] * is_complete + [self._next]

    def append_to_next(self, chunks: Iterable[str]) -> None:
        """Writes chunks of the whole state to the new generation, as ``append`` does."""
        self._write([(self._next, False, chunk) for chunk in chunks])

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

    def _write(self, rows: list[tuple[int, bool, str]]) -> None:
        try:
            self._connection.execute("BEGIN")
            try:
                self._connection.executemany("INSERT INTO log (generation, is_change, entries) VALUES (?, ?, ?)", rows)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StateFileError(_reason(error)) from None

    def close(self) -> None:
        """Closes the file, after moving SQLite's own log into it."""
        self._connection.close()


def _check_beginning(path: str) -> None:
    """Creates the file if there is none. SQLite would overwrite a short file of another kind."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
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
