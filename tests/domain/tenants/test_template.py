from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.tenants.template import RecordTemplate, TenantTemplate, seed

VEHICLE = Definition(object="vehicle", fields={"brand__c": Field(name="brand__c")})


def test_tenant_starts_with_the_state_of_its_template(registry, time):
    tenant = registry.add_tenant(
        TenantTemplate(
            definitions=(VEHICLE,),
            records=(
                RecordTemplate(object="vehicle", id="an-id", values={"brand__c": "vw"}),
                RecordTemplate(object="person", values={"name__c": "Smith"}),
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


def test_seeding_yields_after_each_chunk_of_records(registry):
    tenant = registry.add_tenant(TenantTemplate())
    records = tuple(RecordTemplate(object="vehicle", values={}) for _ in range(2 * ROWS_PER_CHUNK + 1))
    assert sum(1 for _ in seed(tenant, TenantTemplate(records=records))) == 2
