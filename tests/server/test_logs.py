"""The format of log lines."""

import json
import logging
import sys

import pytest

from mock_zuora.config.settings import LogFormat
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
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn")
    handlers, level, uvicorn_level = root.handlers, root.level, uvicorn.level
    yield root
    root.handlers = handlers
    root.setLevel(level)
    uvicorn.setLevel(uvicorn_level)


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


@pytest.mark.parametrize(("format", "first"), [(LogFormat.TEXT, "2"), (LogFormat.JSON, "{")])
def test_server_logs_to_stderr_in_the_chosen_format(root_logger, capsys, format, first):
    set_up_logs(format)
    logging.getLogger("mock_zuora").info("hello")
    logging.getLogger("uvicorn.error").info("says less")
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(first) and err.count("\n") == 1 and "hello" in err
