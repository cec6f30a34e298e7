"""``MockZuora``: the handle of a server, in this process or remote. Only a server that it starts needs more than the
standard library."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Unpack

from mock_zuora.client.assumptions import AssumptionsResource, settings_document
from mock_zuora.client.calls import as_json, in_thread, name_of, not_json, object_of, permissions_of
from mock_zuora.client.clock import ClockResource
from mock_zuora.client.faults import FaultsResource
from mock_zuora.client.jobs import JobsResource
from mock_zuora.client.objects import ObjectsResource
from mock_zuora.client.options import FilePath, Permissions, ResetScope, Rows, ServerSettingValues, TenantSettingValues
from mock_zuora.client.requests import RequestsResource
from mock_zuora.client.rows import csv_records, is_csv_path, is_definition, json_rows, tenant_document
from mock_zuora.client.snapshots import SnapshotsResource
from mock_zuora.client.transports import HttpTransport, Transport
from mock_zuora.control.errors import Invalid, Refused, Unknown, Unreachable, is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.paths import path_parameters
from mock_zuora.control.recorded_requests import FidelityWarning
from mock_zuora.control.results import (
    Behaviour,
    ClientCredentials,
    CreatedTenant,
    DroppedTenant,
    IssuedToken,
    ServerInfo,
    SettingInfo,
    TenantInfo,
    UserInfo,
)

__tracebackhide__ = is_control_error


class MockZuora:
    """A mock Zuora server and one of its tenants.

    ``MockZuora()`` starts a server in this process: real HTTP on a free port of this machine, in a thread of its own,
    ready when the constructor returns. ``MockZuora.connect(url)`` uses a remote server, for example in a container.
    Their methods behave the same, and both are context managers::

        with MockZuora() as zuora:
            client = MyClient(zuora.url, zuora.token())

    It is thread-safe. All methods concern one tenant: the server's default tenant, until ``tenant()`` returns the
    handle of another one. Methods that fail raise a ``ControlError`` and change nothing: ``Unknown`` (no such name),
    ``Invalid`` (a value), ``Refused`` (not in the current state), ``TimedOut``, ``Denied``, ``Unreachable``.
    """

    def __init__(self, *, process: bool = False, **settings: Unpack[ServerSettingValues]) -> None:
        """Starts a server with the settings of ``mock-zuora serve``, by name.

        With ``process`` it runs in a process of its own: for tests that use gevent, block sockets of their process, or
        measure it. Starting then takes a second, and ``clock.follow`` is not possible.

        Three defaults differ, as in the pytest fixtures: the port is a free one, ``transitions`` is ``immediate``, and
        with ``auth=strict`` only tokens and OAuth clients of this server are accepted. ``seed`` is a path or a
        document. Environment variables are ignored. Raises SettingsError for an invalid setting, and any other error
        that keeps the server from starting.
        """
        # Not at the top: a client of a remote server does not need the server's imports.
        transport: Transport
        if process:
            from mock_zuora.client.process import ProcessTransport

            transport = ProcessTransport(settings)
        else:
            from mock_zuora.client.embedded import EmbeddedTransport

            transport = EmbeddedTransport(settings)
        self._attach(transport, None, is_owner=True)

    @classmethod
    def connect(
        cls, url: str, tenant: str | None = None, control_token: str | None = None, ca_file: FilePath | None = None
    ) -> "MockZuora":
        """Returns the handle of a remote server and one of its tenants, which must exist.

        The settings are those that the server was started with. Its defaults are not those of ``MockZuora()``: with
        ``transitions=time``, jobs take a moment, and with ``auth=lenient``, any token and OAuth client is accepted.
        ``control_token`` is the one that the server was started with, if any. ``ca_file`` is the path of the CA
        certificate of a server with HTTPS; by default those that Python trusts apply. Raises Unreachable, Denied,
        Invalid, Unknown.
        """
        zuora = cls._view(HttpTransport(url, control_token, ca_file), tenant, is_owner=True)
        zuora.info()
        return zuora

    @classmethod
    def _view(cls, transport: Transport, tenant: str | None, *, is_owner: bool = False) -> "MockZuora":
        zuora = cls.__new__(cls)
        zuora._attach(transport, tenant, is_owner=is_owner)
        return zuora

    def _attach(self, transport: Transport, tenant: str | None, *, is_owner: bool) -> None:
        self._transport = transport
        self._tenant = tenant
        self._is_owner = is_owner
        self._is_temporary = False
        # Names of tenants are local to a temporary tenant, and the tenants that it creates are dropped with it.
        self._scope: MockZuora | None = None
        self._created: list[MockZuora] = []
        self._created_at: datetime | None = None
        self._before_drop: Callable[[MockZuora], None] = lambda dropped: None
        self.clock = ClockResource(self._call, self._follow_clock)
        """The tenant's clock."""
        self.objects = ObjectsResource(self._call)
        """Its objects, with their definitions and pages of their records."""
        self.jobs = JobsResource(self._call)
        """Its jobs, and planned outcomes for later jobs."""
        self.faults = FaultsResource(self._call)
        """Faults in its requests."""
        self.requests = RequestsResource(self._call)
        """The requests of its clients."""
        self.snapshots = SnapshotsResource(self._call)
        """Its named snapshots."""
        self.assumptions = AssumptionsResource(self._call)
        """What the server assumes where Zuora's documentation is silent."""

    def _call(self, method: str, path: str, /, **values: Any) -> Any:
        """Runs an operation with the options that are not None."""
        return self._send(method, path, {name: value for name, value in values.items() if value is not None})

    def _follow_clock(self, source: Callable[[], int]) -> None:
        self._transport.follow_clock(self._tenant, source)

    def _send(self, method: str, path: str, values: Mapping[str, Any]) -> Any:
        for name in path_parameters(path):
            value = values.get(name)
            if not isinstance(value, str) or not value or "/" in value:
                raise Invalid(f"{name}: {value!r:.100} is not valid in a path; expected a text without slashes")
        try:
            # JSON types whatever the transport: what works with one server works with the other.
            options = json.loads(as_json(values))
        except (TypeError, ValueError):
            raise Invalid(not_json(values)) from None
        return self._transport.call(method, path, self._tenant, options)

    # The server

    @property
    def url(self) -> str:
        """Base URL of the emulated API, without a trailing slash."""
        return self._transport.url

    @property
    def ca_file(self) -> str | None:
        """Path of the CA certificate that clients of a server with ``tls`` trust, as PEM; None without one."""
        return self._transport.ca_file

    def info(self) -> ServerInfo:
        """Returns the server's version, its tenants, and the clock and settings of this tenant."""
        return from_json(ServerInfo, self._call("GET", "/info"))

    def fidelity(self) -> list[Behaviour]:
        """Lists the behaviours of the emulated API with their sources."""
        return from_json(list[Behaviour], self._call("GET", "/fidelity"))

    def tenants(self) -> list[TenantInfo]:
        """Lists the tenants of the server, in the order of their creation."""
        return from_json(list[TenantInfo], self._call("GET", "/tenants"))

    def stop(self) -> None:
        """Stops a server in this process, or drops a created tenant, its own created tenants first. Can be repeated."""
        for each in self._created:
            each.stop()
        if self._is_temporary:
            with suppress(Unknown, Unreachable):
                self.drop()
        if self._is_owner:
            self._transport.close()

    def __enter__(self) -> "MockZuora":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    async def __aenter__(self) -> "MockZuora":
        return self

    async def __aexit__(self, *error: object) -> None:
        await in_thread(self.stop)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as the handle of a remote server, so that another process can use this server and tenant."""
        return _remote_handle, (self.url, self._tenant, self._transport.control_token, self.ca_file)

    def __repr__(self) -> str:
        return f"<MockZuora {self.url} tenant {self._tenant or 'default'}>"

    # The tenant

    @property
    def name(self) -> str:
        """The tenant's name."""
        return self._tenant or self.info().tenant

    def tenant(self, name: str | None = None, seed: Mapping[str, Any] | None = None) -> "MockZuora":
        """Returns the handle of another tenant, which is created if it does not exist.

        A new tenant has the initial state of this handle's tenant without later changes: settings, users, objects and
        records; those in ``seed``, a document as for ``seed``, replace them. It shares nothing with other tenants:
        records, jobs, tokens, clock, faults, requests. It is removed when its ``with`` block ends, or by ``drop``.

        On the handle of a created tenant, such as the fixture ``zuora``, names are local: a name that the server does
        not have yet is appended to that tenant's name, so that tests which run side by side can use the same names.
        Such a tenant is dropped at the latest with that tenant. Raises Invalid.
        """
        if not isinstance(name, str | None):
            raise Invalid(f"name: {name!r:.100} is not valid; expected a text")
        if name is not None and (existing := self._existing(name)) is not None:
            return existing
        full_name = self._local_name(name)
        document = seed and tenant_document(object_of("seed", seed))
        try:
            created = from_json(CreatedTenant, self._call("POST", "/tenants", name=full_name, seed=document))
        except Refused:
            if full_name is None or full_name not in self.info().tenants:
                raise
            # Another thread or process has created it in the meantime.
            return self._view_of(full_name)
        view = self._view_of(created.name)
        view._is_temporary, view._created_at, view._scope = True, created.created_at, view
        if self._scope is not None:
            self._scope._created.append(view)
        return view

    def _existing(self, name: str) -> "MockZuora | None":
        """The tenant of that name, if it exists: one that this handle created, or any other one of the server."""
        names = (name, self._local_name(name))
        for each in [] if self._scope is None else self._scope._created:
            if each._is_temporary and each._tenant in names:
                return each
        tenants = self.info().tenants
        return next((self._view_of(each) for each in names if each in tenants), None)

    def _local_name(self, name: str | None) -> str | None:
        return f"{self._scope._tenant}-{name}" if self._scope is not None and name else name

    def _view_of(self, tenant: str | None) -> "MockZuora":
        """The handle of another tenant, with the same local names as this one."""
        view = self._view(self._transport, tenant)
        view._scope, view._before_drop = self._scope, self._before_drop
        return view

    def drop(self) -> DroppedTenant | None:
        """Removes the tenant, and returns what was planned for it but never used; None from an older server.

        Raises Refused for the default tenant.
        """
        if self._is_temporary:
            self._before_drop(self)
        self._is_temporary = False
        dropped = self._call("DELETE", "/tenants/{name}", name=self.name)
        return None if dropped is None else from_json(DroppedTenant, dropped)

    def user(self, name: str, permissions: Permissions | None = None) -> UserInfo:
        """Adds a user, or changes the permissions of an existing one, and returns it.

        ``permissions`` are any of ``view``, ``edit`` and ``delete``; a new user has all of them by default. They apply
        to the next request, also with tokens that the user already has. ``token``, ``headers`` and ``client`` accept
        the result as their ``user``. Raises Invalid, and Refused beyond the maximum number of users.
        """
        return from_json(UserInfo, self._call("POST", "/users", name=name, permissions=permissions_of(permissions)))

    def token(
        self,
        permissions: Permissions | None = None,
        user: str | UserInfo | None = None,
        tenant: str | None = None,
        lifetime: float | timedelta | None = None,
    ) -> str:
        """Returns a new access token of the tenant, by default for its first user; an unknown user is added.

        ``permissions`` (``view``, ``edit``, ``delete``) replace those of the user. ``tenant`` names another tenant,
        which must exist, by the name that ``tenant()`` accepts. ``lifetime`` is a ``timedelta`` or seconds on the clock
        of the tenant, by default an hour; a token with a lifetime of 0 has expired. Raises Invalid, Unknown.
        """
        holder = self if tenant is None else self._existing(tenant) or self._view_of(tenant)
        seconds = lifetime.total_seconds() if isinstance(lifetime, timedelta) else lifetime
        options = {"user": name_of(user), "permissions": permissions_of(permissions), "lifetime": seconds}
        return from_json(IssuedToken, holder._call("POST", "/tokens", **options)).access_token

    def headers(
        self,
        permissions: Permissions | None = None,
        user: str | UserInfo | None = None,
        tenant: str | None = None,
        lifetime: float | timedelta | None = None,
    ) -> dict[str, str]:
        """Returns an ``Authorization`` header with a new token, for any HTTP client. Options as for ``token``."""
        return {"Authorization": f"Bearer {self.token(permissions, user, tenant, lifetime)}"}

    def client(self, user: str | UserInfo | None = None) -> ClientCredentials:
        """Creates an OAuth client of the tenant, for clients that request their own tokens. Raises Unknown."""
        return from_json(ClientCredentials, self._call("POST", "/clients", user=name_of(user)))

    def configure(self, **settings: Unpack[TenantSettingValues]) -> Mapping[str, Any]:
        """Changes settings of the tenant from now on, and returns all of them. Raises Invalid.

        The settings are those of a tenant in a seed file. Delays are seconds of its clock. ``assume`` can also be the
        path of a TOML file, which this process reads.
        """
        changed: Mapping[str, Any] = self._send("PATCH", "/settings", settings_document(settings))
        return changed

    def settings(self) -> Mapping[str, Any]:
        """Returns the settings of the tenant."""
        settings: Mapping[str, Any] = self._call("GET", "/settings")
        return settings

    def all_settings(self) -> list[SettingInfo]:
        """Lists the settings of the server and of the tenant with their values and origins. Secrets are redacted."""
        return from_json(list[SettingInfo], self._call("GET", "/settings/all"))

    def seed(self, document: Mapping[str, Any]) -> None:
        """Replaces the tenant's initial state, and resets its jobs and records to it.

        The document is what a seed file contains for one tenant: ``users``, ``clients``, ``definitions``, ``records``
        and so on. ``definitions`` are a list, or definitions by name; ``records`` are by object, each as
        ``add_records`` accepts them. What the document omits stays, and so do clock, settings, tokens and planned
        outcomes. Raises Invalid, and Refused for an OAuth client of another tenant.
        """
        self._send("PUT", "/seed", tenant_document(object_of("document", document)))

    def define(
        self, object: str | Mapping[str, Any] | Sequence[Mapping[str, Any]], definition: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Defines an object: ``define("vehicle", {...})`` with what ``POST /objects/definitions/default`` accepts.

        The key ``object`` can be omitted. Returns the definition as the API shows it. Without a name, it defines
        several objects or none: definitions by name, a list of them, or one; and returns them by name. Raises Invalid
        with the message of the API, and Refused if an object exists already; an empty one without definition can be
        defined. Like a request, it does not change the initial state: ``reset`` and ``seed`` remove the object.
        """
        if isinstance(object, str):
            named: Any = {object: object_of("definition", definition)}
        else:
            named = object.get("definitions", object) if isinstance(object, Mapping) else object
            named = [named] if isinstance(named, Mapping) and is_definition(named) else named
        defined: dict[str, Any] = self._call("POST", "/definitions", definitions=named)
        found: dict[str, Any] = defined[object] if isinstance(object, str) else defined
        return found

    def add_records(self, object: str, rows: Rows) -> list[dict[str, Any]]:
        """Adds records to an object now, all of them or none, and returns them as the API shows them.

        ``rows`` are mappings of values by field, as a list or another iterable, or a DataFrame of pandas or polars; or
        the path of a CSV file, whose cells are read as those of a job's file. NaN, NaT and None are missing values;
        numbers of numpy, ``Decimal``, dates and date-times are accepted, the latter in UTC if they have no zone. Fields
        that are omitted get their defaults. An object that does not exist is created, with any field as text,
        unless ``definitions=strict``. Raises Invalid with the row, the field and the value, and Refused.
        """
        if is_csv_path(rows):
            return self._added(object, csv=csv_records(rows))
        return self._added(object, records=json_rows(rows))

    def _added(self, object: str, **rows: Any) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = self._call("POST", "/records/{object}", object=object, **rows)
        return records

    def records(self, object: str) -> list[dict[str, Any]]:
        """Lists the current records of an object as the API shows them, in the order of their creation.

        There are none for an object that no request has created. Raises Unknown for a name that resembles the one of
        an existing object, such as ``vehicles`` or ``Vehicle`` for ``vehicle``.
        """
        records: list[dict[str, Any]] = self._call("GET", "/records/{object}", object=object)
        return records

    def reset(self, *scopes: ResetScope) -> None:
        """Resets the tenant to its initial state at once, or only the parts that are named. Raises Invalid.

        The parts are ``jobs``, ``records`` (which include the jobs), ``tokens``, ``clock``, ``faults``, ``journal``,
        ``settings``, ``snapshots``.
        """
        self._call("POST", "/reset", scope=list(scopes) or None)

    def warnings(self) -> list[FidelityWarning]:
        """Lists the requests that were accepted although Zuora does not document them, oldest first."""
        return from_json(list[FidelityWarning], self._call("GET", "/warnings"))

    def export_state(self) -> dict[str, Any]:
        """Exports the tenant's users, objects, records and jobs as a JSON document, without secrets."""
        document: dict[str, Any] = self._call("GET", "/state")
        return document

    def import_state(self, document: Mapping[str, Any]) -> None:
        """Replaces the tenant's state with an exported document. Raises Invalid."""
        self._send("PUT", "/state", object_of("document", document))


def _remote_handle(url: str, tenant: str | None, control_token: str | None, ca_file: str | None = None) -> MockZuora:
    return MockZuora._view(HttpTransport(url, control_token, ca_file), tenant)
