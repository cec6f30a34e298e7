"""Tenants that control requests created expire an hour of real time after their last request."""

import pytest

from mock_zuora.domain.clock import HOUR
from mock_zuora.domain.tenants.expiry import TenantExpiry
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.fidelity("mock-13")


@pytest.fixture
def add_isolated(registry, tenant):
    return lambda name: registry.add_tenant(registry.template_like(None, name, clients=()))


def test_tenants_expire_in_the_order_of_their_last_requests():
    expiry = TenantExpiry()
    for name, now in (("a", 0), ("b", 1), ("a", 2)):
        expiry.note_use(name, now)
    assert (expiry.expired(HOUR), expiry.expired(HOUR + 1)) == (None, "b")
    expiry.forget("b")
    assert (expiry.expired(HOUR + 1), expiry.expired(HOUR + 2)) == (None, "a")


def test_unused_tenant_is_removed_by_a_request_to_another_one(registry, tenant, time, add_isolated):
    dropped = []
    registry.on_drop = dropped.append
    add_isolated("acme")
    time.now += HOUR - 1
    registry.note_use(tenant)
    assert "acme" in registry.tenants
    time.now += 1
    registry.note_use(tenant)
    assert (list(registry.tenants), list(registry.templates), dropped) == (["default"], ["default"], ["acme"])


def test_each_request_removes_at_most_one_tenant(registry, tenant, time, add_isolated):
    for name in "abc":
        add_isolated(name)
    time.now += HOUR
    registry.note_use(tenant)
    assert list(registry.tenants) == ["default", "b", "c"]


def test_requests_keep_a_tenant(registry, tenant, time, add_isolated):
    used, granted = add_isolated("used"), add_isolated("granted")
    time.now += HOUR - 1
    registry.note_use(used)
    registry.issue_token(granted, granted.default_user)
    time.now += 1
    registry.note_use(tenant)
    assert list(registry.tenants) == ["default", "used", "granted"]


def test_default_and_seeded_tenants_stay(registry, tenant, time, add_isolated):
    registry.add_tenant(TenantTemplate(name="seeded"))
    add_isolated("acme")
    time.now += 100 * HOUR
    for _ in range(5):
        registry.note_use(tenant)
    assert list(registry.tenants) == ["default", "seeded"]


def test_clock_of_the_tenant_does_not_matter(registry, tenant, add_isolated):
    add_isolated("acme").clock.advance(100 * HOUR)
    registry.note_use(tenant)
    assert "acme" in registry.tenants


def test_removed_tenant_is_not_noted_again(registry, tenant, time, add_isolated):
    removed = add_isolated("acme")
    registry.drop_tenant("acme")
    registry.note_use(removed)
    time.now += HOUR
    registry.note_use(tenant)
    assert list(registry.tenants) == ["default"]
