"""The log: lines of text for people, or one JSON object per line, written without blocking the server."""

import json
import logging
import sys

from mock_zuora.config.settings import LogFormat, LogLevel
from mock_zuora.domain.clock import date_text
from mock_zuora.server.log_writer import LogWriter


class TextLines(logging.Formatter):
    """``2026-01-01T00:00:00.000Z INFO message``."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_when(record)} {record.levelname} {_on_one_line(record.getMessage())}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """A JSON object with ``time``, ``level``, ``logger``, ``message``, and ``error`` for a crash."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _when(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _on_one_line(message: str) -> str:
    # A path can contain a line feed, which would forge a log line.
    return message if message.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)


def _when(record: logging.LogRecord) -> str:
    return date_text(int(record.created * 1_000))


def set_up_logs(format: LogFormat, level: LogLevel = LogLevel.INFO, has_request_log: bool = True) -> None:
    """Sends the log to standard error, one line per record, without ever waiting for its reader."""
    # A process can be started with a closed standard error.
    handler = logging.NullHandler() if sys.stderr is None else LogWriter(sys.stderr)
    handler.setFormatter(JsonLines() if format is LogFormat.JSON else TextLines())
    lowest = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(lowest)
    logging.getLogger("mock_zuora.requests").setLevel(logging.NOTSET if has_request_log else logging.WARNING)
    # uvicorn's own startup and shutdown lines say less than ours; its warnings and errors stay.
    logging.getLogger("uvicorn").setLevel(max(lowest, logging.WARNING))
