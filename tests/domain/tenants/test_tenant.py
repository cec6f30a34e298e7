import pytest

from mock_zuora.domain.access.rate_limits import LIMITS_BY_TYPE, RateLimits
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.records.read_delay import PreviousVersion
from mock_zuora.domain.records.record import new_record, new_stamp
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate, UserTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient

VEHICLE = Definition(object="vehicle", fields={"brand__c": Field(name="brand__c")})


@pytest.mark.parametrize(
    ("type", "setting", "limits"),
    [
        ("production", None, LIMITS_BY_TYPE["production"]),
        ("api-sandbox", None, LIMITS_BY_TYPE["api-sandbox"]),
        ("api-sandbox", "off", None),
        ("production", "1,2,3", RateLimits(1, 2, 3)),
    ],
)
def test_rate_limits_are_those_of_the_setting_or_the_tenant_type(registry, type, setting, limits):
    tenant = registry.add_tenant(TenantTemplate(type=type, settings=TenantSettings(rate_limits=setting)))
    assert tenant.rate_limits == limits


def test_first_user_is_the_default(registry):
    tenant = registry.add_tenant(TenantTemplate(users=(UserTemplate(name="ann"), UserTemplate(name="ben"))))
    assert tenant.default_user.name == "ann"


def test_client_secret_is_not_in_repr():
    assert "hush" not in repr(OAuthClient("an-id", "hush", "ann"))


def test_changes_are_logged_only_with_a_read_delay(registry):
    prompt = registry.add_tenant(TenantTemplate(definitions=(VEHICLE,)))
    assert prompt.records(VEHICLE).write_log is None
    late = registry.add_tenant(
        TenantTemplate(name="late", definitions=(VEHICLE,), settings=TenantSettings(read_delay=1.0))
    )
    records, now = late.records(VEHICLE), late.clock.now()
    records.put(new_record("a", "ann", now - 500, {}))
    records.remove("a", now)
    assert not records.remove("b", now)
    assert late.records(VEHICLE).write_log.versions_at(now - 250)["a"].record == new_record("a", "ann", now - 500, {})


def test_records_that_are_added_together_did_not_exist_before(registry):
    tenant = registry.add_tenant(TenantTemplate(definitions=(VEHICLE,), settings=TenantSettings(read_delay=1.0)))
    records, now = tenant.records(VEHICLE), tenant.clock.now()
    records.add(["a", "b"], new_stamp("ann", now, ["brand__c"]), [["vw", "kia"]])
    absent = {"a": PreviousVersion(None, 0), "b": PreviousVersion(None, 1)}
    assert records.write_log.versions_at(now - 1) == absent
    assert records.write_log.versions_at(now) == {}


def test_related_record_exists_if_its_object_has_it(registry):
    tenant = registry.add_tenant(TenantTemplate(definitions=(VEHICLE,)))
    records = tenant.records(VEHICLE)
    records.put(new_record("a", "ann", 1000, {}))
    to = {name: Relationship(namespace="default", object=name, fields={}) for name in ("vehicle", "person")}
    assert [records.exists(to["vehicle"], each) for each in ("a", "b")] == [True, False]
    assert not records.exists(to["person"], "a")
