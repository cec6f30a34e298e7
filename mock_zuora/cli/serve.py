"""The command ``mock-zuora serve``: a flag for each setting, and the first line of the log."""

import argparse
import logging

from mock_zuora import __version__
from mock_zuora.config.address import variable_of
from mock_zuora.config.mounts import empty_mount, with_mounts
from mock_zuora.config.settings import SettingError, Settings, flag_of, load_settings
from mock_zuora.server.logs import set_up_logs
from mock_zuora.server.server import Server

EXIT_INTERRUPTED = 130

logger = logging.getLogger("mock_zuora")


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


def build_server(flags: dict[str, str], parser: argparse.ArgumentParser) -> Server:
    """The server with these flags. Exits through the parser if a setting is invalid."""
    try:
        return Server(with_mounts(load_settings(flags)))
    except SettingError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        parser.exit(EXIT_INTERRUPTED)


def run_server(server: Server) -> None:
    """Runs the server until a signal stops it."""
    set_up_logs(server.settings.log_format)
    server.stop_on_signals()
    logger.info("%s", start_line(server))
    if empty := empty_mount(server.settings):
        logger.warning("what is mounted at %s is empty, so nothing is seeded; is the path on the host right?", empty)
    server.run()


def start_line(server: Server) -> str:
    """The first line of the log: version, URL, mode, tenants, and what was seeded."""
    plans = server.plans
    modes = ", ".join(dict.fromkeys(plan.settings.transitions.value for plan in plans))
    counts = {
        "user": sum(len(plan.users) for plan in plans),
        "client": sum(len(plan.clients) for plan in plans),
        "definition": sum(len(plan.definitions) for plan in plans),
        "record": sum(len(plan.records) for plan in plans),
    }
    seeded = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items())
    names = ", ".join(plan.name for plan in plans)
    return f"mock_zuora {__version__} on {server.url}, transitions {modes}, tenants {names} ({seeded})"
