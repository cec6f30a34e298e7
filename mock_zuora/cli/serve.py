"""The command ``mock-zuora serve``: a flag for each setting, and the first line of the log."""

import argparse
import logging
import os
import sys
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from pydantic.fields import FieldInfo

from mock_zuora import __version__
from mock_zuora.config.address import CA_PATH, variable_of
from mock_zuora.config.injected import injected_variables
from mock_zuora.config.mounts import empty_mount, with_mounts
from mock_zuora.config.settings import (
    GROUPS,
    REMOVED,
    InspectorMode,
    Settings,
    SettingsError,
    choices_of,
    flag_of,
    load_settings,
)
from mock_zuora.domain.errors import counted
from mock_zuora.server.logs import set_up_logs
from mock_zuora.server.server import Server

EXIT_INTERRUPTED = 130
EXIT_FAILED: Final = 1
EXIT_INVALID: Final = 2
_REPEATABLE: Final = ("assume", "allowed_host", "cors_origin")
"""Settings whose flag can be repeated."""

_METAVARS: Final = {
    "assume": "NAME=CHOICE", "allowed_host": "HOST", "control_token": "TOKEN", "cors_origin": "ORIGIN", "host": "HOST",
    "mounts": "FOLDER", "port": "PORT", "rate_limits": "LIMITS", "seed": "PATH", "state": "FILE", "tls_ca_file": "FILE",
    "tls_cert": "FILE", "tls_key": "FILE", "version": "VERSION", "versions": "JSON",
}  # fmt: skip
_METAVARS_OF_TYPES: Final[Mapping[Any, str]] = {float: "SECONDS", int: "NUMBER"}

_MAX_SHOWN: Final = 8
"""Ignored variables that the log names."""

logger = logging.getLogger("mock_zuora")


def add_setting_flags(parser: argparse.ArgumentParser) -> None:
    """Adds a flag for each setting, in groups. Values stay text, which the types of the settings parse."""
    for title, names in GROUPS.items():
        group = parser.add_argument_group(title)
        for name in names:
            _add_flag(group, name, Settings.model_fields[name])
    for name, advice in REMOVED.items():
        parser.add_argument(flag_of(name), nargs="?", action=_Removed, advice=advice, help=argparse.SUPPRESS)


def _add_flag(group: argparse._ArgumentGroup, name: str, field: FieldInfo) -> None:
    metavar = _METAVARS.get(name) or _METAVARS_OF_TYPES.get(field.annotation, "TEXT")
    if name in _REPEATABLE:
        group.add_argument(flag_of(name), action="append", metavar=metavar, help=_help(name, field))
        return
    choices = choices_of(name)
    group.add_argument(
        flag_of(name),
        dest=name,
        metavar=f"{{{','.join(choices)}}}" if choices else metavar,
        # A boolean flag needs no value.
        nargs="?" if field.annotation is bool else None,
        const="true" if field.annotation is bool else None,
        help=_help(name, field),
    )


class _Removed(argparse.Action):
    """A flag of earlier versions. Using it ends the command with a message about its replacement."""

    def __init__(self, *, advice: str, **options: Any) -> None:
        super().__init__(**options)
        self._advice = advice

    def __call__(self, parser: argparse.ArgumentParser, *arguments: object) -> NoReturn:
        parser.error(f"{self.option_strings[0]}: this flag was removed; {self._advice}")


def _help(name: str, field: FieldInfo) -> str:
    default = "" if field.default is None or field.default_factory else f"; default {_text(field.default)}"
    return f"{field.description} [{variable_of(name)}{default}]".replace("%", "%%")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def build_server(flags: Mapping[str, Any], parser: argparse.ArgumentParser) -> Server:
    """The server with these flags. Exits through the parser if a setting is invalid."""
    try:
        texts = {
            name: ",".join(value) if name in _REPEATABLE else value for name, value in flags.items() if name != "assume"
        }
        return Server(with_mounts(load_settings(texts, flags.get("assume", ()))))
    except SettingsError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        parser.exit(EXIT_INTERRUPTED)


def run_server(server: Server) -> None:
    """Runs the server until a signal stops it. Exits with 1 if the state could not be saved, or for a bug."""
    settings = server.settings
    redact = server.app.registry.secrets.redact
    set_up_logs(settings.log_format, settings.log_level, settings.request_log, redact)
    server.stop_on_signals()
    logger.info("%s", start_line(server))
    if server.tls is not None and server.tls.ca_pem is not None:
        place = "" if server.tls.ca_file is None else f"{server.tls.ca_file} and "
        logger.info("CA certificate: %sGET %s%s", place, server.url, CA_PATH)
    if ignored := injected_variables(os.environ):
        shown = ", ".join(ignored[:_MAX_SHOWN]) + (", ..." if len(ignored) > _MAX_SHOWN else "")
        logger.info("ignored %s that Kubernetes or Docker set: %s", counted(len(ignored), "variable"), shown)
    if empty := empty_mount(server.settings):
        logger.warning("the mount at %s is empty, so nothing is seeded; check the path on the host", empty)
    server.run()
    if isinstance(server.startup_failure, SettingsError):
        logger.error("%s", server.startup_failure)
        sys.exit(EXIT_INVALID)
    if isinstance(server.startup_failure, Exception):
        # The log has the details.
        sys.exit(EXIT_FAILED)
    if server.state_failure is not None:
        sys.exit(EXIT_FAILED)


def start_line(server: Server) -> str:
    """The first line of the log: version, URL, transitions, tenants, and the number of seeded items."""
    templates = server.templates
    modes = ", ".join(dict.fromkeys(template.settings.transitions.value for template in templates))
    counts = {
        "user": sum(len(template.users) for template in templates),
        "client": sum(len(template.clients) for template in templates),
        "definition": sum(len(template.definitions) for template in templates),
        "record": sum(len(template.records) for template in templates),
    }
    seeded = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items())
    names = ", ".join(template.name for template in templates)
    pages = "" if server.settings.inspector is InspectorMode.OFF else f", inspector {server.url}/__mock/"
    return f"mock_zuora {__version__} on {server.url}{pages}, transitions {modes}, tenants {names} ({seeded})"
