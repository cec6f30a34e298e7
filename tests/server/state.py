"""What the tests of state files look at."""

import re
import subprocess
import sys
import time
from contextlib import contextmanager

from mock_zuora import MockZuora
from mock_zuora.cli.ready import wait_until_ready

URL = re.compile(r"http://([\w.]+):(\d+)")


def entries_of(file):
    return [*file.whole_state(), *file.changes()]


def server_of(zuora):
    return zuora._transport._server


def keeper_of(zuora):
    return server_of(zuora).app.keeper


def wait_until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def command(path, log, **options):
    """The command with a state file, once it is ready: its process, and a client."""
    arguments = [sys.executable, "-m", "mock_zuora", "serve", "--port", "0", "--state", str(path)]
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, stderr=output, **options)
    try:
        wait_until(lambda: URL.search(log.read_text("utf-8")))
        host, port = URL.search(log.read_text("utf-8")).groups()
        wait_until_ready(host, int(port), 30)
        yield process, MockZuora.connect(f"http://{host}:{port}")
    finally:
        process.kill()
        process.wait()
