"""The tenants of one server, with the tokens and idempotency keys that are looked up before a tenant is known."""

import logging
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from mock_zuora.domain import refusals
from mock_zuora.domain.access.access_tokens import TOKEN_LIFETIME, AccessToken, AccessTokenRepository
from mock_zuora.domain.access.idempotency_keys import IdempotencyRepository
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.access.secrets import Secrets
from mock_zuora.domain.assumptions.choices import NO_CHOICES
from mock_zuora.domain.clock import END_OF_TIME, Clock
from mock_zuora.domain.errors import quote
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.machine_clock import machine_time
from mock_zuora.domain.ports import TenantStore
from mock_zuora.domain.tenants.expiry import TenantExpiry
from mock_zuora.domain.tenants.settings import Auth
from mock_zuora.domain.tenants.template import TenantTemplate, UserTemplate, seed
from mock_zuora.domain.tenants.tenant import Caller, OAuthClient, Tenant, User

logger = logging.getLogger("mock_zuora.limits")


@dataclass(slots=True, kw_only=True)
class TenantRegistry:
    """The tenants by name; the first is the default tenant. Two registries share no state."""

    tenant_store: Callable[[], TenantStore]
    tokens: AccessTokenRepository
    idempotency_records: IdempotencyRepository
    random_seed: str | None = None
    time_source: Callable[[], int] = field(default_factory=machine_time)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    templates: dict[str, TenantTemplate] = field(default_factory=dict)
    """The template of each tenant, which a reset restores. The first is that of the default tenant."""
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    """The secrets that logs, messages and journals must not show."""
    on_drop: Callable[[str], None] = field(default=lambda name: None, repr=False)
    """Called with the name of each tenant that was removed."""
    _expiry: TenantExpiry = field(default_factory=TenantExpiry)
    _count: int = 0

    def add_tenant(self, template: TenantTemplate) -> Tenant:
        """Creates a tenant with its objects and records, see ``seed_tenant``."""
        for _ in self.seed_tenant(template):
            pass
        return self.tenants[template.name]

    def seed_tenant(self, template: TenantTemplate) -> Iterator[None]:
        """Creates a tenant in chunks: a generator that yields after each. The tenant is listed once it has finished.

        A tenant of the same name is then replaced with all its state; its users keep their ids.
        """
        tenant = self.empty_tenant(template)
        yield from seed(tenant, template)
        self.forget_tokens_and_keys(template.name)
        self.tenants[template.name] = tenant
        self.templates[template.name] = template
        self.note_use(tenant)

    def template_like(
        self,
        model: str | None,
        name: str,
        *,
        clients: tuple[OAuthClient, ...],
        users: tuple[UserTemplate, ...] | None = None,
    ) -> TenantTemplate:
        """The template of an isolated tenant with the initial state of another one, by default the default tenant."""
        template = next(iter(self.templates.values())) if model is None else self.templates[model]
        return replace(template, name=name, clients=clients, users=users or template.users, is_isolated=True)

    def fresh_tenant(self, template: TenantTemplate, clock: Clock | None = None) -> Tenant:
        """A tenant in its initial state that is not listed yet, on a clock of its own or on the one passed in."""
        tenant = self.empty_tenant(template)
        if clock is not None:
            tenant.clock = clock
        for _ in seed(tenant, template):
            pass
        return tenant

    def empty_tenant(self, template: TenantTemplate, number: int | None = None) -> Tenant:
        """A tenant without objects that is not listed yet; with ``number``, one that existed before a restart."""
        self.secrets.add(each.secret for each in template.clients)
        previous = self.tenants.get(template.name)
        ids = Ids(None if self.random_seed is None else f"{self.random_seed}/{template.name}")
        # Generate all ids in the same order every time, even those that are not used: a reset tenant must get the
        # same ids as a new one.
        users = {each.name: _user(each, previous, ids) for each in template.users}
        new_entity = ids.uuid()
        return Tenant(
            name=template.name,
            number=self._number_of(previous, number),
            type=template.type,
            settings=template.settings,
            clock=Clock(self.time_source),
            ids=ids,
            store=self.tenant_store(),
            users=users,
            clients={each.id: each for each in template.clients},
            entity=new_entity if previous is None else previous.entity,
            entities=template.entities,
            orgs=template.orgs,
            is_isolated=template.is_isolated,
        )

    def _number_of(self, previous: Tenant | None, number: int | None) -> int:
        if previous is not None:
            return previous.number
        number = self._count + 1 if number is None else number
        self._count = max(self._count, number)
        return number

    def drop_tenant(self, name: str) -> None:
        """Removes a tenant with all its state. Raises LookupError for an unknown tenant and for the default tenant."""
        if name not in self.tenants:
            raise LookupError(f"there is no tenant {name!r}")
        if self.tenants[name] is self.default_tenant:
            raise LookupError(f"tenant {name!r} is the default one, which cannot be removed; reset it instead")
        self.forget_tokens_and_keys(name)
        del self.tenants[name], self.templates[name]
        self._expiry.forget(name)
        self.on_drop(name)

    def note_use(self, tenant: Tenant) -> None:
        """Notes that a request names a tenant, and removes at most one other tenant, if it has expired.

        Only tenants that control requests created expire.
        """
        if not tenant.is_isolated and not self._expiry:
            return
        now = self.time_source()
        if tenant.is_isolated and tenant.name in self.tenants:
            self._expiry.note_use(tenant.name, now)
        if (expired := self._expiry.expired(now)) is not None:
            logger.info("tenant %s is removed: no request has named it for an hour", quote(expired))
            self.drop_tenant(expired)

    def forget_tokens_and_keys(self, name: str) -> None:
        """Removes the access tokens and idempotency keys of a tenant."""
        self.tokens.forget(name)
        self.idempotency_records.forget(name)

    @property
    def default_tenant(self) -> Tenant:
        """The first tenant, which serves unlisted tokens and clients."""
        return next(iter(self.tenants.values()))

    # Authentication

    def tenant_of(self, bearer: str | None) -> Tenant:
        """The tenant that issued a token, even an expired one; the default tenant for any other token and for None."""
        token = None if bearer is None else self.tokens.get(bearer)
        known = None if token is None else self.tenants.get(token.tenant)
        return known or self.default_tenant

    def authenticate(self, bearer: str | None, of_version: Mapping[str, str] = NO_CHOICES) -> Caller:
        """The caller that a bearer token belongs to, with the choices of the request's version.

        A token of this server is bound to its tenant, user, permissions and lifetime. Any other token acts as the
        default user of the default tenant, unless that tenant's ``auth`` is strict (M). Raises ZuoraError 90000011;
        no message repeats a token.
        """
        if bearer is None:
            raise refusals.not_authenticated(
                "Authorization: the header is missing or not 'Bearer <token>'; get a token from POST /oauth/token."
            )
        token = self.tokens.get(bearer)
        if token is not None and token.tenant in self.tenants:
            return self._caller_of(token, of_version)
        default = self.default_tenant
        if default.settings.auth is Auth.STRICT:
            raise refusals.not_authenticated(
                "Authorization: the token was not issued by this server, and auth=strict accepts no other; "
                "get one from POST /oauth/token."
            )
        user = default.default_user
        return Caller(default, user, user.permissions, of_version)

    def _caller_of(self, token: AccessToken, of_version: Mapping[str, str]) -> Caller:
        tenant = self.tenants[token.tenant]
        user = tenant.users.get(token.user)
        if user is None or tenant.clock.now() >= token.expires_at:
            raise refusals.not_authenticated(
                "Authorization: the token has expired; tokens of POST /oauth/token expire one hour after they are "
                "issued. Get a new one there."
            )
        permissions = user.permissions if token.permissions is None else token.permissions
        return Caller(tenant, user, permissions, of_version)

    def refresh_caller(self, caller: Caller) -> Caller:
        """The caller with the current tenant object, which a reset or restore may have replaced.

        Raises ZuoraError 90000011 if the tenant or the user no longer exists.
        """
        tenant = self.tenants.get(caller.tenant.name)
        if tenant is caller.tenant:
            return caller
        user = None if tenant is None else tenant.users.get(caller.user.name)
        if tenant is None or user is None:
            raise refusals.not_authenticated(
                f"Authorization: the token's tenant {quote(caller.tenant.name)}, or its user "
                f"{quote(caller.user.name)}, was removed during the request."
            )
        return replace(caller, tenant=tenant, user=user)

    def tenant_of_client(self, client_id: str) -> Tenant | None:
        """The tenant that lists an OAuth client, or None."""
        return next((each for each in self.tenants.values() if client_id in each.clients), None)

    def grant(self, client_id: str, client_secret: str) -> Caller | None:
        """The caller that a client's tokens act as; None if the client is refused.

        A listed client must send its secret. An unlisted one acts as the default user of the default tenant, unless
        that tenant's ``auth`` is strict (M).
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

    def issue_token(
        self,
        tenant: Tenant,
        user: User,
        permissions: Set[Permission] | None = None,
        lifetime: int = TOKEN_LIFETIME,
    ) -> AccessToken:
        """Issues a new token with a lifetime in milliseconds. ``permissions`` restricts those of the user."""
        now = tenant.clock.now()
        token = AccessToken(
            text=tenant.ids.hex(),
            jti=tenant.ids.hex(),
            tenant=tenant.name,
            user=user.name,
            permissions=permissions,
            expires_at=min(END_OF_TIME, now + lifetime),
        )
        self.tokens.add(token, now)
        self.note_use(tenant)
        return token


def _user(template: UserTemplate, previous: Tenant | None, ids: Ids) -> User:
    before = None if previous is None else previous.users.get(template.name)
    new_id = ids.uuid()
    return User(template.id or (before.id if before else new_id), template.name, template.permissions)
