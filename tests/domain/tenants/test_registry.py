import pytest

from mock_zuora.domain import limits
from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord, KeyScope
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.clock import HOUR
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.tenants.settings import Auth, TenantSettings
from mock_zuora.domain.tenants.template import RecordTemplate, TenantTemplate, UserTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient

STRICT = TenantSettings(auth=Auth.STRICT)
VIEW = frozenset({Permission.VIEW})
VEHICLE = Definition(object="vehicle", fields={"brand__c": Field(name="brand__c")})
PEOPLE = TenantTemplate(
    name="people",
    users=(UserTemplate(name="ann", id="ann-id"), UserTemplate(name="ben", permissions=VIEW)),
    clients=(OAuthClient("bens-client", "hush", "ben"),),
)


@pytest.fixture
def people(registry, tenant):
    """A second tenant with two users and a client, after the default tenant."""
    return registry.add_tenant(PEOPLE)


# Tenants


@pytest.mark.fidelity("mock-03")
def test_tenants_share_nothing(registry, tenant, people):
    assert tenant.number != people.number
    assert tenant.entity != people.entity
    assert tenant.store is not people.store
    people.clock.advance(1000)
    assert people.clock.now() == tenant.clock.now() + 1000


def test_first_tenant_is_the_default(registry, tenant, people):
    assert registry.default_tenant is tenant


def test_large_tenant_is_seeded_in_chunks_and_listed_at_the_end(registry):
    records = tuple(RecordTemplate(object="vehicle", values={}) for _ in range(2 * ROWS_PER_CHUNK))
    chunks = registry.seed_tenant(TenantTemplate(records=records))
    for _ in range(2):
        next(chunks)
        assert registry.tenants == {}
    assert next(chunks, "ended") == "ended"
    assert len(registry.default_tenant.store.objects.table("default", "vehicle")) == 2 * ROWS_PER_CHUNK


def test_replaced_tenant_loses_its_state_and_keeps_its_identity(registry, tenant, people):
    token = registry.issue_token(people, people.default_user)
    registry.idempotency_records.put("a-key", IdempotencyRecord(KeyScope("people", "POST", "/"), 0))
    people.store.objects.define(VEHICLE)
    again = registry.add_tenant(PEOPLE)
    assert again.store.objects.definitions() == []
    assert registry.tokens.get(token.text) is registry.idempotency_records.get("a-key") is None
    assert (again.number, again.entity, again.users) == (people.number, people.entity, people.users)
    assert list(registry.tenants) == ["default", "people"]


def test_replaced_tenant_generates_the_same_ids(registry):
    first = [registry.add_tenant(PEOPLE).ids.uuid() for _ in range(3)]
    assert len(set(first)) == 1


def test_fresh_tenant_is_not_listed(registry, tenant):
    template = TenantTemplate(records=tuple(RecordTemplate(object="vehicle", values={}) for _ in range(ROWS_PER_CHUNK)))
    fresh = registry.fresh_tenant(template)
    assert registry.default_tenant is tenant
    for made in (fresh, registry.add_tenant(template)):
        assert len(made.store.objects.table("default", "vehicle")) == ROWS_PER_CHUNK


def test_tenant_is_removed_with_its_tokens(registry, people):
    token = registry.issue_token(people, people.default_user)
    registry.drop_tenant("people")
    assert "people" not in registry.tenants
    assert registry.tokens.get(token.text) is None


@pytest.mark.parametrize(
    ("name", "why"), [("default", "is the default one"), ("nobody", "there is no tenant 'nobody'")]
)
def test_default_and_unknown_tenant_cannot_be_removed(registry, people, name, why):
    with pytest.raises(LookupError, match=why):
        registry.drop_tenant(name)
    assert list(registry.tenants) == ["default", "people"]


# Authentication


def test_token_acts_as_its_user_in_its_tenant(registry, people):
    token = registry.issue_token(people, people.users["ben"])
    caller = registry.authenticate(token.text)
    assert (caller.tenant, caller.user.name, caller.permissions) == (people, "ben", VIEW)


def test_token_can_have_fewer_permissions_than_its_user(registry, tenant):
    token = registry.issue_token(tenant, tenant.default_user, VIEW)
    assert registry.authenticate(token.text).permissions == VIEW
    nothing = registry.issue_token(tenant, tenant.default_user, frozenset())
    assert registry.authenticate(nothing.text).permissions == frozenset()


def test_every_issued_token_is_different(registry, tenant):
    first, second = (registry.issue_token(tenant, tenant.default_user) for _ in range(2))
    assert len({first.text, first.jti, second.text, second.jti}) == 4


def test_token_expires_after_one_hour_of_its_tenants_clock(registry, people, assert_refused):
    token = registry.issue_token(people, people.default_user)
    people.clock.advance(3_599_999)
    assert registry.authenticate(token.text).tenant is people
    people.clock.advance(1)
    error = assert_refused(
        90000011, lambda: registry.authenticate(token.text), "Authorization", "expired", "POST /oauth/token"
    )
    assert token.text not in error.message


def test_tenant_of_expired_token_is_known(registry, tenant, people):
    token = registry.issue_token(people, people.default_user)
    people.clock.advance(3_600_000)
    assert registry.tenant_of(token.text) is people
    assert registry.tenant_of("made-up") is registry.tenant_of(None) is tenant


def test_token_of_removed_tenant_acts_like_an_unknown_token(registry, tenant, people):
    token = registry.issue_token(people, people.default_user)
    del registry.tenants["people"]
    assert registry.tenant_of(token.text) is registry.authenticate(token.text).tenant is tenant


def test_token_of_removed_user_is_refused(registry, people, assert_refused):
    token = registry.issue_token(people, people.users["ben"])
    people.users = {"ann": people.users["ann"]}
    assert_refused(90000011, lambda: registry.authenticate(token.text), "Authorization")


@pytest.mark.parametrize("settings", [TenantSettings(), STRICT], ids=["lenient", "strict"])
def test_request_without_token_is_refused(registry, assert_refused, settings):
    registry.add_tenant(TenantTemplate(settings=settings))
    assert_refused(
        90000011, lambda: registry.authenticate(None), "Authorization", "Bearer <token>", "POST /oauth/token"
    )


def test_unknown_token_acts_as_the_default_user(registry, tenant, people):
    caller = registry.authenticate("made-up")
    assert (caller.tenant, caller.user, caller.permissions) == (tenant, tenant.default_user, EVERY_PERMISSION)


def test_strict_auth_refuses_unknown_token_without_repeating_it(registry, assert_refused):
    registry.add_tenant(TenantTemplate(settings=STRICT))
    error = assert_refused(90000011, lambda: registry.authenticate("made-up"), "Authorization", "auth=strict")
    assert "made-up" not in error.message


def test_listed_client_acts_as_its_user(registry, people):
    caller = registry.grant("bens-client", "hush")
    assert (caller.tenant, caller.user.name, caller.permissions) == (people, "ben", VIEW)


@pytest.mark.parametrize("settings", [TenantSettings(), STRICT], ids=["lenient", "strict"])
def test_listed_client_needs_its_secret(registry, settings):
    registry.add_tenant(TenantTemplate(settings=settings))
    registry.add_tenant(PEOPLE)
    assert registry.grant("bens-client", "loud") is None


def test_unlisted_client_acts_as_the_default_user(registry, tenant, people):
    caller = registry.grant("made-up", "any")
    assert (caller.tenant, caller.user) == (tenant, tenant.default_user)


def test_strict_auth_refuses_unlisted_client(registry):
    registry.add_tenant(TenantTemplate(settings=STRICT))
    assert registry.grant("made-up", "any") is None


@pytest.mark.fidelity("mock-12")
def test_expired_token_is_refused_until_its_bound_is_passed(registry, tenant, monkeypatch):
    monkeypatch.setattr(limits, "MAX_EXPIRED_TOKENS", 2)
    tokens = [registry.issue_token(tenant, tenant.default_user) for _ in range(3)]
    tenant.clock.advance(HOUR)
    registry.issue_token(tenant, tenant.default_user)
    assert [registry.tokens.get(each.text) for each in tokens] == [None, *tokens[1:]]
    with pytest.raises(ZuoraError, match="expired"):
        registry.authenticate(tokens[1].text)
