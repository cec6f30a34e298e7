import pytest

from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord, KeyScope
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
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
    """A second tenant, with two users and a client; the default one is there before it."""
    return registry.add_tenant(PEOPLE)


# Tenants


@pytest.mark.fidelity("mock-03")
def test_tenants_have_nothing_in_common(registry, tenant, people):
    assert tenant.number != people.number
    assert tenant.entity != people.entity
    assert tenant.store is not people.store
    people.clock.advance(1000)
    assert people.clock.now() == tenant.clock.now() + 1000


def test_the_default_tenant_is_the_first(registry, tenant, people):
    assert registry.default_tenant is tenant


def test_a_big_tenant_is_made_in_slices_and_is_there_once_it_is_whole(registry):
    records = tuple(RecordTemplate(object="vehicle", values={}) for _ in range(2 * ROWS_PER_CHUNK))
    chunks = registry.seed_tenant(TenantTemplate(records=records))
    for _ in range(2):
        next(chunks)
        assert registry.tenants == {}
    assert next(chunks, "ended") == "ended"
    assert len(registry.default_tenant.store.objects.table("default", "vehicle")) == 2 * ROWS_PER_CHUNK


def test_a_tenant_that_is_made_again_loses_what_it_had_and_keeps_who_it_is(registry, tenant, people):
    token = registry.issue_token(people, people.default_user)
    registry.idempotency_records.put("a-key", IdempotencyRecord(KeyScope("people", "POST", "/"), 0))
    people.store.objects.define(VEHICLE)
    again = registry.add_tenant(PEOPLE)
    assert again.store.objects.definitions() == []
    assert registry.tokens.get(token.text) is registry.idempotency_records.get("a-key") is None
    assert (again.number, again.entity, again.users) == (people.number, people.entity, people.users)
    assert list(registry.tenants) == ["default", "people"]


def test_a_tenant_that_is_made_again_mints_the_same_ids(registry):
    first = [registry.add_tenant(PEOPLE).ids.uuid() for _ in range(3)]
    assert len(set(first)) == 1


def test_a_fresh_tenant_is_not_part_of_the_world(registry, tenant):
    plan = TenantTemplate(records=tuple(RecordTemplate(object="vehicle", values={}) for _ in range(ROWS_PER_CHUNK)))
    fresh = registry.fresh_tenant(plan)
    assert registry.default_tenant is tenant
    for made in (fresh, registry.add_tenant(plan)):
        assert len(made.store.objects.table("default", "vehicle")) == ROWS_PER_CHUNK


def test_a_tenant_can_be_removed_with_its_tokens(registry, people):
    token = registry.issue_token(people, people.default_user)
    registry.drop_tenant("people")
    assert "people" not in registry.tenants
    assert registry.tokens.get(token.text) is None


@pytest.mark.parametrize(
    ("name", "why"), [("default", "is the default one"), ("nobody", "there is no tenant 'nobody'")]
)
def test_the_default_tenant_and_an_unknown_one_cannot_be_removed(registry, people, name, why):
    with pytest.raises(LookupError, match=why):
        registry.drop_tenant(name)
    assert list(registry.tenants) == ["default", "people"]


# Who is calling


def test_a_token_acts_as_its_user_in_its_tenant(registry, people):
    token = registry.issue_token(people, people.users["ben"])
    caller = registry.authenticate(token.text)
    assert (caller.tenant, caller.user.name, caller.permissions) == (people, "ben", VIEW)


def test_a_token_can_be_allowed_less_than_its_user(registry, tenant):
    token = registry.issue_token(tenant, tenant.default_user, VIEW)
    assert registry.authenticate(token.text).permissions == VIEW
    nothing = registry.issue_token(tenant, tenant.default_user, frozenset())
    assert registry.authenticate(nothing.text).permissions == frozenset()


def test_a_new_request_gives_a_new_token(registry, tenant):
    first, second = (registry.issue_token(tenant, tenant.default_user) for _ in range(2))
    assert len({first.text, first.jti, second.text, second.jti}) == 4


def test_a_token_ends_after_one_hour_of_its_tenants_clock(registry, people, refused):
    token = registry.issue_token(people, people.default_user)
    people.clock.advance(3_599_999)
    assert registry.authenticate(token.text).tenant is people
    people.clock.advance(1)
    error = refused(
        90000011, lambda: registry.authenticate(token.text), "Authorization", "expired", "POST /oauth/token"
    )
    assert token.text not in error.message


def test_the_tenant_of_a_token_is_known_even_if_the_token_has_expired(registry, tenant, people):
    token = registry.issue_token(people, people.default_user)
    people.clock.advance(3_600_000)
    assert registry.tenant_of(token.text) is people
    assert registry.tenant_of("made-up") is registry.tenant_of(None) is tenant


def test_a_token_of_a_tenant_that_was_removed_is_like_any_other(registry, tenant, people):
    token = registry.issue_token(people, people.default_user)
    del registry.tenants["people"]
    assert registry.tenant_of(token.text) is registry.authenticate(token.text).tenant is tenant


def test_a_token_of_a_user_who_is_gone_is_refused(registry, people, refused):
    token = registry.issue_token(people, people.users["ben"])
    people.users = {"ann": people.users["ann"]}
    refused(90000011, lambda: registry.authenticate(token.text), "Authorization")


@pytest.mark.parametrize("settings", [TenantSettings(), STRICT], ids=["lenient", "strict"])
def test_a_call_without_a_token_is_refused(registry, refused, settings):
    registry.add_tenant(TenantTemplate(settings=settings))
    refused(90000011, lambda: registry.authenticate(None), "Authorization", "Bearer <token>", "POST /oauth/token")


def test_any_other_token_acts_as_the_default_user(registry, tenant, people):
    caller = registry.authenticate("made-up")
    assert (caller.tenant, caller.user, caller.permissions) == (tenant, tenant.default_user, EVERY_PERMISSION)


def test_where_auth_is_strict_any_other_token_is_refused_and_not_repeated(registry, refused):
    registry.add_tenant(TenantTemplate(settings=STRICT))
    error = refused(90000011, lambda: registry.authenticate("made-up"), "Authorization", "auth=strict")
    assert "made-up" not in error.message


def test_a_listed_client_acts_as_its_user(registry, people):
    caller = registry.grant("bens-client", "hush")
    assert (caller.tenant, caller.user.name, caller.permissions) == (people, "ben", VIEW)


@pytest.mark.parametrize("settings", [TenantSettings(), STRICT], ids=["lenient", "strict"])
def test_a_listed_client_must_know_its_secret(registry, settings):
    registry.add_tenant(TenantTemplate(settings=settings))
    registry.add_tenant(PEOPLE)
    assert registry.grant("bens-client", "loud") is None


def test_an_unlisted_client_is_the_default_user(registry, tenant, people):
    caller = registry.grant("made-up", "any")
    assert (caller.tenant, caller.user) == (tenant, tenant.default_user)


def test_where_auth_is_strict_an_unlisted_client_is_not_let_in(registry):
    registry.add_tenant(TenantTemplate(settings=STRICT))
    assert registry.grant("made-up", "any") is None
