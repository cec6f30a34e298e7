"""The log: lines of text for people, or one JSON object per line, written without blocking the server."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from mock_zuora.config.settings import LogFormat, LogLevel
from mock_zuora.domain.clock import date_text
from mock_zuora.server.log_writer import LogWriter

Redact = Callable[[str], str]
THREAD_NAME: Final = "mock_zuora server"
"""The name of the thread of a server that runs in the process of its tests."""
_FOREIGN_LOGGERS: Final = ("asyncio", "uvicorn.access", "uvicorn.error")
"""Loggers of libraries that write lines about an embedded server. ``caplog`` of pytest reads them all, also those that
uvicorn has disabled with ``propagate``."""


class _Lines(logging.Formatter):
    """A format of lines. ``redact`` removes secrets from a text."""

    def __init__(self, redact: Redact = str) -> None:
        super().__init__()
        self._redact = redact

    def _message(self, record: logging.LogRecord) -> str:
        return self._redact(record.getMessage())

    def formatException(self, ei: Any) -> str:  # as logging has it
        return self._redact(super().formatException(ei))


class TextLines(_Lines):
    """``2026-01-01T00:00:00.000Z INFO message``."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_when(record)} {record.levelname} {_on_one_line(self._message(record))}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(_Lines):
    """A JSON object with ``time``, ``level``, ``logger``, ``message``, and ``error`` for a crash."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _when(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _on_one_line(message: str) -> str:
    # A path can contain a line feed, which would forge a log line.
    return message if message.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)


def _when(record: logging.LogRecord) -> str:
    return date_text(int(record.created * 1_000))


def set_up_logs(
    format: LogFormat, level: LogLevel = LogLevel.INFO, has_request_log: bool = True, redact: Redact = str
) -> None:
    """Sends the log to standard error, one line per record, without ever waiting for its reader.

    ``redact`` removes the secrets of the server from a text.
    """
    # A process can be started with a closed standard error.
    handler = logging.NullHandler() if sys.stderr is None else LogWriter(sys.stderr)
    handler.setFormatter(JsonLines(redact) if format is LogFormat.JSON else TextLines(redact))
    lowest = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(lowest)
    logging.getLogger("mock_zuora").setLevel(logging.NOTSET)
    _set_up_request_log(has_request_log)
    # uvicorn's own startup and shutdown lines say less than ours; its warnings and errors stay.
    logging.getLogger("uvicorn").setLevel(max(lowest, logging.WARNING))


def set_up_embedded_logs(level: LogLevel | None, has_request_log: bool = True) -> Callable[[], None]:
    """Keeps the lines of a server in this process out of the program's own log, below this level.

    The level of the logger ``mock_zuora`` decides. Without a level it is ``error``, unless the program has set another
    one; a test can ask for more with ``caplog.set_level``. Returns a function that restores the level of the program.
    """
    logger = logging.getLogger("mock_zuora")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.ERROR)
    before = logger.level
    if level is not None:
        logger.setLevel(level.upper())
    _set_up_request_log(has_request_log)
    for name in _FOREIGN_LOGGERS:
        logging.getLogger(name).addFilter(_is_wanted)

    def restore() -> None:
        if level is not None:
            logger.setLevel(before)

    return restore


@contextmanager
def without_foreign_lines() -> Iterator[None]:
    """Makes no lines about the start and the stop of a server: a line reads the time, which a test may have replaced.

    The filter comes too late for that.
    """
    loggers = [logging.getLogger(name) for name in _FOREIGN_LOGGERS]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(max(each.level, logging.WARNING))
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


def _set_up_request_log(is_on: bool) -> None:
    logging.getLogger("mock_zuora.requests").setLevel(logging.NOTSET if is_on else logging.WARNING)


def _is_wanted(record: logging.LogRecord) -> bool:
    # Lines from other threads belong to a server or an event loop of the program itself.
    is_ours = record.threadName == THREAD_NAME
    lowest = max(logging.WARNING, logging.getLogger("mock_zuora").getEffectiveLevel())
    return not is_ours or record.levelno >= lowest
