"""The command ``mock-zuora``."""

import argparse
import logging
from collections.abc import Sequence
from typing import NoReturn

from mock_zuora import __version__
from mock_zuora.app import openapi_json
from mock_zuora.logs import set_up_logs
from mock_zuora.server import Server
from mock_zuora.settings import SettingError, Settings, flag_of, load_settings, variable_of

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
EXIT_STATUSES = """\
exit status:
  0    stopped as it was told to, by SIGTERM or SIGINT
  2    a flag, a variable, the seed or the address cannot be; one line says which and why
  130  interrupted before it listened
"""

logger = logging.getLogger("mock_zuora")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command; a wrong setting ends it with exit code 2 and one line that names the flag or variable."""
    parser = _Parser(prog="mock-zuora", description="A local server that emulates Zuora's Custom Object Jobs API.")
    parser.add_argument("--version", action="version", version=f"mock-zuora {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    commands.add_parser("version", help="print the version of mock-zuora")
    commands.add_parser("openapi", help="print the OpenAPI document of the emulated API")
    serve_parser = commands.add_parser(
        "serve",
        help="run the server",
        description="Runs the server until it gets SIGTERM or SIGINT.",
        epilog=EXIT_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_setting_flags(serve_parser)
    said = vars(parser.parse_args(arguments))
    command = said.pop("command")
    if command == "version":
        print(f"mock-zuora {__version__}")
    elif command == "openapi":
        print(openapi_json(), end="")
    else:
        serve({name: value for name, value in said.items() if value is not None}, serve_parser)


def add_setting_flags(parser: argparse.ArgumentParser) -> None:
    """A flag for each setting. Values stay text: the settings' own types read them, from wherever they come."""
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None or field.default_factory else f"; default {_text(field.default)}"
        parser.add_argument(
            flag_of(name),
            dest=name,
            metavar=name.upper(),
            # A flag for a boolean may stand alone.
            nargs="?" if field.annotation is bool else None,
            const="true" if field.annotation is bool else None,
            help=f"{field.description} [{variable_of(name)}{default}]".replace("%", "%%"),
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def serve(flags: dict[str, str], parser: argparse.ArgumentParser) -> None:
    """``mock-zuora serve``: runs the server until it is told to stop."""
    try:
        server = Server(load_settings(flags))
    except SettingError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        parser.exit(EXIT_INTERRUPTED)
    set_up_logs(server.settings.log_format)
    server.stop_on_signals()
    logger.info("%s", start_line(server))
    server.run()


def start_line(server: Server) -> str:
    """The first line of the log: version, URL, mode, tenants, and what was seeded."""
    plans = server.plans
    modes = ", ".join(dict.fromkeys(plan.settings.transitions.value for plan in plans))
    counts = {
        "users": sum(len(plan.users) for plan in plans),
        "clients": sum(len(plan.clients) for plan in plans),
        "definitions": sum(len(plan.definitions) for plan in plans),
        "records": sum(len(plan.records) for plan in plans),
    }
    seeded = ", ".join(f"{count} {what}" for what, count in counts.items())
    names = ", ".join(plan.name for plan in plans)
    return f"mock_zuora {__version__} on {server.url}, transitions {modes}, tenants {names} ({seeded})"
