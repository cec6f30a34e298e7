"""The options of the pytest plugin. A flag overrides the ini file, which overrides the environment.

pytest imports this module in every run, see ``pytest_plugin``.
"""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest


@dataclass(frozen=True)
class Option:
    """An option as flag, ini option and environment variable. ``name`` is its name in the ini file."""

    name: str
    metavar: str
    help: str
    is_list: bool = False
    without_value: str | None = None
    """What the flag means without a value; None if it needs one."""

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        # Not MOCK_ZUORA_, the prefix of server settings: a server refuses unknown variables with that prefix.
        return "PYTEST_" + self.name.upper()

    def add_to(self, parser: pytest.Parser) -> None:
        text = f"{self.help} (ini: {self.name}, environment: {self.variable})"
        group = parser.getgroup("mock_zuora", "mock_zuora, a mock of Zuora's Custom Object Jobs API")
        options: dict[str, Any] = {"action": "append" if self.is_list else "store", "metavar": self.metavar}
        if self.without_value is not None:
            options |= {"nargs": "?", "const": self.without_value}
        group.addoption(self.flag, dest=self.name, help=text.replace("%", "%%"), **options)
        if self.is_list:
            parser.addini(self.name, self.help, type="linelist", default=[])
        else:
            parser.addini(self.name, self.help, type="string", default="")

    def values(self, config: pytest.Config) -> list[tuple[str, str]]:
        """Its values with their sources, in ascending priority."""
        of_variable = os.environ.get(self.variable, "")
        of_ini, of_flag = config.getini(self.name), config.getoption(self.name)
        by_source = {
            self.variable: shlex.split(of_variable) if self.is_list else [of_variable],
            f"ini option {self.name}": of_ini if self.is_list else [of_ini],
            self.flag: (of_flag or []) if self.is_list else [of_flag],
        }
        return [(source, value) for source, values in by_source.items() for value in values if value]

    def value(self, config: pytest.Config) -> tuple[str, str] | None:
        """The source and the value with the highest priority."""
        return next(reversed(self.values(config)), None)


URL: Final = Option(
    "zuora_url", "URL", "run the tests against the mock_zuora server at this URL instead of starting one"
)
TOKEN: Final = Option("zuora_control_token", "TOKEN", "the control token of that server, if it needs one")
CA_FILE: Final = Option(
    "zuora_ca_file", "PATH", "the CA certificate of that server as a PEM file, if it uses HTTPS with one of its own"
)
SET: Final = Option(
    "zuora_set", "NAME=VALUE", "a setting of mock-zuora serve, e.g. transitions=time; can be repeated", is_list=True
)
UNUSED: Final = Option(
    "zuora_unused",
    "report|fail",
    "what to do about unused faults and planned outcomes of a test that passed: report (the default) lists them at the "
    "end of the run, fail makes them an error",
)
VARY: Final = Option(
    "zuora_vary",
    "NAMES",
    "run each test once more for each other choice of each assumption that it has consulted; =NAMES limits it to some "
    "assumptions, with commas",
    without_value="all",
)
VARY_REPORT_ONLY: Final = Option(
    "zuora_vary_report_only",
    "true",
    "with --zuora-vary: report the assumptions that tests depend on, and let no test fail because of them",
    without_value="true",
)
OPTIONS: Final = (URL, TOKEN, CA_FILE, SET, UNUSED, VARY, VARY_REPORT_ONLY)


def check_options(config: pytest.Config) -> None:
    """Stops the run with a usage error for an invalid option, before any test runs."""
    if remote := URL.value(config):
        from mock_zuora.client.transports import HttpTransport
        from mock_zuora.control.errors import Invalid

        ca_file = CA_FILE.value(config)
        try:
            HttpTransport(remote[1], ca_file=ca_file[1] if ca_file else None)
        except Invalid as error:
            source = ca_file[0] if ca_file and str(error).startswith("ca_file") else remote[0]
            raise pytest.UsageError(f"{source}: {error}") from None
    unused = UNUSED.value(config)
    if unused and unused[1] not in ("report", "fail"):
        raise pytest.UsageError(f"{unused[0]}: {unused[1]!r} is not valid; expected report or fail")
    for source, assignment in SET.values(config):
        _check_setting(source, assignment)
    if (vary := VARY.value(config)) and vary[1] != "all":
        for name in vary[1].split(","):
            _check_assumption(vary[0], name)
    only = VARY_REPORT_ONLY.value(config)
    if only and only[1] != "true":
        raise pytest.UsageError(f"{only[0]}: {only[1]!r} is not valid; expected true, or the flag without a value")


def complete_flags(arguments: list[str]) -> None:
    """Gives ``--zuora-vary`` its value, so that it does not take a path that follows it for one."""
    for flag in {VARY.flag, VARY_REPORT_ONLY.flag}.intersection(arguments):
        index = arguments.index(flag)
        if not _are_assumptions(arguments[index + 1 : index + 2]):
            arguments[index] = f"{flag}={'all' if flag == VARY.flag else 'true'}"


def _are_assumptions(following: list[str]) -> bool:
    from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

    return bool(following) and all(name in ASSUMPTIONS for name in following[0].split(","))


def _check_assumption(source: str, name: str) -> None:
    from mock_zuora.config.suggestions import unknown_assumption
    from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

    if name not in ASSUMPTIONS:
        raise pytest.UsageError(f"{source}: {unknown_assumption(name, ASSUMPTIONS)}")


def _check_setting(source: str, assignment: str) -> None:
    from mock_zuora.config.settings import SettingsError, settings_from

    name, equals, value = _parse(assignment)
    if not equals:
        raise pytest.UsageError(f"{source}: {assignment!r} is not valid; expected NAME=VALUE")
    try:
        settings_from({name: value})
    except SettingsError as error:
        raise pytest.UsageError(f"{source}: {error}") from None


def _parse(assignment: str) -> tuple[str, str, str]:
    name, equals, value = assignment.partition("=")
    return name.strip().replace("-", "_"), equals, value.strip()


def settings_of_run(config: pytest.Config, from_fixture: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of this run: options override the fixture."""
    parsed = [_parse(assignment) for _, assignment in SET.values(config)]
    return {**from_fixture, **{name: value for name, _, value in parsed}}
