"""The command ``mock-zuora ready``: is the server of these settings seeded and answering?

For the image's health check and for scripts. It needs the standard library only, reads the same variables and flags as
``serve`` for the address, and takes a fraction of what importing the server would.
"""

import argparse
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final

from mock_zuora.address import DEFAULT_HOST, DEFAULT_PORT, READY_PATH, local_host, url_of, variable_of

EXIT_NOT_READY: Final = 1
ANSWER_SECONDS: Final = 2.0
"""How long one question may take, without ``--timeout``."""
WAIT_SECONDS: Final = 30.0
"""How long ``--wait`` asks, without ``--timeout``."""
_PAUSE_SECONDS: Final = 0.05
_SETTLED_SECONDS: Final = 2.0
"""A server that became ready within so many seconds is reported at once, whatever is to be watched."""


class NotReady(Exception):
    """The server is not ready; one line that says why."""


def add_ready_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of ``ready``. Values from the environment are read when the command runs."""
    parser.add_argument("--host", metavar="HOST", help=f"[{variable_of('host')}; default {DEFAULT_HOST}]")
    parser.add_argument("--port", metavar="PORT", help=f"[{variable_of('port')}; default {DEFAULT_PORT}]")
    parser.add_argument("--wait", action="store_true", help="ask until the server is ready or --timeout is over")
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        help=f"give up after so long; default {ANSWER_SECONDS:g}, with --wait {WAIT_SECONDS:g}",
    )
    parser.add_argument(
        "--watch",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="for health checks at a short interval: watch a server that has been ready for "
        f"{_SETTLED_SECONDS:g} seconds for so long before answering",
    )


def run_ready(said: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Runs the command and returns its exit code: 0 ready, 1 not ready, with one line on standard error.

    A wrong address ends the process through ``parser.error``, exit code 2.
    """
    try:
        host, port = address_from({"host": said.host, "port": said.port})
    except ValueError as error:
        parser.error(str(error))
    try:
        _report(host, port, said)
    except NotReady as why:
        print(f"{parser.prog}: {why}", file=sys.stderr)
        return EXIT_NOT_READY
    return 0


def _report(host: str, port: int, said: argparse.Namespace) -> None:
    answer_seconds = ANSWER_SECONDS if said.timeout is None else said.timeout
    if said.wait:
        uptime = wait_until_ready(host, port, WAIT_SECONDS if said.timeout is None else said.timeout)
    else:
        uptime = ask(host, port, answer_seconds)
    if said.watch and uptime >= _SETTLED_SECONDS:
        _watch(host, port, said.watch)
        ask(host, port, answer_seconds)


def address_from(flags: Mapping[str, str | None]) -> tuple[str, int]:
    """The host and port to ask: of the flags, else of the environment, else the server's defaults.

    Raises ValueError, naming the flag or the variable.
    """
    host, _ = _said("host", flags, DEFAULT_HOST)
    text, source = _said("port", flags, str(DEFAULT_PORT))
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else -1
    if port == 0:
        raise ValueError(f"{source}: 0 lets the server pick a port; say which one it picked with --port")
    if not 0 < port <= 65_535:
        raise ValueError(f"{source}: '{text[:50]}' is not valid; expected a port from 1 to 65535")
    return local_host(host), port


def _said(name: str, flags: Mapping[str, str | None], default: str) -> tuple[str, str]:
    flag = flags.get(name)
    if flag is not None:
        return flag, f"--{name}"
    variable = variable_of(name)
    return os.environ.get(variable, default), variable


def wait_until_ready(host: str, port: int, timeout: float, still_there: Callable[[], None] = lambda: None) -> float:
    """Asks until the server is ready; returns for how many seconds it has been.

    ``still_there`` is called between two questions: what it raises ends the waiting. Raises NotReady with the last
    reason after ``timeout`` seconds.
    """
    end = time.monotonic() + timeout
    while True:
        try:
            return ask(host, port, max(0.01, min(ANSWER_SECONDS, end - time.monotonic())))
        except NotReady as why:
            if time.monotonic() + _PAUSE_SECONDS >= end:
                raise NotReady(f"{why} (waited {timeout:g} s)") from None
        still_there()
        time.sleep(_PAUSE_SECONDS)


def ask(host: str, port: int, timeout: float = ANSWER_SECONDS) -> float:
    """For how many seconds the server has been ready. Raises NotReady that says what was found instead."""
    connection = HTTPConnection(host, port, timeout=timeout)
    url = url_of(host, port)
    try:
        connection.request("GET", READY_PATH)
        return _uptime(connection.getresponse(), url)
    except TimeoutError:
        raise NotReady(f"{url} does not answer within {timeout:g} s") from None
    except (OSError, HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise NotReady(f"nothing is ready at {url}: {why}") from None
    finally:
        connection.close()


def _watch(host: str, port: int, seconds: float) -> None:
    """Returns after so many seconds, or when the server ends: an idle connection to it ends then too."""
    with suppress(OSError), socket.create_connection((host, port), seconds) as connection:
        connection.recv(1)


def _uptime(response: HTTPResponse, url: str) -> float:
    try:
        answer = json.loads(response.read(10_000))
        status = answer["status"]
    except (ValueError, TypeError, LookupError):
        raise NotReady(f"what answers at {url} is not mock_zuora: {response.status} to GET {READY_PATH}") from None
    if response.status != 200 or status != "ready":
        raise NotReady(f"the server at {url} is not ready: {str(status)[:50]}")
    uptime = answer.get("uptime", 0)
    return uptime if isinstance(uptime, int | float) else 0


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not valid; expected seconds from 0 to 86400")
    return seconds
