"""Common fixtures: a registry in memory, a clock that only the test advances, and clients without sockets."""

import http.client
import importlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import freezegun
import httpx2
import pytest
from hypothesis import HealthCheck, settings

from mock_zuora import MockZuora
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed, check_choices, merged
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Caller, Tenant
from mock_zuora.server.app import App, build_registry

# freezegun reads every attribute of every module. One of testcontainers then connects to a Docker engine. If there is
# none, it leaves the socket open, which fails a later test.
freezegun.configure(extend_ignore_list=["testcontainers"])

# pytester forgets the modules that a test in this process imports, and cryptography cannot be imported twice.
importlib.import_module("trustme")

# No test may fail because the machine is busy.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

NOON = 1_615_334_754_207
"""2021-03-10T00:05:54.207Z, the moment of the reference's sample."""


class Time:
    """A source of time that only the test moves."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


@pytest.fixture(autouse=True)
def shown_log() -> None:
    """Undoes what a server in this process does to the log: it shows its errors only."""
    logging.getLogger("mock_zuora").setLevel(logging.NOTSET)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def registry(time: Time) -> TenantRegistry:
    """A world without tenants, with repeatable ids."""
    registry = build_registry("test")
    registry.time_source = time
    return registry


@pytest.fixture
def tenant(registry: TenantRegistry) -> Tenant:
    """The default tenant, whose jobs move by the clock."""
    return registry.add_tenant(TenantTemplate())


@pytest.fixture
def caller(tenant: Tenant) -> Caller:
    """The default user, who may do everything."""
    return Caller(tenant, tenant.default_user, tenant.default_user.permissions)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Api:
    """A server of one plan without a socket: its app, its world and clients of it."""

    def __init__(self, app: App, time: Time) -> None:
        self.app = app
        self.registry = app.registry
        self.time = time

    @property
    def tenant(self) -> Tenant:
        return self.registry.default_tenant

    def configure(self, **settings: object) -> None:
        """Changes settings of the default tenant."""
        self.tenant.settings = replace(self.tenant.settings, **settings)  # type: ignore[arg-type]

    def assume(self, choices: Mapping[str, str]) -> None:
        """Sets choices of assumptions of the default tenant, as a test does."""
        known = self.tenant.settings.assume
        self.configure(assume=merged(known, assumed(check_choices(choices), Origin.TEST)))

    def client(self, token: str = "any-token", **headers: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app),
            base_url="http://localhost:8080",
            headers={"Authorization": f"Bearer {token}", **headers},
        )


@pytest.fixture
def make_api(time: Time) -> Iterator[Callable[..., Api]]:
    """Makes an API from plans; without any, one tenant whose jobs end immediately. It is seeded when it is given."""

    def make(*plans: TenantTemplate, **settings: object) -> Api:
        if not plans:
            chosen = {"transitions": Transitions.IMMEDIATE, **settings}
            plans = (TenantTemplate(settings=TenantSettings(**chosen)),)  # type: ignore[arg-type]
        registry = build_registry("test")
        registry.time_source = time
        app = App(registry, [])
        for plan in plans:
            registry.add_tenant(plan)
        app.runner.ready.set()
        return Api(app, time)

    yield make


@pytest.fixture
async def api(make_api: Callable[..., Api]) -> AsyncIterator[Api]:
    """One tenant, one user with every permission, jobs that end immediately."""
    yield make_api()


@pytest.fixture
async def client(api: Api) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of that API with a bearer token."""
    async with api.client() as client:
        yield client


# Handles of a server, with both transports


@pytest.fixture(scope="session")
def running() -> Iterator[MockZuora]:
    """A server in this process, for tests that take a tenant of their own."""
    with MockZuora(random_seed="test") as zuora:
        yield zuora


@pytest.fixture(params=["embedded", "connected"])
def handle(request: pytest.FixtureRequest, running: MockZuora) -> Iterator[MockZuora]:
    """The handle of a new tenant: of a server in this process, and of a remote server."""
    server = running if request.param == "embedded" else MockZuora.connect(running.url)
    with server.tenant() as zuora:
        yield zuora


@pytest.fixture
def call() -> Callable[..., tuple[int, Any]]:
    """Calls the emulated API as a tenant's client, over a real connection; gives the status and the JSON."""

    def call(
        zuora: MockZuora, method: str, path: str, body: object = None, token: str | None = None, **headers: str
    ) -> tuple[int, Any]:
        address = urlsplit(zuora.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        kind = "text/csv" if isinstance(body, str) else "application/json"
        sent = body if isinstance(body, str) or body is None else json.dumps(body)
        named = {"Authorization": f"Bearer {token or zuora.token()}", "Content-Type": kind, **headers}
        try:
            connection.request(method, path, sent, named)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        finally:
            connection.close()

    return call


@pytest.fixture
def submit(call: Callable[..., tuple[int, Any]]) -> Callable[..., str]:
    """Submits a create job on ``vehicle``, with a file if one is given; gives its id."""

    def submit(zuora: MockZuora, file: str | None = None, object: str = "vehicle", operation: str = "create") -> str:
        job = {"operation": operation, "object": object, "namespace": "default"}
        status, made = call(zuora, "POST", "/objects/jobs", job)
        assert status == 200, made
        if file is not None:
            status, answer = call(zuora, "POST", f"/objects/jobs/{made['Id']}/files", file)
            assert status == 200, answer
        return str(made["Id"])

    return submit
