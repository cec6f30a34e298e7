"""The server of a run, and the tenants of its fixtures. Imported when a test uses a fixture."""

import os
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from typing import Any, Final

import pytest

from mock_zuora.client.handle import MockZuora
from mock_zuora.client.rows import seed_document
from mock_zuora.config.option_types import checked_assume
from mock_zuora.config.seed_file import read_seed, templates_from
from mock_zuora.config.settings import SettingsError, settings_from
from mock_zuora.config.tenant_options import TenantOptions
from mock_zuora.control.errors import ControlError, Invalid, Unknown, Unreachable
from mock_zuora.control.results import DroppedTenant
from mock_zuora.domain.assumptions.choices import joined
from mock_zuora.testing.failure_report import FailureReport, tenants_created_by, unused_lines
from mock_zuora.testing.marks import CONSULTED, MARKER, NOT_SETTINGS, OBSERVED, VARIANT, marked_values, note_applied
from mock_zuora.testing.options import VARY, settings_of_run

_STARTED: Final = pytest.StashKey[list[tuple[dict[str, Any], MockZuora]]]()
"""The servers that this run started, with their settings."""
_TENANTS: Final = pytest.StashKey[list["FixtureTenant"]]()


class FixtureTenant:
    """The tenant of a fixture, while it exists."""

    def __init__(self, fixture: str, report: FailureReport) -> None:
        self.fixture = fixture
        self.report = report
        self.has_failed = False
        """Whether a test that used it did not pass, so that unused faults and outcomes are no surprise."""
        self.unused: list[str] = []
        """Lines about faults and outcomes that were planned but never used; known at the end."""


def started_server(config: pytest.Config, from_fixture: Mapping[str, Any]) -> MockZuora:
    """The server with these settings. A folder of tests with settings of its own has a server of its own."""
    settings = settings_of_run(config, from_fixture)
    started = config.stash.setdefault(_STARTED, [])
    for known, server in started:
        if known == settings:
            return server
    with error_in_one_line("zuora_settings"):
        server = MockZuora(**settings)
    started.append((settings, server))
    return server


def stop_servers(config: pytest.Config) -> None:
    """Stops the servers that this run started."""
    for _, server in config.stash.get(_STARTED, []):
        server.stop()
    config.stash[_STARTED] = []


@contextmanager
def new_tenant(
    request: pytest.FixtureRequest, server: MockZuora, from_fixture: Mapping[str, Any]
) -> Iterator[tuple[MockZuora, FixtureTenant]]:
    """A new tenant for the scope of a fixture, with the settings of the run and of the marks, dropped at its end."""
    config, node = request.config, request.node
    is_own_server = any(server is each for _, each in config.stash.get(_STARTED, []))
    if is_own_server:
        server = started_server(config, from_fixture)
    seed = None
    if not is_own_server:
        with error_in_one_line("zuora_settings"):
            seed = _seed_of(settings_of_run(config, from_fixture))
    with error_in_one_line("zuora_settings"):
        created = server.tenant(seed=seed)
    with created as zuora:
        if marked := marked_values(node):
            with error_in_one_line("@pytest.mark.zuora"):
                _apply(zuora, marked)
        note_applied(node)
        if (varied := node.stash.get(VARIANT, None)) is not None:
            _apply(zuora, {"assume": varied})
        tenant = FixtureTenant(request.fixturename or MARKER, FailureReport(zuora, server))
        tenants = node.stash.setdefault(_TENANTS, [])
        tenants.append(tenant)
        yield zuora, tenant
        if VARY.value(config) is not None and VARIANT not in node.stash:
            node.stash[CONSULTED], node.stash[OBSERVED] = _consulted(zuora)
        tenants.remove(tenant)
        tenant.unused = tenant.report.unused_of_created()
        tenant.report.close()
        tenant.unused = [*unused_lines(_dropped(zuora)), *tenant.unused]


def _dropped(zuora: MockZuora) -> DroppedTenant | None:
    """Drops a tenant, after those that its handle has created. None if the test has already done so."""
    for each in zuora._created:
        each.stop()
    with suppress(Unknown, Unreachable):
        return zuora.drop() if zuora._is_temporary else None
    return None


def _consulted(zuora: MockZuora) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The assumptions that a test has consulted, in its tenant and in those it made, and what was observed of them.

    Each has its other choices. An assumption that the test itself has set is left out.
    """
    consulted: dict[str, list[str]] = {}
    observed: dict[str, str] = {}
    for tenant in (zuora, *tenants_created_by(zuora)):
        with suppress(ControlError):  # the test has dropped the tenant, or stopped the server
            for each in tenant.assumptions.consulted:
                if each.origin != "test":
                    others = consulted.get(each.name, each.other_choices)
                    consulted[each.name] = [choice for choice in others if choice in each.other_choices]
                    if each.observed is not None:
                        observed[each.name] = f"{each.choice} {each.observed.place}".rstrip()
    return consulted, observed


def tenants_of(item: pytest.Item) -> list[FixtureTenant]:
    """The tenants of fixtures that exist for a test, whether it uses them or not."""
    return [each for node in item.listchain() for each in node.stash.get(_TENANTS, [])]


def start_test(item: pytest.Item) -> None:
    """Notes what earlier tests have done in the tenants that this test shares with them."""
    for each in tenants_of(item):
        each.report.start_test()


def _seed_of(settings: dict[str, Any]) -> Mapping[str, Any]:
    """A seed that gives a tenant of a remote server the state that it would have on a server with these settings."""
    seed = settings.pop("seed", None)
    settings.pop("process", None)
    settings_from(settings)
    document = {} if seed is None else _first_tenant(_document_of(seed))
    options = {name: value for name, value in settings.items() if name in TenantOptions.model_fields}
    # Part of the seed, so that a reset keeps these settings.
    return {**document, "settings": {"transitions": "immediate", **document.get("settings", {}), **options}}


def _apply(zuora: MockZuora, marked: Mapping[str, Any]) -> None:
    """Makes the values of marks part of a tenant's initial state."""
    settings = {name: value for name, value in marked.items() if name not in NOT_SETTINGS}
    document = {} if marked.get("seed") is None else _document_of(marked["seed"])
    if "tenants" in document:
        document = _first_tenant(document)
    permissions = marked.get("permissions")
    if permissions is not None:
        document = {**document, "users": _with_permissions(document.get("users"), permissions, zuora)}
    if document:
        _seed(zuora, document)
    if settings:
        zuora.configure(**settings)
        zuora.seed({})  # so that a reset in the test keeps these settings


def _seed(zuora: MockZuora, document: Mapping[str, Any]) -> None:
    """Seeds a tenant. Raises Invalid with the key of the mark that has the mistake."""
    try:
        zuora.seed(document)
    except Invalid as error:
        of_permissions = str(error).removeprefix("users.0.")
        is_permission = of_permissions.startswith("permissions")
        raise Invalid(of_permissions if is_permission else f"seed: {error}") from None


def _with_permissions(users: Any, permissions: Any, zuora: MockZuora) -> Any:
    """The users of a seed, by default those of the tenant, with these permissions for the first one."""
    users = zuora.export_state()["users"] if users is None else users
    if isinstance(permissions, str):
        permissions = permissions.split(",")
    if isinstance(permissions, Set):
        permissions = sorted(permissions)
    with suppress(TypeError, KeyError, IndexError):  # the server refuses an invalid seed
        users = [{**users[0], "permissions": permissions}, *users[1:]]
    return users


def _document_of(seed: Any) -> Mapping[str, Any]:
    """The document of a seed, which can be a path."""
    document: Any = read_seed(os.fspath(seed)) if isinstance(seed, str | os.PathLike) else seed
    if not isinstance(document, Mapping):
        raise SettingsError(f"seed: {document!r:.100} is not valid; expected a path or a document")
    return document


def _first_tenant(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first tenant of the document of a whole seed."""
    document = seed_document(document)
    templates_from(document)
    tenant = document["tenants"][0]
    assume = joined(*(checked_assume(each.get("assume", {})) for each in (document, tenant)))
    # An OAuth client belongs to one tenant, so two tests could not both have it.
    return {**{key: value for key, value in tenant.items() if key not in ("name", "clients")}, "assume": assume}


@contextmanager
def error_in_one_line(source: str) -> Iterator[None]:
    """Reports an invalid value in one line instead of a traceback of this package."""
    try:
        yield
    except (ControlError, SettingsError) as error:
        raise pytest.fail.Exception(f"{source}: {error}", pytrace=False) from None
