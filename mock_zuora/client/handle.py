"""``MockZuora``: a mock server in the hand of a test, whether it runs in this process or elsewhere.

Only the standard library is imported here; a server in this process brings its own imports when it is started.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, time
from types import TracebackType
from typing import Any

from mock_zuora.client.resources import Clock, Faults, Jobs, Requests, Snapshots, said
from mock_zuora.client.transports import HttpTransport, Transport
from mock_zuora.control.errors import Invalid, Refused, Unknown, Unreachable, is_control_error
from mock_zuora.control.results import Behaviour, Client, FidelityWarning, Info, IssuedToken, from_json
from mock_zuora.control.results import Tenant as TenantOfServer

__tracebackhide__ = is_control_error


class MockZuora:
    """A mock Zuora, and one tenant of it.

    ``MockZuora()`` starts a server in this process: real HTTP on a free port of this machine, in a thread of its own,
    ready when the call returns. ``MockZuora.connect(url)`` takes one that runs elsewhere, say in a container. Both are
    the same to a test, and both are context managers::

        with MockZuora() as zuora:
            client = MyClient(zuora.url, zuora.token())

    Any thread may use it. All that it does concerns one tenant, the default one of the server, until ``tenant()`` gives
    the handle of another. What cannot be done raises a ``ControlError`` of ``mock_zuora.control.errors``, and has
    changed nothing: ``Unknown`` (there is nothing of that name), ``Invalid`` (a value), ``Refused`` (as things are),
    ``TimedOut``, ``Denied``, ``Unreachable``.
    """

    def __init__(self, **settings: Any) -> None:
        """Starts a server. ``settings`` are those of ``mock-zuora serve`` by their names.

        They differ in two ways: the port is a free one, and ``transitions`` are ``immediate``. ``seed`` is a path, or
        the document itself. The environment is not looked at. Raises SettingsError for a setting that cannot be, and
        whatever else keeps the server from starting.
        """
        # Here and not above: whoever connects to a server elsewhere needs none of it.
        from mock_zuora.client.embedded import EmbeddedTransport

        self._become(EmbeddedTransport(settings), None, is_owner=True)

    @classmethod
    def connect(cls, url: str, tenant: str | None = None, control_token: str | None = None) -> "MockZuora":
        """Takes a server that runs elsewhere, and one of its tenants, which must be there.

        ``control_token`` is the one that the server was started with, if it was. Raises Unreachable, Denied, Unknown.
        """
        zuora = cls._view(HttpTransport(url, control_token), tenant, is_owner=True)
        zuora.info()
        return zuora

    @classmethod
    def _view(cls, transport: Transport, tenant: str | None, *, is_owner: bool) -> "MockZuora":
        zuora = cls.__new__(cls)
        zuora._become(transport, tenant, is_owner=is_owner)
        return zuora

    def _become(self, transport: Transport, tenant: str | None, *, is_owner: bool) -> None:
        self._door = transport
        self._tenant = tenant
        self._is_owner = is_owner
        self._is_made = False
        self.clock = Clock(self._call)
        """The tenant's clock."""
        self.jobs = Jobs(self._call)
        """Its jobs, and what is planned for those to come."""
        self.faults = Faults(self._call)
        """What goes wrong on purpose."""
        self.requests = Requests(self._call)
        """What its clients called."""
        self.snapshots = Snapshots(self._call)
        """Its named states."""

    def _call(self, operation: str, /, **values: Any) -> Any:
        try:
            # Plain JSON, whatever the door: what works with one server works with the other.
            plain = json.loads(json.dumps(values, allow_nan=False, default=_text_of))
        except (TypeError, ValueError) as error:
            raise Invalid(f"{operation}: what is said is not JSON: {error}") from None
        return self._door.call(operation, self._tenant, plain)

    # The server

    @property
    def url(self) -> str:
        """The base URL for clients of the emulated API, without a slash at its end."""
        return self._door.url

    def info(self) -> Info:
        """The server's version, its tenants, and how this one stands."""
        return from_json(Info, self._call("info"))

    def fidelity(self) -> list[Behaviour]:
        """What the server does, with where each behaviour is known from and which of its tests prove it."""
        return [from_json(Behaviour, each) for each in self._call("fidelity")]

    def tenants(self) -> list[TenantOfServer]:
        """The tenants of the server, in the order in which they were made."""
        return [from_json(TenantOfServer, each) for each in self._call("tenants.all")]

    def stop(self) -> None:
        """Stops the server if it is in this process; a tenant that ``tenant()`` made is dropped. Twice is once."""
        if self._is_made:
            with suppress(Unknown, Unreachable):
                self.drop()
        if self._is_owner:
            self._door.close()

    def __enter__(self) -> "MockZuora":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<MockZuora {self.url} tenant {self._tenant or 'default'}>"

    # The tenant

    @property
    def name(self) -> str:
        """The tenant's name."""
        return self._tenant or self.info().tenant

    def tenant(self, name: str | None = None) -> "MockZuora":
        """The handle of another tenant: the one of that name if there is one, else a fresh one.

        A fresh one begins with what the default one began with, and has everything for itself: records, jobs, tokens,
        clock, faults, requests, settings, snapshots. Leaving its ``with`` block, or ``drop``, removes it again. Raises
        Invalid.
        """
        if name is not None and name in self.info().tenants:
            return self._view(self._door, name, is_owner=False)
        try:
            made = self._call("tenants.add", **said(name=name))
        except Refused:
            if name is None:
                raise
            # Another thread or process has made it meanwhile.
            return self._view(self._door, name, is_owner=False)
        view = self._view(self._door, made["name"], is_owner=False)
        view._is_made = True
        return view

    def drop(self) -> None:
        """Removes the tenant with all that belongs to it. Raises Refused for the default one."""
        self._is_made = False
        # Of the server, not of this tenant, which would then not be there.
        self._door.call("tenants.drop", None, {"name": self.name})

    def token(
        self, permissions: Iterable[str] | None = None, user: str | None = None, tenant: str | None = None
    ) -> str:
        """A bearer token of the tenant, for its first user or another; an unknown user is added.

        ``permissions`` (``view``, ``edit``, ``delete``) are what it may do, whatever its user may. ``tenant`` names
        another tenant that it is of, which must be there. It ends after one hour on that tenant's clock. Raises
        Invalid, Unknown.
        """
        holder = self if tenant is None else self._view(self._door, tenant, is_owner=False)
        one_or_more = permissions if permissions is None or isinstance(permissions, str) else list(permissions)
        wanted = said(user=user, permissions=one_or_more)
        return from_json(IssuedToken, holder._call("token", **wanted)).access_token

    def headers(self, permissions: Iterable[str] | None = None, user: str | None = None) -> dict[str, str]:
        """The headers that let any HTTP client in: a new token as ``Authorization``."""
        return {"Authorization": f"Bearer {self.token(permissions, user)}"}

    def client(self, user: str | None = None) -> Client:
        """An OAuth client of the tenant, for clients that get their tokens themselves. Raises Unknown for a user."""
        return from_json(Client, self._call("client", **said(user=user)))

    def configure(self, **settings: Any) -> Mapping[str, Any]:
        """Changes settings of the tenant, from now on, and gives all of them. Raises Invalid.

        They are those that a seed file can give a tenant: ``transitions``, ``accept_delay``, ``queue_delay``,
        ``processing_time``, ``processing_polls``, ``concurrent_job_limit``, ``rate_limits``, ``auth``, ``strict``,
        ``definitions``, ``execution_order``, ``read_delay``, ``version``. Delays are seconds of its clock.
        """
        changed: Mapping[str, Any] = self._call("configure", **settings)
        return changed

    def settings(self) -> Mapping[str, Any]:
        """How the tenant is set."""
        settings: Mapping[str, Any] = self._call("settings")
        return settings

    def seed(self, document: Mapping[str, Any]) -> None:
        """Gives the tenant other things to begin with, and lets it begin with them: its jobs and records go.

        The document is what a seed file says of one tenant: ``users``, ``clients``, ``definitions``, ``records`` and so
        on. What it does not name stays, and so do clock, settings, tokens and planned outcomes. Raises Invalid, and
        Refused for an OAuth client that another tenant has.
        """
        self._call("seed", **_object("document", document))

    def records(self, object: str) -> list[dict[str, Any]]:
        """The records of an object as they are now, with the API's own names, in the order of their creation.

        Raises Unknown.
        """
        records: list[dict[str, Any]] = self._call("records", object=object)
        return records

    def reset(self, *scopes: str) -> None:
        """Takes the tenant back to what it began with, at once; with scopes, only that much of it. Raises Invalid.

        They are ``jobs``, ``records`` (which take the jobs along), ``tokens``, ``clock``, ``faults``, ``journal``,
        ``settings``, ``snapshots``.
        """
        self._call("reset", **said(scope=list(scopes) or None))

    def warnings(self) -> list[FidelityWarning]:
        """What was accepted although the real service does not document it, oldest first."""
        return [from_json(FidelityWarning, each) for each in self._call("warnings")]

    def export_state(self) -> dict[str, Any]:
        """The tenant's users, objects, records and jobs as one JSON document, without secrets."""
        document: dict[str, Any] = self._call("export_state")
        return document

    def import_state(self, document: Mapping[str, Any]) -> None:
        """Gives the tenant the state of such a document instead of its own. Raises Invalid."""
        self._call("import_state", **_object("document", document))


def _text_of(value: object) -> str:
    if isinstance(value, date | time):
        # TOML, which a seed may come from, has dates of its own.
        return value.isoformat()
    raise TypeError(f"{value!r} is a {type(value).__name__}")


def _object(name: str, document: Any) -> Mapping[str, Any]:
    if isinstance(document, Mapping) and all(isinstance(key, str) for key in document):
        return document
    raise Invalid(f"{name}: a {type(document).__name__} is not valid: expected an object with texts as keys")
