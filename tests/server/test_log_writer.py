"""Unread log output does not block the server."""

import io
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from urllib.request import urlopen

import pytest

from mock_zuora.server import log_writer
from mock_zuora.server.log_writer import LogWriter
from tests.platforms import needs_termination

READER_SECONDS = 10


@pytest.fixture
def pipe():
    """A reader, and a stream that writes to it."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as received, os.fdopen(writer, "w", encoding="utf-8") as stream:
        yield received, stream


@pytest.fixture
def logger():
    logger = logging.Logger("tests")
    yield logger
    for handler in logger.handlers:
        handler.close()


def with_writer(logger, stream):
    handler = LogWriter(stream)
    logger.addHandler(handler)
    return handler


def lines_until(reader, text):
    """Everything up to a text, as lines."""
    received = b""
    while text not in received:
        received += reader.read(65536)
    return received.decode().splitlines()


def test_lines_are_written_in_order(pipe, logger):
    reader, stream = pipe
    with_writer(logger, stream)
    for number in range(1_000):
        logger.warning("line %d", number)
    logger.warning("the end")
    assert lines_until(reader, b"the end\n") == [*[f"line {number}" for number in range(1_000)], "the end"]


def test_full_queue_drops_lines_and_counts_them(pipe, logger):
    reader, stream = pipe
    with_writer(logger, stream)
    line, count = "x" * 999, 3_000
    began = time.monotonic()
    for _ in range(count):
        logger.warning(line)
    assert time.monotonic() - began < READER_SECONDS
    kept, dropped = [], 0
    while len(kept) + dropped < count:
        # The thread reports what was dropped so far: once, or several times if it was slow.
        *lines, report = lines_until(reader, b"were dropped, because nothing read the log\n")
        kept += lines
        dropped += int(re.match(r"(\d+) log lines were dropped", report)[1])
    assert kept == [line] * (count - dropped)
    assert count - dropped == log_writer.MAX_CHARACTERS // 1_000
    logger.warning("again")
    assert lines_until(reader, b"again\n") == ["again"]


def test_closing_writes_what_is_left(pipe, logger):
    reader, stream = pipe
    handler = with_writer(logger, stream)
    logger.warning("the last line")
    handler.close()
    os.set_blocking(reader.fileno(), False)
    assert reader.read(65536) == b"the last line\n"


def test_closing_does_not_wait_for_a_reader_that_does_not_read(pipe, logger, monkeypatch):
    reader, stream = pipe
    monkeypatch.setattr(log_writer, "CLOSING_SECONDS", 0.05)
    handler = with_writer(logger, stream)
    logger.warning("x" * 200_000)
    began = time.monotonic()
    handler.close()
    assert time.monotonic() - began < READER_SECONDS / 2
    lines_until(reader, b"\n")


def test_reader_that_has_gone_away_is_ignored(pipe, logger):
    reader, stream = pipe
    handler = with_writer(logger, stream)
    reader.close()
    logger.warning("lost")
    handler.close()


def test_descriptor_that_would_block_is_tried_again(pipe, logger):
    reader, stream = pipe
    os.set_blocking(stream.fileno(), False)
    with_writer(logger, stream)
    logger.warning("x" * 200_000)
    time.sleep(0.02)
    logger.warning("the end")
    assert lines_until(reader, b"the end\n") == ["x" * 200_000, "the end"]


def test_stream_without_a_descriptor_is_written_to(logger):
    stream = io.StringIO()
    handler = with_writer(logger, stream)
    logger.warning("hello")
    handler.close()
    assert stream.getvalue() == "hello\n"


def test_text_that_is_not_valid_unicode_is_escaped(pipe, logger):
    reader, stream = pipe
    with_writer(logger, stream)
    logger.warning("cut \ud83d")
    assert lines_until(reader, b"\n") == ["cut \\ud83d"]


@needs_termination
def test_server_whose_log_is_not_read_responds_and_stops():
    """The pipe has room for some 500 lines."""
    command = [sys.executable, "-m", "mock_zuora", "serve", "--port", "0", "--rate-limits", "off"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            url = re.search(r"http://\S+?(?=,)", process.stderr.readline())[0]
            _fill_the_pipe(process.stderr.fileno(), url)
            process.send_signal(signal.SIGTERM)
            assert process.wait(READER_SECONDS) == 0
        finally:
            process.kill()


def _fill_the_pipe(descriptor, url):
    path = "/" + "x" * 4_000
    done = threading.Event()

    def request():
        for _ in range(40):
            with pytest.raises(OSError, match="401|404"):
                urlopen(url + path, timeout=READER_SECONDS)
        done.set()

    threading.Thread(target=request, daemon=True).start()
    assert done.wait(READER_SECONDS)
