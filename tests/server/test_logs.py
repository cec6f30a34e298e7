"""The format of log lines."""

import json
import logging
import sys

import pytest

from mock_zuora.config.settings import LogFormat, LogLevel
from mock_zuora.domain.access.secrets import Secrets
from mock_zuora.server.logs import JsonLines, TextLines, set_up_logs


def record_of(message, *args, exc_info=None):
    record = logging.LogRecord("mock_zuora.requests", logging.WARNING, "file", 1, message, args, exc_info)
    record.created = 1_615_334_754.207
    return record


def crash():
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        return sys.exc_info()


@pytest.fixture
def root_logger():
    root = logging.getLogger()
    levels = {each: each.level for each in (root, *map(logging.getLogger, ("uvicorn", "mock_zuora.requests")))}
    handlers = root.handlers
    yield root
    root.handlers = handlers
    for each, level in levels.items():
        each.setLevel(level)


def test_text_line_has_time_level_and_message():
    line = TextLines().format(record_of("GET %s", "/objects/jobs"))
    assert line == "2021-03-10T00:05:54.207Z WARNING GET /objects/jobs"


def test_line_feed_in_a_message_starts_no_new_line():
    line = TextLines().format(record_of("GET %s", "/objects/\n2021 INFO forged\x1b[2J"))
    assert line == "2021-03-10T00:05:54.207Z WARNING GET /objects/\\n2021 INFO forged\\x1b[2J"


def test_other_alphabets_are_logged_unchanged():
    assert TextLines().format(record_of("tenant Зуора 東京")).endswith("tenant Зуора 東京")


def test_json_line_is_one_object():
    line = JsonLines().format(record_of("GET %s", "/a\nb"))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2021-03-10T00:05:54.207Z",
        "level": "WARNING",
        "logger": "mock_zuora.requests",
        "message": "GET /a\nb",
    }


def test_crash_is_logged_with_its_traceback():
    assert "RuntimeError: broken" in TextLines().format(record_of("crashed", exc_info=crash()))
    line = JsonLines().format(record_of("crashed", exc_info=crash()))
    assert "\n" not in line and "RuntimeError: broken" in json.loads(line)["error"]


@pytest.mark.parametrize("lines", [TextLines, JsonLines])
def test_no_line_shows_a_secret(lines):
    secrets = Secrets()
    secrets.add(["broken", "not-a-real-secret"])
    line = lines(secrets.redact).format(record_of("GET %s", "/not-a-real-secret", exc_info=crash()))
    assert "GET /redacted" in line and "RuntimeError: redacted" in line
    assert 'raise RuntimeError("broken")' not in line and "not-a-real-secret" not in line


@pytest.fixture
def written(root_logger, capsys):
    """What the server's log has written to standard error."""

    def written():
        root_logger.handlers[0].close()
        out, err = capsys.readouterr()
        assert out == ""
        return err

    return written


@pytest.mark.parametrize(("format", "first"), [(LogFormat.TEXT, "2"), (LogFormat.JSON, "{")])
def test_server_logs_to_stderr_in_the_chosen_format(written, format, first):
    set_up_logs(format)
    logging.getLogger("mock_zuora").info("hello")
    logging.getLogger("uvicorn.error").info("says less")
    err = written()
    assert err.startswith(first) and err.count("\n") == 1 and "hello" in err


@pytest.mark.parametrize(("level", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_lines_below_the_level_are_not_written(written, level, count):
    set_up_logs(LogFormat.TEXT, LogLevel(level))
    logger = logging.getLogger("mock_zuora.requests")
    for each in (logger.debug, logger.info, logger.warning, logger.error):
        each("hello")
    logging.getLogger("uvicorn.error").info("says less")
    assert written().count("\n") == count


def test_lines_of_requests_can_be_left_out(written):
    set_up_logs(LogFormat.TEXT, has_request_log=False)
    logging.getLogger("mock_zuora.requests").info("GET /objects/jobs")
    logging.getLogger("mock_zuora.fidelity").warning("a warning")
    assert written().count("\n") == 1
