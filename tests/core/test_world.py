import pytest

from mock_zuora.core.definitions import Definition
from mock_zuora.core.fields import Field
from mock_zuora.core.permissions import EVERY_PERMISSION, Permission
from mock_zuora.core.processing import ROWS_A_SLICE
from mock_zuora.core.replays import Replay, Use
from mock_zuora.core.tenants import Auth, Client, TenantSettings
from mock_zuora.core.world import RecordPlan, TenantPlan, UserPlan

STRICT = TenantSettings(auth=Auth.STRICT)
VIEW = frozenset({Permission.VIEW})
VEHICLE = Definition(object="vehicle", fields={"brand__c": Field(name="brand__c")})
PEOPLE = TenantPlan(
    name="people",
    users=(UserPlan(name="ann", id="ann-id"), UserPlan(name="ben", permissions=VIEW)),
    clients=(Client("bens-client", "hush", "ben"),),
)


@pytest.fixture
def people(world, tenant):
    """A second tenant, with two users and a client; the default one is there before it."""
    return world.add_tenant(PEOPLE)


# Tenants


def test_a_tenant_begins_with_what_its_plan_says(world, time):
    tenant = world.add_tenant(
        TenantPlan(
            definitions=(VEHICLE,),
            records=(
                RecordPlan(object="vehicle", id="an-id", values={"brand__c": "vw"}),
                RecordPlan(object="person", values={"name__c": "Smith"}),
            ),
            entities=("e",),
            orgs=("o",),
        )
    )
    objects = tenant.store.objects
    vehicle = objects.table("default", "vehicle").get("an-id")
    assert (vehicle.values, vehicle.created_at, vehicle.created_by) == (
        {"brand__c": "vw"},
        time.now,
        tenant.default_user.id,
    )
    assert [each.object for each in objects.definitions()] == ["vehicle", "person"]
    assert (objects.definition("default", "person").is_open, len(objects.table("default", "person"))) == (True, 1)
    assert (tenant.entities, tenant.orgs) == (("e",), ("o",))


def test_tenants_have_nothing_in_common(world, tenant, people):
    assert tenant.number != people.number
    assert tenant.entity != people.entity
    assert tenant.store is not people.store
    people.clock.advance(1000)
    assert people.clock.now() == tenant.clock.now() + 1000


def test_the_default_tenant_is_the_first(world, tenant, people):
    assert world.default_tenant is tenant


def test_a_big_tenant_is_made_in_slices_and_is_there_once_it_is_whole(world):
    records = tuple(RecordPlan(object="vehicle", values={}) for _ in range(2 * ROWS_A_SLICE))
    slices = world.seed_tenant(TenantPlan(records=records))
    for _ in range(2):
        next(slices)
        assert world.tenants == {}
    assert next(slices, "ended") == "ended"
    assert len(world.default_tenant.store.objects.table("default", "vehicle")) == 2 * ROWS_A_SLICE


def test_a_tenant_that_is_made_again_loses_what_it_had_and_keeps_who_it_is(world, tenant, people):
    token = world.issue_token(people, people.default_user)
    world.replays.put("a-key", Replay(Use("people", "POST", "/"), 0))
    people.store.objects.define(VEHICLE)
    again = world.add_tenant(PEOPLE)
    assert again.store.objects.definitions() == []
    assert world.tokens.get(token.text) is world.replays.get("a-key") is None
    assert (again.number, again.entity, again.users) == (people.number, people.entity, people.users)
    assert list(world.tenants) == ["default", "people"]


def test_a_tenant_that_is_made_again_mints_the_same_ids(world):
    first = [world.add_tenant(PEOPLE).ids.uuid() for _ in range(3)]
    assert len(set(first)) == 1


def test_a_fresh_tenant_is_not_part_of_the_world(world, tenant):
    plan = TenantPlan(records=tuple(RecordPlan(object="vehicle", values={}) for _ in range(ROWS_A_SLICE)))
    fresh = world.fresh_tenant(plan)
    assert world.default_tenant is tenant
    for made in (fresh, world.add_tenant(plan)):
        assert len(made.store.objects.table("default", "vehicle")) == ROWS_A_SLICE


def test_a_tenant_can_be_removed_with_its_tokens(world, people):
    token = world.issue_token(people, people.default_user)
    world.drop_tenant("people")
    assert "people" not in world.tenants
    assert world.tokens.get(token.text) is None


@pytest.mark.parametrize(
    ("name", "why"), [("default", "is the default one"), ("nobody", "there is no tenant 'nobody'")]
)
def test_the_default_tenant_and_an_unknown_one_cannot_be_removed(world, people, name, why):
    with pytest.raises(LookupError, match=why):
        world.drop_tenant(name)
    assert list(world.tenants) == ["default", "people"]


# Who is calling


def test_a_token_acts_as_its_user_in_its_tenant(world, people):
    token = world.issue_token(people, people.users["ben"])
    caller = world.authenticate(token.text)
    assert (caller.tenant, caller.user.name, caller.permissions) == (people, "ben", VIEW)


def test_a_token_can_be_allowed_less_than_its_user(world, tenant):
    token = world.issue_token(tenant, tenant.default_user, VIEW)
    assert world.authenticate(token.text).permissions == VIEW
    nothing = world.issue_token(tenant, tenant.default_user, frozenset())
    assert world.authenticate(nothing.text).permissions == frozenset()


def test_a_new_request_gives_a_new_token(world, tenant):
    first, second = (world.issue_token(tenant, tenant.default_user) for _ in range(2))
    assert len({first.text, first.jti, second.text, second.jti}) == 4


def test_a_token_ends_after_one_hour_of_its_tenants_clock(world, people, refused):
    token = world.issue_token(people, people.default_user)
    people.clock.advance(3_599_999)
    assert world.authenticate(token.text).tenant is people
    people.clock.advance(1)
    error = refused(90000011, lambda: world.authenticate(token.text), "Authorization", "expired", "POST /oauth/token")
    assert token.text not in error.message


def test_the_tenant_of_a_token_is_known_even_if_the_token_has_expired(world, tenant, people):
    token = world.issue_token(people, people.default_user)
    people.clock.advance(3_600_000)
    assert world.tenant_of(token.text) is people
    assert world.tenant_of("made-up") is world.tenant_of(None) is tenant


def test_a_token_of_a_tenant_that_was_removed_is_like_any_other(world, tenant, people):
    token = world.issue_token(people, people.default_user)
    del world.tenants["people"]
    assert world.tenant_of(token.text) is world.authenticate(token.text).tenant is tenant


def test_a_token_of_a_user_who_is_gone_is_refused(world, people, refused):
    token = world.issue_token(people, people.users["ben"])
    people.users = {"ann": people.users["ann"]}
    refused(90000011, lambda: world.authenticate(token.text), "Authorization")


@pytest.mark.parametrize("settings", [TenantSettings(), STRICT], ids=["lenient", "strict"])
def test_a_call_without_a_token_is_refused(world, refused, settings):
    world.add_tenant(TenantPlan(settings=settings))
    refused(90000011, lambda: world.authenticate(None), "Authorization", "Bearer <token>", "POST /oauth/token")


def test_any_other_token_acts_as_the_default_user(world, tenant, people):
    caller = world.authenticate("made-up")
    assert (caller.tenant, caller.user, caller.permissions) == (tenant, tenant.default_user, EVERY_PERMISSION)


def test_where_auth_is_strict_any_other_token_is_refused_and_not_repeated(world, refused):
    world.add_tenant(TenantPlan(settings=STRICT))
    error = refused(90000011, lambda: world.authenticate("made-up"), "Authorization", "auth=strict")
    assert "made-up" not in error.message


def test_a_listed_client_acts_as_its_user(world, people):
    caller = world.grant("bens-client", "hush")
    assert (caller.tenant, caller.user.name, caller.permissions) == (people, "ben", VIEW)


@pytest.mark.parametrize("settings", [TenantSettings(), STRICT], ids=["lenient", "strict"])
def test_a_listed_client_must_know_its_secret(world, settings):
    world.add_tenant(TenantPlan(settings=settings))
    world.add_tenant(PEOPLE)
    assert world.grant("bens-client", "loud") is None


def test_an_unlisted_client_is_the_default_user(world, tenant, people):
    caller = world.grant("made-up", "any")
    assert (caller.tenant, caller.user) == (tenant, tenant.default_user)


def test_where_auth_is_strict_an_unlisted_client_is_not_let_in(world):
    world.add_tenant(TenantPlan(settings=STRICT))
    assert world.grant("made-up", "any") is None
