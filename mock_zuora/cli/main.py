"""The command ``mock-zuora``. Each subcommand imports what it needs when it runs: ``ready`` must stay light."""

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from mock_zuora import __version__

EXIT_USAGE = 2
EXIT_STATUSES = """\
exit status:
  0    stopped by SIGTERM or SIGINT
  1    the state could not be saved, or the start failed because of a bug
  2    invalid flag, variable, seed, state file or address; one line names it and the reason
  130  interrupted before it listened
"""


class _Parser(argparse.ArgumentParser):
    """Reports invalid arguments in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command. Invalid settings exit with status 2 and one line that names the flag or variable."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _Parser(prog="mock-zuora", description="A local server that emulates Zuora's Custom Object Jobs API.")
    parser.add_argument("--version", action="version", version=f"mock-zuora {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    commands.add_parser("version", help="print the version of mock-zuora")
    commands.add_parser("openapi", help="print the OpenAPI document of the emulated API")
    assumptions_parser = commands.add_parser("assumptions", help="list the assumptions", allow_abbrev=False)
    ready_parser = commands.add_parser("ready", help="check whether the server is ready", allow_abbrev=False)
    serve_parser = commands.add_parser(
        "serve",
        help="run the server",
        description="Runs the server until SIGTERM or SIGINT.",
        epilog=EXIT_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    match words[:1]:
        case ["serve"]:
            _serve(words, parser, serve_parser)
        case ["ready"]:
            from mock_zuora.cli.ready import add_ready_flags, run_ready

            add_ready_flags(ready_parser)
            sys.exit(run_ready(parser.parse_args(words), ready_parser))
        case ["assumptions"]:
            _list_assumptions(words, parser, assumptions_parser)
        case ["openapi"]:
            parser.parse_args(words)
            _print_document()
        case _:
            parser.parse_args(words)
            print(f"mock-zuora {__version__}")


@contextmanager
def _until_reader_leaves() -> Iterator[None]:
    """Prints until the reader of a pipe, such as ``head``, closes it."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes the output once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@_until_reader_leaves()
def _list_assumptions(words: list[str], parser: argparse.ArgumentParser, own_parser: argparse.ArgumentParser) -> None:
    from mock_zuora.cli.assumptions import add_assumption_flags, print_assumptions

    add_assumption_flags(own_parser)
    print_assumptions(parser.parse_args(words))


@_until_reader_leaves()
def _print_document() -> None:
    from mock_zuora.server.app import openapi_json

    print(openapi_json(), end="")


def _serve(words: list[str], parser: argparse.ArgumentParser, serve_parser: argparse.ArgumentParser) -> None:
    was_frozen = gc.get_freeze_count() > 0
    with _startup_without_gc():
        from mock_zuora.cli.serve import add_setting_flags, build_server, run_server

        add_setting_flags(serve_parser)
        flags = vars(parser.parse_args(words))
        del flags["command"]
        server = build_server({name: value for name, value in flags.items() if value is not None}, serve_parser)
    try:
        run_server(server)
    finally:
        if not was_frozen:
            gc.unfreeze()


@contextmanager
def _startup_without_gc() -> Iterator[None]:
    """Pauses the garbage collector during imports, and then exempts what they created from it.

    Without this, collections take an eighth of the startup, and later pause requests.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
