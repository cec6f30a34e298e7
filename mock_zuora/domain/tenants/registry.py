"""One emulated Zuora: its tenants, and the tokens and idempotency keys that are looked up before a tenant is known."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field, replace

from mock_zuora.domain import errors
from mock_zuora.domain.access.access_tokens import TOKEN_LIFE, AccessToken, AccessTokenRepository
from mock_zuora.domain.access.idempotency_keys import IdempotencyRepository
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.clock import Clock, machine_time
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, open_definition
from mock_zuora.domain.ports import TenantStore
from mock_zuora.domain.records.record import Values, new_record
from mock_zuora.domain.tenants.tenant import Auth, Caller, Client, Tenant, TenantSettings, User

DEFAULT_TENANT = "default"
DEFAULT_USER = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTemplate:
    """A user that a tenant begins with; without an id it gets one."""

    name: str = DEFAULT_USER
    id: str | None = None
    permissions: Set[Permission] = EVERY_PERMISSION


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTemplate:
    """A record that a tenant begins with; without an id it gets one."""

    object: str
    id: str | None = None
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantTemplate:
    """What a tenant begins with. An unknown token acts as the first user."""

    name: str = DEFAULT_TENANT
    type: str = "production"
    settings: TenantSettings = TenantSettings()
    users: tuple[UserTemplate, ...] = (UserTemplate(),)
    clients: tuple[Client, ...] = ()
    entities: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    records: tuple[RecordTemplate, ...] = ()
    is_isolated: bool = False
    """Whether it is a world of its own, made for one test: see ``Tenant.is_apart``."""


@dataclass(slots=True, kw_only=True)
class TenantRegistry:
    """The tenants by name; the first is the default one. Nothing in it is global: two worlds never meet."""

    tenant_store: Callable[[], TenantStore]
    tokens: AccessTokenRepository
    idempotency_records: IdempotencyRepository
    random_seed: str | None = None
    time_source: Callable[[], int] = field(default_factory=machine_time)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    plans: dict[str, TenantTemplate] = field(default_factory=dict)
    """What each tenant began with, and goes back to."""
    _count: int = 0

    def add_tenant(self, plan: TenantTemplate) -> Tenant:
        """Makes the tenant of a plan, with its objects and records; see ``seed_tenant``."""
        for _ in self.seed_tenant(plan):
            pass
        return self.tenants[plan.name]

    def seed_tenant(self, plan: TenantTemplate) -> Iterator[None]:
        """The same in slices: a generator that yields after each. The tenant is there once it has ended.

        One of the same name is replaced then, at once, with all that it had; its users keep their ids.
        """
        tenant = self._bare_tenant(plan)
        yield from _fill(tenant, plan)
        self.forget_calls(plan.name)
        self.tenants[plan.name] = tenant
        self.plans[plan.name] = plan

    def plan_like_default(
        self, name: str, *, clients: tuple[Client, ...], users: tuple[UserTemplate, ...] | None = None
    ) -> TenantTemplate:
        """The plan of a tenant that begins like the default one, but apart from all others (M)."""
        plan = self.plans[self.default_tenant.name]
        return replace(plan, name=name, clients=clients, users=users or plan.users, is_isolated=True)

    def fresh_tenant(self, plan: TenantTemplate, clock: Clock | None = None) -> Tenant:
        """The tenant of a plan as it begins, on its own clock or on that one; the world does not have it yet."""
        tenant = self._bare_tenant(plan)
        if clock is not None:
            tenant.clock = clock
        for _ in _fill(tenant, plan):
            pass
        return tenant

    def _bare_tenant(self, plan: TenantTemplate) -> Tenant:
        known = self.tenants.get(plan.name)
        ids = Ids(None if self.random_seed is None else f"{self.random_seed}/{plan.name}")
        # Users first, then the entity, whether they are needed or not: so a reset tenant mints what a new one does.
        users = {each.name: _user(each, known, ids) for each in plan.users}
        minted = ids.uuid()
        return Tenant(
            name=plan.name,
            number=self._next_number() if known is None else known.number,
            type=plan.type,
            settings=plan.settings,
            clock=Clock(self.time_source),
            ids=ids,
            store=self.tenant_store(),
            users=users,
            clients={each.id: each for each in plan.clients},
            entity=minted if known is None else known.entity,
            entities=plan.entities,
            orgs=plan.orgs,
            is_isolated=plan.is_isolated,
        )

    def _next_number(self) -> int:
        self._count += 1
        return self._count

    def drop_tenant(self, name: str) -> None:
        """Removes a tenant with all that belongs to it. Raises LookupError for the default tenant, and for none."""
        if name not in self.tenants:
            raise LookupError(f"there is no tenant {name!r}")
        if self.tenants[name] is self.default_tenant:
            raise LookupError(f"tenant {name!r} is the default one, which cannot be removed; reset it instead")
        self.forget_calls(name)
        del self.tenants[name], self.plans[name]

    def forget_calls(self, name: str) -> None:
        """Forgets the tokens and the idempotency keys of a tenant."""
        self.tokens.forget(name)
        self.idempotency_records.forget(name)

    @property
    def default_tenant(self) -> Tenant:
        """The tenant of tokens and clients that nobody listed."""
        return next(iter(self.tenants.values()))

    # Who is calling

    def tenant_of(self, bearer: str | None) -> Tenant:
        """The tenant that a token was issued in, even if it has expired; of any other, and of none, the default one."""
        token = None if bearer is None else self.tokens.get(bearer)
        known = None if token is None else self.tenants.get(token.tenant)
        return known or self.default_tenant

    def authenticate(self, bearer: str | None) -> Caller:
        """Whose token it is.

        A token that was issued here is held to its tenant, user, permissions and hour. Any other acts as the default
        tenant's default user, unless that tenant's ``auth`` is strict (M). Raises ZuoraError 90000011; no message
        repeats a token.
        """
        if bearer is None:
            raise errors.not_authenticated(
                "Authorization: the header is missing or not 'Bearer <token>'; get a token from POST /oauth/token."
            )
        token = self.tokens.get(bearer)
        if token is not None and token.tenant in self.tenants:
            return self._caller_of(token)
        default = self.default_tenant
        if default.settings.auth is Auth.STRICT:
            raise errors.not_authenticated(
                "Authorization: the token was not issued by this server, and auth=strict takes no other; "
                "get one from POST /oauth/token."
            )
        user = default.default_user
        return Caller(default, user, user.permissions)

    def _caller_of(self, token: AccessToken) -> Caller:
        tenant = self.tenants[token.tenant]
        user = tenant.users.get(token.user)
        if user is None or tenant.clock.now() >= token.expires_at:
            raise errors.not_authenticated(
                "Authorization: the token has expired; a token ends one hour after it was issued. "
                "Get a new one from POST /oauth/token."
            )
        return Caller(tenant, user, user.permissions if token.permissions is None else token.permissions)

    def as_of_now(self, caller: Caller) -> Caller:
        """The caller in the tenant as it is now: one that was reset or restored since is another object.

        Raises ZuoraError 90000011 if the tenant or the user is gone.
        """
        tenant = self.tenants.get(caller.tenant.name)
        if tenant is caller.tenant:
            return caller
        user = None if tenant is None else tenant.users.get(caller.user.name)
        if tenant is None or user is None:
            raise errors.not_authenticated(
                f"Authorization: the token's tenant {errors.quote(caller.tenant.name)}, or its user "
                f"{errors.quote(caller.user.name)}, was removed while the call ran."
            )
        return Caller(tenant, user, caller.permissions)

    def tenant_of_client(self, client_id: str) -> Tenant | None:
        """The tenant that lists a client; None if none does."""
        return next((each for each in self.tenants.values() if client_id in each.clients), None)

    def grant(self, client_id: str, client_secret: str) -> Caller | None:
        """Who a client's tokens act as; None if it is not let in.

        A listed client must know its secret. An unlisted one is the default tenant's default user, unless that tenant's
        ``auth`` is strict (M).
        """
        tenant = self.tenant_of_client(client_id)
        if tenant is not None:
            client = tenant.clients[client_id]
            if client.secret != client_secret:
                return None
            user = tenant.users[client.user]
            return Caller(tenant, user, user.permissions)
        if self.default_tenant.settings.auth is Auth.STRICT:
            return None
        user = self.default_tenant.default_user
        return Caller(self.default_tenant, user, user.permissions)

    def issue_token(self, tenant: Tenant, user: User, permissions: Set[Permission] | None = None) -> AccessToken:
        """A new token, never one that was given before."""
        token = AccessToken(
            text=tenant.ids.hex(),
            jti=tenant.ids.hex(),
            tenant=tenant.name,
            user=user.name,
            permissions=permissions,
            expires_at=tenant.clock.now() + TOKEN_LIFE,
        )
        self.tokens.add(token)
        return token


def _user(plan: UserTemplate, known: Tenant | None, ids: Ids) -> User:
    before = None if known is None else known.users.get(plan.name)
    minted = ids.uuid()
    return User(plan.id or (before.id if before else minted), plan.name, plan.permissions)


def _fill(tenant: Tenant, plan: TenantTemplate) -> Iterator[None]:
    objects = tenant.store.objects
    by, now = tenant.default_user.id, tenant.clock.now()
    for definition in plan.definitions:
        objects.define(definition.made(tenant.ids.uuid(), by, now))
    for count, each in enumerate(plan.records, 1):
        if objects.definition(DEFAULT_NAMESPACE, each.object) is None:
            opened = open_definition(DEFAULT_NAMESPACE, each.object)
            objects.define(opened.made(tenant.ids.uuid(), by, now))
        record = new_record(each.id or tenant.ids.uuid(), by, now, each.values)
        objects.table(DEFAULT_NAMESPACE, each.object).put(record)
        if count % ROWS_PER_CHUNK == 0:
            yield
