"""The command ``mock-zuora ready``: checks that a server has seeded its tenants and responds.

It is the health check of the image, and for scripts. It reads the address from the same flags and variables as
``serve`` and needs the standard library only, because importing the server would take several times as long.
"""

import argparse
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from mock_zuora.client.readiness import RESPONSE_SECONDS, NotReady, ask, wait_until_ready
from mock_zuora.config.address import DEFAULT_HOST, DEFAULT_PORT, local_host, uses_tls, variable_of
from mock_zuora.config.injected import is_injected

EXIT_NOT_READY: Final = 1
WAIT_SECONDS: Final = 30.0
"""The timeout of ``--wait``."""
_SETTLED_SECONDS: Final = 2.0
"""A server that became ready less than this many seconds ago is reported without ``--watch``."""


def add_ready_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of ``ready``. Values from the environment are read when the command runs."""
    parser.add_argument(
        "--host", metavar="HOST", help=f"address of the server [{variable_of('host')}; default {DEFAULT_HOST}]"
    )
    parser.add_argument(
        "--port", metavar="PORT", help=f"port of the server [{variable_of('port')}; default {DEFAULT_PORT}]"
    )
    parser.add_argument("--tls", action="store_true", help=f"use HTTPS, with any certificate [{variable_of('tls')}]")
    parser.add_argument("--tls-cert", metavar="FILE", help=f"the same as --tls [{variable_of('tls_cert')}]")
    parser.add_argument("--wait", action="store_true", help="wait until the server is ready or --timeout expires")
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        help=f"give up after this time; default {RESPONSE_SECONDS:g}, with --wait {WAIT_SECONDS:g}",
    )
    parser.add_argument(
        "--watch",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="for health checks at short intervals: watch a server that has been ready for "
        f"{_SETTLED_SECONDS:g} seconds for this long before the result",
    )


def run_ready(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Runs the command and returns its exit status: 0 ready, 1 not ready, with one line on standard error.

    An invalid address exits through ``parser.error`` with status 2.
    """
    try:
        host, port = address_from({"host": options.host, "port": options.port})
    except ValueError as error:
        parser.error(str(error))
    try:
        _report(host, port, options, is_tls=options.tls or options.tls_cert is not None or uses_tls(os.environ))
    except NotReady as reason:
        print(f"{parser.prog}: {reason}", file=sys.stderr)
        return EXIT_NOT_READY
    return 0


def _report(host: str, port: int, options: argparse.Namespace, *, is_tls: bool) -> None:
    response_seconds = RESPONSE_SECONDS if options.timeout is None else options.timeout
    if options.wait:
        timeout = WAIT_SECONDS if options.timeout is None else options.timeout
        uptime = wait_until_ready(host, port, timeout, is_tls=is_tls)
    else:
        uptime = ask(host, port, response_seconds, is_tls=is_tls)
    if options.watch and uptime >= _SETTLED_SECONDS:
        _watch(host, port, options.watch)
        ask(host, port, response_seconds, is_tls=is_tls)


def address_from(flags: Mapping[str, str | None]) -> tuple[str, int]:
    """The host and port to check: from the flags, the environment or the defaults, in this order.

    Raises ValueError, which names the flag or the variable.
    """
    host, _ = _flag_or_variable("host", flags, DEFAULT_HOST)
    text, source = _flag_or_variable("port", flags, str(DEFAULT_PORT))
    # ``serve`` accepts spaces around the number, as a file of ``docker run --env-file`` may have them.
    text = text.strip()
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else -1
    if port == 0:
        raise ValueError(f"{source}: 0 lets the server choose a port; pass the chosen one with --port")
    if not 0 < port <= 65_535:
        raise ValueError(f"{source}: '{text[:50]}' is not valid; expected a port from 1 to 65535")
    return local_host(host), port


def _flag_or_variable(name: str, flags: Mapping[str, str | None], default: str) -> tuple[str, str]:
    flag = flags.get(name)
    if flag is not None:
        return flag, f"--{name}"
    variable = variable_of(name)
    is_set = variable in os.environ and not is_injected(variable, os.environ)
    return os.environ[variable] if is_set else default, variable


def _watch(host: str, port: int, seconds: float) -> None:
    """Returns after this many seconds, or earlier if the server exits, which closes an idle connection."""
    with suppress(OSError), socket.create_connection((host, port), seconds) as connection:
        connection.recv(1)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        seconds = float(text)
        if 0 <= seconds <= 86_400:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is not valid; expected seconds from 0 to 86400")
