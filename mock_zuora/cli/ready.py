"""The command ``mock-zuora ready``: is the server of these settings seeded and answering?

For the image's health check and for scripts. It needs the standard library only, reads the same variables and flags as
``serve`` for the address, and takes a fraction of what importing the server would.
"""

import argparse
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from mock_zuora.client.readiness import RESPONSE_SECONDS, NotReady, ask, wait_until_ready
from mock_zuora.config.address import DEFAULT_HOST, DEFAULT_PORT, local_host, variable_of

EXIT_NOT_READY: Final = 1
WAIT_SECONDS: Final = 30.0
"""How long ``--wait`` asks, without ``--timeout``."""
_SETTLED_SECONDS: Final = 2.0
"""A server that became ready within so many seconds is reported at once, whatever is to be watched."""


def add_ready_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of ``ready``. Values from the environment are read when the command runs."""
    parser.add_argument("--host", metavar="HOST", help=f"[{variable_of('host')}; default {DEFAULT_HOST}]")
    parser.add_argument("--port", metavar="PORT", help=f"[{variable_of('port')}; default {DEFAULT_PORT}]")
    parser.add_argument("--wait", action="store_true", help="ask until the server is ready or --timeout is over")
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        help=f"give up after so long; default {RESPONSE_SECONDS:g}, with --wait {WAIT_SECONDS:g}",
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
    answer_seconds = RESPONSE_SECONDS if said.timeout is None else said.timeout
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


def _watch(host: str, port: int, seconds: float) -> None:
    """Returns after so many seconds, or when the server ends: an idle connection to it ends then too."""
    with suppress(OSError), socket.create_connection((host, port), seconds) as connection:
        connection.recv(1)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not valid; expected seconds from 0 to 86400")
    return seconds
