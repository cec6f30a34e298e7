"""The pytest plugin: fixtures, the marker ``zuora``, options, and the report of a failed test.

pytest imports this module in every run of every project that has the package installed. Only pytest and the standard
library are imported at the top, here and in ``options`` and ``marks``; everything else is imported when a test uses a
fixture.
"""

import sys
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pytest

from mock_zuora.testing.marks import MARKER_HELP, VARIANT, check_effect, check_marks, fixtures_of
from mock_zuora.testing.options import OPTIONS, UNUSED, URL, VARY, check_options, complete_flags

if TYPE_CHECKING:
    from mock_zuora import MockZuora
    from mock_zuora.testing.tenants import FixtureTenant

_REPORT_TITLE: Final = "mock_zuora"
_UNUSED_TITLE: Final = "mock_zuora: planned but never used"
_UNUSED_LINES: Final = pytest.StashKey[list[str]]()
_NOT_PASSED: Final = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    for option in OPTIONS:
        option.add_to(parser)


def pytest_load_initial_conftests(args: list[str]) -> None:
    complete_flags(args)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER_HELP)
    if not _is_worker(config):  # the controlling process has checked them
        check_options(config)
    if VARY.value(config):
        from mock_zuora.testing.vary import vary_plugin

        config.pluginmanager.register(vary_plugin(config), "mock_zuora_vary")


def pytest_report_header(config: pytest.Config) -> str | None:
    remote = URL.value(config)
    return f"mock_zuora: the server at {remote[1]} ({remote[0]})" if remote else None


def pytest_sessionstart(session: pytest.Session) -> None:
    """With pytest-xdist, checks the remote server once, before each worker finds that it is unreachable."""
    config = session.config
    has_workers = config.getoption("dist", "no") != "no" and not config.getoption("collectonly", False)
    if has_workers and not _is_worker(config) and URL.value(config):
        from mock_zuora.testing.remote import check_server

        check_server(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Imports the server if a test uses it: FastAPI cannot be imported once a test has frozen the time."""
    config = session.config
    if config.getoption("collectonly", False) or URL.value(config):
        return
    if any("zuora_server" in getattr(each, "fixturenames", ()) for each in getattr(session, "items", ())):
        import mock_zuora.client.embedded
        import mock_zuora.testing.tenants  # noqa: F401


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


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
def zuora_server(request: pytest.FixtureRequest, zuora_settings: Mapping[str, Any]) -> "Iterator[MockZuora]":
    """The server of this run (with pytest-xdist: of this worker), or the one at ``--zuora-url``.

    The handle is that of its default tenant. All tests share it, so do not change anything in it; ``zuora`` is a
    tenant of its own for each test. Override this fixture in a conftest.py to use a server that you start yourself.
    """
    from mock_zuora.testing.remote import remote_server
    from mock_zuora.testing.tenants import started_server, stop_servers

    yield remote_server(request.session) or started_server(request.config, zuora_settings)
    stop_servers(request.config)


@pytest.fixture
def zuora(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A new tenant of the mock Zuora for this test, dropped when the test ends.

    Pass ``zuora.url`` and ``zuora.token()`` to your client, or the id and secret of ``zuora.client()``. The marker
    ``@pytest.mark.zuora(...)`` changes its settings and its seed.
    """
    yield from _tenant(request, zuora_server, zuora_settings)


@pytest.fixture(scope="class")
def zuora_class(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A new tenant that the tests of a class share; otherwise as ``zuora``.

    The markers of the class and of the module change its settings and its seed.
    """
    yield from _tenant(request, zuora_server, zuora_settings)


@pytest.fixture(scope="module")
def zuora_module(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A new tenant that the tests of a module share, for state that takes long to set up; otherwise as ``zuora``.

    The marker of the module (``pytestmark = pytest.mark.zuora(...)``) changes its settings and its seed.
    """
    yield from _tenant(request, zuora_server, zuora_settings)


@pytest.fixture(scope="session")
def zuora_session(
    request: pytest.FixtureRequest, zuora_server: "MockZuora", zuora_settings: Mapping[str, Any]
) -> "Iterator[MockZuora]":
    """A new tenant that all tests of the run share (with pytest-xdist: those of a worker); otherwise as ``zuora``.

    No marker applies to it. Its settings are those of the first test that uses it.
    """
    yield from _tenant(request, zuora_server, zuora_settings)


def _tenant(request: pytest.FixtureRequest, server: "MockZuora", settings: Mapping[str, Any]) -> "Iterator[MockZuora]":
    from mock_zuora.testing.tenants import new_tenant

    with new_tenant(request, server, settings) as (zuora, tenant):
        yield zuora
        # Under another choice of an assumption, a test may rightly take another course.
        is_planned = VARIANT not in request.node.stash
        has_passed = not (tenant.has_failed or request.node.stash.get(_NOT_PASSED, False))
    _report_unused(request.config, request.node, tenant.unused if is_planned and has_passed else [])


# Tests


def pytest_runtest_setup(item: pytest.Item) -> None:
    check_marks(item)
    if tenants := _tenants_module():
        tenants.start_test(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    result = yield
    check_effect(item)
    return result


def _tenants_module() -> Any:
    """The module with the tenants, once a fixture has imported it."""
    return sys.modules.get("mock_zuora.testing.tenants")


# Reports


def _report_unused(config: pytest.Config, node: pytest.Item | pytest.Collector, lines: list[str]) -> None:
    if not lines:
        return
    unused = UNUSED.value(config)
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
        for tenant in _used_tenants(item):
            tenant.has_failed = True
            report.sections.append((_REPORT_TITLE, tenant.report.text()))
    return report


def _used_tenants(item: pytest.Item) -> "list[FixtureTenant]":
    """The tenants that a test has used: those of its fixtures, and those that got requests during it."""
    tenants, fixtures = _tenants_module(), fixtures_of(item)
    existing: list[FixtureTenant] = tenants.tenants_of(item) if tenants else []
    return [each for each in existing if each.fixture in fixtures or each.report.has_new_requests()]


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
