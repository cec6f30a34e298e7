"""The pytest plugin: fixtures, the marker ``zuora``, options, and what the report of a failing test says of its tenant.

pytest imports this in every run of every project that has the package, so only pytest and the standard library are
imported at the top; the rest comes when a test asks for it.
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
_ABOUT_THE_MARKER: Final = (
    "zuora(**settings): how the tenant of the fixture zuora is set in this test, by the names that zuora.configure() "
    "takes, e.g. transitions='time', processing_time=60, strict=True, concurrent_job_limit=2, version='2025-08-12'. "
    "On a class or a module it is for each of its tests, and on a module for zuora_module as well."
)
_EVIDENCE_TITLE: Final = "mock_zuora"
_IN_VAIN_TITLE: Final = "mock_zuora: planned, but it did not happen"

_STARTED: Final = pytest.StashKey[list[tuple[dict[str, Any], "MockZuora"]]]()
"""The servers that were started here, with their settings."""
_EVIDENCE: Final = pytest.StashKey[list["FailureReport"]]()
_IN_VAIN: Final = pytest.StashKey[list[str]]()
_NOT_PASSED: Final = pytest.StashKey[bool]()


# What can be said: a flag beats the ini file, which beats the environment


@dataclass(frozen=True)
class Option:
    """One option in its three forms; ``name`` is its name in the ini file."""

    name: str
    metavar: str
    help: str
    is_list: bool = False

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        # Not MOCK_ZUORA_, which is for settings of the server: it refuses what it does not know.
        return "PYTEST_" + self.name.upper()

    def add_to(self, parser: pytest.Parser) -> None:
        about = f"{self.help} (ini: {self.name}, environment: {self.variable})"
        group = parser.getgroup("mock_zuora", "mock_zuora, a mock of Zuora's Custom Object Jobs API")
        action = "append" if self.is_list else "store"
        group.addoption(self.flag, dest=self.name, action=action, metavar=self.metavar, help=about)
        if self.is_list:
            parser.addini(self.name, self.help, type="linelist", default=[])
        else:
            parser.addini(self.name, self.help, type="string", default="")

    def said(self, config: pytest.Config) -> list[tuple[str, str]]:
        """Each value with where it was said, the weakest first."""
        of_variable = os.environ.get(self.variable, "")
        of_ini, of_flag = config.getini(self.name), config.getoption(self.name)
        by_source = {
            self.variable: shlex.split(of_variable) if self.is_list else [of_variable],
            f"ini option {self.name}": of_ini if self.is_list else [of_ini],
            self.flag: (of_flag or []) if self.is_list else [of_flag],
        }
        return [(source, value) for source, values in by_source.items() for value in values if value]

    def value(self, config: pytest.Config) -> tuple[str, str] | None:
        """The strongest value, with where it was said."""
        return next(reversed(self.said(config)), None)


_URL: Final = Option("zuora_url", "URL", "run the tests against the mock_zuora server there instead of starting one")
_TOKEN: Final = Option("zuora_control_token", "TOKEN", "the control token of that server, if it has one")
_SET: Final = Option(
    "zuora_set", "NAME=VALUE", "a setting of mock-zuora serve, e.g. transitions=time; once or more", is_list=True
)
_UNUSED: Final = Option(
    "zuora_unused",
    "report|fail",
    "what to do about faults that hit no call and outcomes without a job, in a test that passed: report (the default) "
    "says so at the end, fail makes it an error",
)
OPTIONS: Final = (_URL, _TOKEN, _SET, _UNUSED)


def pytest_addoption(parser: pytest.Parser) -> None:
    for option in OPTIONS:
        option.add_to(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _ABOUT_THE_MARKER)
    if not hasattr(config, "workerinput"):  # workers of pytest-xdist are told what has been checked
        _check_options(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    elsewhere = _URL.value(config)
    return f"mock_zuora: the server at {elsewhere[1]} ({elsewhere[0]})" if elsewhere else None


def _check_options(config: pytest.Config) -> None:
    """Refuses the run for an option that cannot be, before any test begins."""
    if elsewhere := _URL.value(config):
        from mock_zuora.client.transports import HttpTransport
        from mock_zuora.control.errors import Invalid

        try:
            HttpTransport(elsewhere[1])
        except Invalid as error:
            raise pytest.UsageError(f"{elsewhere[0]}: {error}") from None
    unused = _UNUSED.value(config)
    if unused and unused[1] not in ("report", "fail"):
        raise pytest.UsageError(f"{unused[0]}: {unused[1]!r} is not valid; expected report or fail")
    for source, said in _SET.said(config):
        _check_setting(source, said)


def _check_setting(source: str, said: str) -> None:
    from mock_zuora.config.settings import SettingsError, settings_from

    name, equals, value = _parted(said)
    if not equals:
        raise pytest.UsageError(f"{source}: {said!r} is no setting; expected NAME=VALUE")
    try:
        settings_from({name: value})
    except SettingsError as error:
        raise pytest.UsageError(f"{source}: {error}") from None


def _parted(said: str) -> tuple[str, str, str]:
    name, equals, value = said.partition("=")
    return name.strip().replace("-", "_"), equals, value.strip()


def _settings(config: pytest.Config, of_fixture: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of this run: what options say beats the fixture."""
    parted = [_parted(said) for _, said in _SET.said(config)]
    return {**of_fixture, **{name: value for name, _, value in parted}}


# Fixtures


@pytest.fixture(scope="session")
def zuora_settings() -> Mapping[str, Any]:
    """The settings of the server that the tests get, by their names; override it in a conftest.py.

    They are those of ``mock-zuora serve``, e.g. ``{"seed": "seed.toml", "version": "2025-08-12"}``. Jobs end
    immediately unless ``transitions`` says otherwise, and only tokens and clients that were issued there are let in
    unless ``auth`` does. The options ``--zuora-set`` beat them.
    """
    return {}


@pytest.fixture(scope="session")
def zuora_server(pytestconfig: pytest.Config, zuora_settings: Mapping[str, Any]) -> "Iterator[MockZuora]":
    """The server of this run (with pytest-xdist: of this worker), or the one at ``--zuora-url``; its default tenant.

    All tests share it, so change nothing there: ``zuora`` gives a tenant to each. Override it in a conftest.py to
    take a server that you start yourself.
    """
    started = pytestconfig.stash[_STARTED] = []
    yield _elsewhere(pytestconfig) or _started(pytestconfig, _settings(pytestconfig, zuora_settings))
    for _, server in started:
        server.stop()


def _elsewhere(config: pytest.Config) -> "MockZuora | None":
    from mock_zuora import MockZuora

    url, token = _URL.value(config), _TOKEN.value(config)
    if url is None:
        return None
    with _in_one_line(url[0]):
        return MockZuora.connect(url[1], control_token=token[1] if token else None)


def _started(config: pytest.Config, said: dict[str, Any]) -> "MockZuora":
    """The server of these settings. A folder of tests can have settings of its own, and then has its own server."""
    from mock_zuora import MockZuora

    for settings, server in config.stash[_STARTED]:
        if settings == said:
            return server
    with _in_one_line("zuora_settings"):
        # Strict, so that no token leads from one test to what another one did.
        server = MockZuora(**{"auth": "strict", **said})
    config.stash[_STARTED].append((said, server))
    return server


@pytest.fixture
def zuora(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A fresh tenant of the mock Zuora for this test alone, dropped when it ends.

    Give your client ``zuora.url`` and ``zuora.token()``, or the id and secret of ``zuora.client()``. The marker
    ``@pytest.mark.zuora(...)`` sets it.
    """
    with _fresh_tenant(request, zuora_server, zuora_settings) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def zuora_module(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A fresh tenant for the tests of a module together, for what takes long to set up; else as ``zuora``.

    The marker of the module (``pytestmark = pytest.mark.zuora(...)``) sets it.
    """
    with _fresh_tenant(request, zuora_server, zuora_settings) as tenant:
        yield tenant


@contextmanager
def _fresh_tenant(
    request: pytest.FixtureRequest, server: "MockZuora", of_fixture: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    from mock_zuora.testing.failure_report import FailureReport

    config, node, said = request.config, request.node, _settings(request.config, of_fixture)
    is_started_here = any(server is each for _, each in config.stash.get(_STARTED, []))
    if is_started_here:
        server = _started(config, said)
    with server.tenant() as tenant:
        if not is_started_here:
            with _in_one_line("zuora_settings"):
                _set_up(tenant, said)
        if marked := _marked(node):
            with _in_one_line("@pytest.mark.zuora"):
                tenant.configure(**marked)
            # As it is set now is how it begins: a reset in the test goes back to that.
            tenant.seed({})
        evidence = FailureReport(tenant, server)
        kept = node.stash.setdefault(_EVIDENCE, [])
        kept.append(evidence)
        yield tenant
        kept.remove(evidence)
        if not node.stash.get(_NOT_PASSED, False):
            _tell(config, node, evidence.planned_in_vain())


def _set_up(tenant: "MockZuora", said: dict[str, Any]) -> None:
    """Makes a tenant of a server elsewhere as it were in one that was started here; that server stays as it is."""
    from mock_zuora.config.settings import TenantOptions, settings_from

    seed = said.pop("seed", None)
    settings_from(said)
    begins = {} if seed is None else _of_default_tenant(seed)
    options = {name: value for name, value in said.items() if name in TenantOptions.model_fields}
    settings = {"transitions": "immediate", **begins.get("settings", {}), **options}
    # As its seed, so that a reset goes back to that, too.
    tenant.seed({**begins, "settings": settings})


def _of_default_tenant(seed: Any) -> dict[str, Any]:
    from mock_zuora.config.seed_file import read_seed, templates_from

    document = read_seed(os.fspath(seed)) if isinstance(seed, str | os.PathLike) else seed
    templates_from(document)
    # A client is of one tenant only, so no two tests could have them.
    return {key: value for key, value in document["tenants"][0].items() if key not in ("name", "clients")}


def _marked(node: pytest.Item | pytest.Module) -> dict[str, Any]:
    """What the markers say, those of a test beating those of its class and module."""
    marked: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers(_MARKER))):
        if mark.args:
            said = ", ".join(repr(each) for each in mark.args)
            pytest.fail(
                f"@pytest.mark.zuora({said}): expected settings by name, e.g. transitions='time'", pytrace=False
            )
        marked |= mark.kwargs
    return marked


@contextmanager
def _in_one_line(source: str) -> Iterator[None]:
    """Makes a value that cannot be one line of the report instead of a traceback of ours."""
    from mock_zuora.config.settings import SettingsError
    from mock_zuora.control.errors import ControlError

    try:
        yield
    except (ControlError, SettingsError) as error:
        raise pytest.fail.Exception(f"{source}: {error}", pytrace=False) from None


# Reports


def _tell(config: pytest.Config, node: pytest.Item | pytest.Module, in_vain: list[str]) -> None:
    if not in_vain:
        return
    unused = _UNUSED.value(config)
    if unused and unused[1] == "fail":
        pytest.fail(f"{_IN_VAIN_TITLE}: {'; '.join(in_vain)}", pytrace=False)
    node.stash.setdefault(_IN_VAIN, []).extend(in_vain)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "teardown":
        report.sections += _sections_in_vain(item)
        return report
    item.stash[_NOT_PASSED] = not report.passed
    if report.failed:
        for node in item.listchain():
            node.stash[_NOT_PASSED] = True
            report.sections += [(_EVIDENCE_TITLE, each.text()) for each in node.stash.get(_EVIDENCE, [])]
    return report


def _sections_in_vain(item: pytest.Item) -> list[tuple[str, str]]:
    lines = [line for node in item.listchain() for line in node.stash.get(_IN_VAIN, [])]
    return [(_IN_VAIN_TITLE, "\n".join(lines))] if lines else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for each in terminalreporter.stats.values() for report in each]
    found = [
        f"{report.nodeid}: {line}"
        for report in reports
        for title, text in getattr(report, "sections", ())
        if title == _IN_VAIN_TITLE
        for line in text.splitlines()
    ]
    if found:
        terminalreporter.section(_IN_VAIN_TITLE)
        terminalreporter.write_line("\n".join(found))
