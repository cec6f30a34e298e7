import pytest

from mock_zuora.domain.access.rate_limits import LIMITS_BY_TYPE, RateLimits
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.records.record import new_record
from mock_zuora.domain.tenants.registry import TenantTemplate, UserTemplate
from mock_zuora.domain.tenants.tenant import Client, TenantSettings, Transitions

VEHICLE = Definition(object="vehicle", fields={"brand__c": Field(name="brand__c")})


def test_out_of_the_box_jobs_move_by_the_clock_with_short_delays():
    settings = TenantSettings()
    assert settings.transitions is Transitions.TIME
    assert (settings.accept_milliseconds, settings.queue_milliseconds, settings.processing_milliseconds) == (0, 50, 200)
    assert (settings.concurrent_job_limit, settings.read_milliseconds) == (5, 0)


def test_delays_are_seconds_and_rounded_to_milliseconds():
    settings = TenantSettings(accept_delay=0.0014, queue_delay=1.5, processing_time=2, read_delay=0.25)
    assert (settings.accept_milliseconds, settings.queue_milliseconds) == (1, 1500)
    assert (settings.processing_milliseconds, settings.read_milliseconds) == (2000, 250)


@pytest.mark.parametrize(
    ("type", "setting", "limits"),
    [
        ("production", None, LIMITS_BY_TYPE["production"]),
        ("api-sandbox", None, LIMITS_BY_TYPE["api-sandbox"]),
        ("api-sandbox", "off", None),
        ("production", "1,2,3", RateLimits(1, 2, 3)),
    ],
)
def test_the_limits_in_force_are_the_settings_else_those_of_the_tenants_type(registry, type, setting, limits):
    tenant = registry.add_tenant(TenantTemplate(type=type, settings=TenantSettings(rate_limits=setting)))
    assert tenant.rate_limits == limits


def test_the_default_user_is_the_first(registry):
    tenant = registry.add_tenant(TenantTemplate(users=(UserTemplate(name="ann"), UserTemplate(name="ben"))))
    assert tenant.default_user.name == "ann"


def test_a_clients_secret_is_not_shown():
    assert "hush" not in repr(Client("an-id", "hush", "ann"))


def test_changes_are_noted_only_where_reads_are_delayed(registry):
    prompt = registry.add_tenant(TenantTemplate(definitions=(VEHICLE,)))
    assert prompt.records(VEHICLE).recent is None
    late = registry.add_tenant(
        TenantTemplate(name="late", definitions=(VEHICLE,), settings=TenantSettings(read_delay=1.0))
    )
    records, now = late.records(VEHICLE), late.clock.now()
    records.put(new_record("a", "ann", now - 500, {}))
    records.remove("a", now)
    assert not records.remove("b", now)
    assert late.records(VEHICLE).recent.before(now - 250)["a"].record == new_record("a", "ann", now - 500, {})


def test_a_related_record_exists_if_its_object_has_it(registry):
    tenant = registry.add_tenant(TenantTemplate(definitions=(VEHICLE,)))
    records = tenant.records(VEHICLE)
    records.put(new_record("a", "ann", 1000, {}))
    to = {name: Relationship(namespace="default", object=name, fields={}) for name in ("vehicle", "person")}
    assert [records.exists(to["vehicle"], each) for each in ("a", "b")] == [True, False]
    assert not records.exists(to["person"], "a")
