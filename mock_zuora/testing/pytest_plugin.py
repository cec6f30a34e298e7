"""The pytest plugin: fixtures, the marker ``zuora``, options, and the report of a failed test.

pytest imports this module in every run of every project that has the package installed. Only pytest and the standard
library are imported at the top; everything else is imported when a test uses a fixture.
"""

import os
import shlex
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from mock_zuora import MockZuora
    from mock_zuora.testing.failure_report import FailureReport

_MARKER: Final = "zuora"
_MARKER_HELP: Final = (
    "zuora(**settings): settings of the tenant of the fixture zuora in this test, those of zuora.configure(), "
    "e.g. transitions='time', processing_time=60, strict=True, concurrent_job_limit=2, version='2025-08-12'. "
    "On a class or a module it applies to each of its tests, and on a module to zuora_module as well."
)
_REPORT_TITLE: Final = "mock_zuora"
_UNUSED_TITLE: Final = "mock_zuora: planned but never used"

_STARTED: Final = pytest.StashKey[list[tuple[dict[str, Any], "MockZuora"]]]()
"""The servers that this run started, with their settings."""
_REPORTS: Final = pytest.StashKey[list["FailureReport"]]()
_UNUSED_LINES: Final = pytest.StashKey[list[str]]()
_NOT_PASSED: Final = pytest.StashKey[bool]()


# Options: a flag overrides the ini file, which overrides the environment


@dataclass(frozen=True)
class Option:
    """An option as flag, ini option and environment variable. ``name`` is its name in the ini file."""

    name: str
    metavar: str
    help: str
    is_list: bool = False

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
        action = "append" if self.is_list else "store"
        group.addoption(self.flag, dest=self.name, action=action, metavar=self.metavar, help=text)
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


_URL: Final = Option(
    "zuora_url", "URL", "run the tests against the mock_zuora server at this URL instead of starting one"
)
_TOKEN: Final = Option("zuora_control_token", "TOKEN", "the control token of that server, if it needs one")
_SET: Final = Option(
    "zuora_set", "NAME=VALUE", "a setting of mock-zuora serve, e.g. transitions=time; can be repeated", is_list=True
)
_UNUSED: Final = Option(
    "zuora_unused",
    "report|fail",
    "what to do about unused faults and planned outcomes of a test that passed: report (the default) lists them at the "
    "end of the run, fail makes them an error",
)
OPTIONS: Final = (_URL, _TOKEN, _SET, _UNUSED)


def pytest_addoption(parser: pytest.Parser) -> None:
    for option in OPTIONS:
        option.add_to(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER_HELP)
    if not hasattr(config, "workerinput"):  # the controlling process of pytest-xdist has checked them
        _check_options(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    remote = _URL.value(config)
    return f"mock_zuora: the server at {remote[1]} ({remote[0]})" if remote else None


def _check_options(config: pytest.Config) -> None:
    """Stops the run with a usage error for an invalid option, before any test runs."""
    if remote := _URL.value(config):
        from mock_zuora.client.transports import HttpTransport
        from mock_zuora.control.errors import Invalid

        try:
            HttpTransport(remote[1])
        except Invalid as error:
            raise pytest.UsageError(f"{remote[0]}: {error}") from None
    unused = _UNUSED.value(config)
    if unused and unused[1] not in ("report", "fail"):
        raise pytest.UsageError(f"{unused[0]}: {unused[1]!r} is not valid; expected report or fail")
    for source, assignment in _SET.values(config):
        _check_setting(source, assignment)


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


def _settings(config: pytest.Config, from_fixture: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of this run: options override the fixture."""
    parsed = [_parse(assignment) for _, assignment in _SET.values(config)]
    return {**from_fixture, **{name: value for name, _, value in parsed}}


# Fixtures


@pytest.fixture(scope="session")
def zuora_settings() -> Mapping[str, Any]:
    """The settings of the server for the tests; override this fixture in a conftest.py.

    They are those of ``mock-zuora serve``, e.g. ``{"seed": "seed.toml", "version": "2025-08-12"}``. By default jobs end
    immediately (``transitions``), and only tokens and clients that the server issued are accepted (``auth``). The
    option ``--zuora-set`` overrides them.
    """
    return {}


@pytest.fixture(scope="session")
def zuora_server(pytestconfig: pytest.Config, zuora_settings: Mapping[str, Any]) -> "Iterator[MockZuora]":
    """The server of this run (with pytest-xdist: of this worker), or the one at ``--zuora-url``.

    The handle is that of its default tenant. All tests share it, so do not change anything in it; ``zuora`` is a
    tenant of its own for each test. Override this fixture in a conftest.py to use a server that you start yourself.
    """
    started = pytestconfig.stash[_STARTED] = []
    yield _remote(pytestconfig) or _started(pytestconfig, _settings(pytestconfig, zuora_settings))
    for _, server in started:
        server.stop()


def _remote(config: pytest.Config) -> "MockZuora | None":
    from mock_zuora import MockZuora

    url, token = _URL.value(config), _TOKEN.value(config)
    if url is None:
        return None
    with _error_in_one_line(url[0]):
        return MockZuora.connect(url[1], control_token=token[1] if token else None)


def _started(config: pytest.Config, settings: dict[str, Any]) -> "MockZuora":
    """The server with these settings. A folder of tests with settings of its own has a server of its own."""
    from mock_zuora import MockZuora

    for known, server in config.stash[_STARTED]:
        if known == settings:
            return server
    with _error_in_one_line("zuora_settings"):
        server = MockZuora(**settings)
    config.stash[_STARTED].append((settings, server))
    return server


@pytest.fixture
def zuora(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A new tenant of the mock Zuora for this test, dropped when the test ends.

    Pass ``zuora.url`` and ``zuora.token()`` to your client, or the id and secret of ``zuora.client()``. The marker
    ``@pytest.mark.zuora(...)`` changes its settings.
    """
    with _new_tenant(request, zuora_server, zuora_settings) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def zuora_module(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A new tenant that the tests of a module share, for state that takes long to set up; otherwise as ``zuora``.

    The marker of the module (``pytestmark = pytest.mark.zuora(...)``) changes its settings.
    """
    with _new_tenant(request, zuora_server, zuora_settings) as tenant:
        yield tenant


@contextmanager
def _new_tenant(
    request: pytest.FixtureRequest, server: "MockZuora", from_fixture: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    from mock_zuora.testing.failure_report import FailureReport

    config, node, settings = request.config, request.node, _settings(request.config, from_fixture)
    is_own_server = any(server is each for _, each in config.stash.get(_STARTED, []))
    if is_own_server:
        server = _started(config, settings)
    with server.tenant() as tenant:
        if not is_own_server:
            with _error_in_one_line("zuora_settings"):
                _set_up(tenant, settings)
        if marked := _marked(node):
            with _error_in_one_line("@pytest.mark.zuora"):
                tenant.configure(**marked)
            # Part of the initial state, so that a reset in the test keeps these settings.
            tenant.seed({})
        report = FailureReport(tenant, server)
        reports = node.stash.setdefault(_REPORTS, [])
        reports.append(report)
        yield tenant
        reports.remove(report)
        if not node.stash.get(_NOT_PASSED, False):
            _report_unused(config, node, report.unused())


def _set_up(tenant: "MockZuora", settings: dict[str, Any]) -> None:
    """Gives a tenant of a remote server the state that it would have on a server with these settings."""
    from mock_zuora.config.settings import TenantOptions, settings_from

    seed = settings.pop("seed", None)
    settings_from(settings)
    document = {} if seed is None else _default_tenant_of(seed)
    options = {name: value for name, value in settings.items() if name in TenantOptions.model_fields}
    # Part of the seed, so that a reset keeps these settings.
    tenant.seed({**document, "settings": {"transitions": "immediate", **document.get("settings", {}), **options}})


def _default_tenant_of(seed: Any) -> dict[str, Any]:
    from mock_zuora.client.rows import seed_document
    from mock_zuora.config.seed_file import read_seed, templates_from

    document = read_seed(os.fspath(seed)) if isinstance(seed, str | os.PathLike) else seed_document(seed)
    templates_from(document)
    # An OAuth client belongs to one tenant, so two tests could not both have it.
    return {key: value for key, value in document["tenants"][0].items() if key not in ("name", "clients")}


def _marked(node: pytest.Item | pytest.Module) -> dict[str, Any]:
    """The settings of the markers. Those of a test override those of its class and module."""
    marked: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers(_MARKER))):
        if mark.args:
            arguments = ", ".join(repr(each) for each in mark.args)
            pytest.fail(
                f"@pytest.mark.zuora({arguments}): expected settings by name, e.g. transitions='time'", pytrace=False
            )
        marked |= mark.kwargs
    return marked


@contextmanager
def _error_in_one_line(source: str) -> Iterator[None]:
    """Reports an invalid value in one line instead of a traceback of this package."""
    from mock_zuora.config.settings import SettingsError
    from mock_zuora.control.errors import ControlError

    try:
        yield
    except (ControlError, SettingsError) as error:
        raise pytest.fail.Exception(f"{source}: {error}", pytrace=False) from None


# Reports


def _report_unused(config: pytest.Config, node: pytest.Item | pytest.Module, lines: list[str]) -> None:
    if not lines:
        return
    unused = _UNUSED.value(config)
    if unused and unused[1] == "fail":
        pytest.fail(f"{_UNUSED_TITLE}: {'; '.join(lines)}", pytrace=False)
    node.stash.setdefault(_UNUSED_LINES, []).extend(lines)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "teardown":
        report.sections += _unused_sections(item)
        return report
    item.stash[_NOT_PASSED] = not report.passed
    if report.failed:
        for node in item.listchain():
            node.stash[_NOT_PASSED] = True
            report.sections += [(_REPORT_TITLE, each.text()) for each in node.stash.get(_REPORTS, [])]
    return report


def _unused_sections(item: pytest.Item) -> list[tuple[str, str]]:
    lines = [line for node in item.listchain() for line in node.stash.get(_UNUSED_LINES, [])]
    return [(_UNUSED_TITLE, "\n".join(lines))] if lines else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for each in terminalreporter.stats.values() for report in each]
    found = [
        f"{report.nodeid}: {line}"
        for report in reports
        for title, text in getattr(report, "sections", ())
        if title == _UNUSED_TITLE
        for line in text.splitlines()
    ]
    if found:
        terminalreporter.section(_UNUSED_TITLE)
        terminalreporter.write_line("\n".join(found))
