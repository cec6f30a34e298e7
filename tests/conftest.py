"""What every test builds on: a world in memory, a clock that only the test moves, a client that opens no socket."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import httpx2
import pytest
from hypothesis import HealthCheck, settings

from mock_zuora.app import App, build_world
from mock_zuora.core.tenants import Caller, Tenant, TenantSettings, Transitions
from mock_zuora.core.world import TenantPlan, World

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


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def world(time: Time) -> World:
    """A world without tenants, with repeatable ids."""
    world = build_world("test")
    world.time_source = time
    return world


@pytest.fixture
def tenant(world: World) -> Tenant:
    """The default tenant, whose jobs move by the clock."""
    return world.add_tenant(TenantPlan())


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
        self.world = app.world
        self.time = time

    @property
    def tenant(self) -> Tenant:
        return self.world.default_tenant

    def configure(self, **settings: object) -> None:
        """Changes settings of the default tenant."""
        self.tenant.settings = replace(self.tenant.settings, **settings)  # type: ignore[arg-type]

    def client(self, token: str = "any-token", **headers: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app),
            base_url="http://localhost:8080",
            headers={"Authorization": f"Bearer {token}", **headers},
        )


@pytest.fixture
def make_api(time: Time) -> Iterator[Callable[..., Api]]:
    """Makes an API from plans; without any, one tenant whose jobs end immediately. It is seeded when it is given."""

    def make(*plans: TenantPlan, **settings: object) -> Api:
        if not plans:
            chosen = {"transitions": Transitions.IMMEDIATE, **settings}
            plans = (TenantPlan(settings=TenantSettings(**chosen)),)  # type: ignore[arg-type]
        world = build_world("test")
        world.time_source = time
        app = App(world, [])
        for plan in plans:
            world.add_tenant(plan)
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
