"""Tenants and snapshots as JSON, without their objects and jobs."""

import json
from dataclasses import replace

import pytest

from mock_zuora.control.snapshots import restore, take
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.clock import Clock
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection
from mock_zuora.domain.tenants.settings import Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient, User
from mock_zuora.server.app import build_registry
from mock_zuora.server.state_documents import (
    restore_tenant,
    signature,
    snapshot_document,
    snapshot_from,
    tenant_document,
)


@pytest.fixture
def restored(registry, time):
    """What a new server makes of the document of a tenant."""

    def restored(tenant, random_seed=None):
        document = json.loads(json.dumps(tenant_document(tenant, registry.templates[tenant.name])))
        fresh = build_registry(random_seed)
        fresh.time_source = time
        fresh.templates = {"default": TenantTemplate()}
        return restore_tenant(fresh, tenant.name, document, tenant.store, starts=2)

    return restored


def test_users_clients_settings_and_plans_are_restored(tenant, restored):
    tenant.users = {**tenant.users, "ann": User("id-of-ann", "ann", frozenset({Permission.VIEW}))}
    tenant.clients = {"c": OAuthClient("c", "secret", "ann")}
    choices = assumed({"put-record": "replace"}, Origin.TEST)
    tenant.settings = replace(tenant.settings, transitions=Transitions.POLLS, read_delay=1.5, assume=choices)
    tenant.planned_outcomes.fail_next(PlannedFailure(object="car", after_records=3))
    tenant.planned_outcomes.reject_rows(PlannedRejection(rows={2: (71012520, "no")}))
    tenant.planned_outcomes.hold_next(JobMatcher(object="car"))
    found = restored(tenant)
    assert (found.users, found.clients, found.settings) == (tenant.users, tenant.clients, tenant.settings)
    assert found.planned_outcomes.plans() == tenant.planned_outcomes.plans()
    assert (found.number, found.entity, found.store) == (tenant.number, tenant.entity, tenant.store)


def test_secret_of_a_restored_client_is_redacted(tenant, registry):
    tenant.clients = {"c": OAuthClient("c", "not-a-real-secret", "admin")}
    fresh = build_registry()
    fresh.templates = {"default": TenantTemplate()}
    document = tenant_document(tenant, registry.templates["default"])
    restore_tenant(fresh, tenant.name, document, tenant.store, starts=2)
    assert fresh.secrets.redact("/not-a-real-secret") == "/redacted"


def test_settings_that_no_request_changed_are_not_in_the_document(tenant, registry):
    assert tenant_document(tenant, registry.templates["default"])["settings"] == {}


@pytest.mark.parametrize(("speed", "seconds"), [(0, 0), (1, 60), (10, 600), (0.5, 30)])
def test_clock_runs_on_while_the_server_is_down(tenant, time, restored, speed, seconds):
    tenant.clock.advance(1_000_000)
    tenant.clock.run_at(speed)
    before = tenant.clock.now()
    time.pass_seconds(60)
    clock = restored(tenant).clock
    assert (clock.now() - before, clock.speed) == (seconds * 1_000, speed)


def test_clock_that_is_behind_real_time_stays_behind_it(tenant, time, restored):
    tenant.clock = Clock(time, start=time.now - 10_000_000)
    assert restored(tenant).clock.now() == time.now - 10_000_000


def test_only_tenants_of_control_requests_can_expire_after_a_restart(tenant, registry, restored):
    seeded = registry.add_tenant(TenantTemplate(name="seeded"))
    created = registry.add_tenant(registry.template_like(None, "created", clients=()))
    assert [restored(each).is_isolated for each in (tenant, seeded, created)] == [False, False, True]


def test_ids_of_a_random_seed_continue_with_others(tenant, restored):
    assert restored(tenant, "x").ids.uuid() == restored(tenant, "x").ids.uuid() != restored(tenant, "y").ids.uuid()


def test_signature_changes_with_the_document(tenant):
    before = signature(tenant)
    assert signature(tenant) == before
    tenant.clock.advance(1)
    advanced = signature(tenant)
    tenant.planned_outcomes.hold_next(JobMatcher())
    assert len({str(each) for each in (before, advanced, signature(tenant))}) == 3


def test_documents_of_a_version_without_observations_are_restored(tenant):
    choices = assumed({"put-record": "replace"}, Origin.TEST)
    tenant.settings = replace(tenant.settings, assume=choices)
    document = json.loads(json.dumps(snapshot_document(take(tenant))))
    del document["settings"]["observed"], document["settings"]["assume"]["put-record"]["observed"]
    assert snapshot_from(document, tenant.store).settings == tenant.settings


def test_snapshot_is_restored(tenant, time):
    snapshot = take(tenant)
    document = json.loads(json.dumps(snapshot_document(snapshot)))
    assert snapshot_from(document, snapshot.store) == snapshot
    assert restore(tenant, snapshot, time).settings == tenant.settings
