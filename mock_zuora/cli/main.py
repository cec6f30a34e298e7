"""The command ``mock-zuora``. Each subcommand imports what it needs when it runs: ``ready`` must stay light."""

import argparse
import errno
import gc
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import NoReturn

from mock_zuora import __version__

EXIT_USAGE = 2
EXAMPLE = """\
example:
  mock-zuora serve --port 8080 --seed seed.toml

'mock-zuora serve --help' lists the settings.
"""
SERVE_EXAMPLES = """\
examples:
  mock-zuora serve --transitions polls --processing-polls 3 --strict
  mock-zuora serve --auth strict --seed seed.toml --state state.sqlite

"""
EXIT_STATUSES = """\
exit status:
  0    stopped by SIGTERM or SIGINT
  1    the state could not be saved, or the start failed because of a bug
  2    invalid flag, variable, seed, state file or address; one line names it and the reason
  130  interrupted before it listened
"""


class _Parser(argparse.ArgumentParser):
    """Reports invalid arguments in one line, and names the command or the flag that was probably meant."""

    commands: Mapping[str, argparse.ArgumentParser] = MappingProxyType({})
    """The parsers of the commands by name."""

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Parses the arguments. Exits with one line if they are invalid, which shows no value of an unknown flag."""
        first = next(iter(words), "")
        if first.startswith("--") and first not in self._option_string_actions:
            self._refuse(first, self, "the options")
        if not first and self.commands:
            self.error(f"expected a command: {', '.join(self.commands)}; '{self.prog} --help' describes them")
        if first and not first.startswith("-") and first not in self.commands:
            advice = _advice(first, self.commands) or f"; expected one of {', '.join(self.commands)}"
            self.error(f"{first}: there is no such command{advice}")
        parsed, unknown = self.parse_known_args(words)
        if unknown:
            flag = next((each.partition("=")[0] for each in unknown if each.startswith("-")), unknown[0])
            self._refuse(flag, self.commands.get(first, self), "the flags")
        return parsed

    def _refuse(self, argument: str, parser: argparse.ArgumentParser, listed: str) -> NoReturn:
        if not argument.startswith("-"):
            parser.error(f"{argument}: unexpected argument")
        flags = [name for name, each in parser._option_string_actions.items() if each.help != argparse.SUPPRESS]
        advice = _advice(argument, flags) or f"; '{parser.prog} --help' lists {listed}"
        parser.error(f"{argument}: there is no such flag{advice}")

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def _advice(name: str, known: Iterable[str]) -> str:
    from mock_zuora.config.suggestions import did_you_mean

    return did_you_mean(name, known)


def _build_parser() -> _Parser:
    parser = _Parser(
        prog="mock-zuora",
        description="A local server that emulates Zuora's Custom Object Jobs API.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mock-zuora {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    commands.add_parser("version", help="print the version of mock-zuora")
    commands.add_parser("openapi", help="print the OpenAPI document of the emulated API")
    commands.add_parser("postman", help="print the emulated API as a Postman collection")
    commands.add_parser(
        "assumptions", help="list what the server assumes where Zuora's documentation is silent", allow_abbrev=False
    )
    commands.add_parser(
        "verify",
        help="find out how a real tenant behaves where Zuora's documentation is silent",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands.add_parser("ready", help="check whether the server is ready", allow_abbrev=False)
    commands.add_parser(
        "serve",
        help="run the server",
        usage="%(prog)s [-h] [--SETTING VALUE ...]",
        description="Runs the server until SIGTERM or SIGINT.",
        epilog=SERVE_EXAMPLES + EXIT_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.commands = commands.choices
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command. Invalid settings exit with status 2 and one line that names the flag or variable."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _build_parser()
    match words[:1]:
        case ["serve"]:
            _serve(words, parser)
        case ["ready"]:
            from mock_zuora.cli.ready import add_ready_flags, run_ready

            own_parser = parser.commands["ready"]
            add_ready_flags(own_parser)
            sys.exit(run_ready(parser.parse(words), own_parser))
        case ["verify"]:
            from mock_zuora.cli.verify import add_verify_flags, run_verify

            own_parser = parser.commands["verify"]
            add_verify_flags(own_parser)
            sys.exit(run_verify(parser.parse(words), own_parser))
        case ["assumptions"]:
            _list_assumptions(words, parser)
        case ["openapi" | "postman" as name]:
            parser.parse(words)
            _print_document(name)
        case _:
            parser.parse(words)
            print(f"mock-zuora {__version__}")


@contextmanager
def _until_reader_leaves() -> Iterator[None]:
    """Prints until the reader of a pipe, such as ``head``, closes it."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        # Windows also reports a closed pipe as an invalid argument.
        if error.errno not in ((errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)):
            raise
        # The interpreter flushes the output once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@_until_reader_leaves()
def _list_assumptions(words: list[str], parser: _Parser) -> None:
    from mock_zuora.cli.assumptions import add_assumption_flags, print_assumptions

    add_assumption_flags(parser.commands["assumptions"])
    print_assumptions(parser.parse(words))


@_until_reader_leaves()
def _print_document(name: str) -> None:
    from mock_zuora.server.app import openapi_json, postman_json

    print(postman_json() if name == "postman" else openapi_json(), end="")


def _serve(words: list[str], parser: _Parser) -> None:
    # pydantic would look for plugins in the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from mock_zuora.cli.garbage_collection import startup_without_collections, without_long_collections

    was_frozen = gc.get_freeze_count() > 0
    with startup_without_collections():
        from mock_zuora.cli.serve import add_setting_flags, build_server, run_server

        serve_parser = parser.commands["serve"]
        add_setting_flags(serve_parser)
        flags = vars(parser.parse(words))
        del flags["command"]
        server = build_server({name: value for name, value in flags.items() if value is not None}, serve_parser)
    try:
        with without_long_collections():
            run_server(server)
    finally:
        if not was_frozen:
            gc.unfreeze()
