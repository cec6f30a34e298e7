"""The context of a request, and how it reports what the real service does not document."""

import pytest

from mock_zuora.api.pipeline.authentication import authenticate
from mock_zuora.api.request_context import Emulator, RequestContext
from mock_zuora.api.versions import TABLE
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.fidelity import Deviation
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Tenant


@pytest.fixture
def context(registry, tenant):
    """The context of a request that has not been checked yet."""
    emulator = Emulator(registry=registry, runner=None, instrumentation=None, versions=TABLE)
    return RequestContext(
        emulator=emulator, registry=registry, method="GET", path="/objects/jobs", query="", peer="127.0.0.1",
        request_id="an-id", headers={}, access_token="secret-token", 
    )  # fmt: skip


def strict_tenant(registry) -> Tenant:
    return registry.add_tenant(TenantTemplate(name="strict", settings=TenantSettings(strict=True)))


def test_request_belongs_to_default_tenant_until_authenticated(context, registry, tenant):
    other = strict_tenant(registry)
    assert context.tenant is tenant
    context.token_tenant = other
    assert context.tenant is other
    authenticate(context)
    assert context.tenant is tenant


def test_unauthenticated_request_has_no_caller(context):
    with pytest.raises(LookupError, match="authenticated"):
        _ = context.caller


def test_warning_is_counted_kept_and_logged_with_advice(context, tenant, caplog):
    context.warn(Deviation.MULTIPART_UPLOAD, "It came in parts.")
    assert tenant.fidelity.counts == {"multipart-upload": 1}
    assert [each.message for each in context.warnings] == ["It came in parts."]
    assert caplog.messages == [
        "multipart-upload: It came in parts. Instead: send the file as the body, with Content-Type: text/csv. "
        "[GET /objects/jobs, tenant default, request an-id]"
    ]


def test_strict_mode_refuses_instead_of_warning(context, registry):
    context.token_tenant = strict_tenant(registry)
    with pytest.raises(ZuoraError, match="strict mode") as refused:
        context.warn(Deviation.MULTIPART_UPLOAD, "It came in parts.")
    assert refused.value.code == 71013620
    assert context.warnings == []
    assert context.tenant.fidelity.counts == {}


@pytest.mark.parametrize("deviation", list(Deviation), ids=lambda each: each.key)
def test_every_deviation_has_advice(context, deviation, caplog):
    context.warn(deviation, "So it was.")
    assert f"Instead: {deviation.advice}." in caplog.text


def test_unchecked_relationship_is_reported_once_per_object(context, tenant):
    account = Relationship(namespace="com_zuora", object="account", fields={"account__c": "Id"})
    for name in ("car", "car", "bike"):
        context.warn_about_relationships(Definition(object=name, relationships=(account,)))
    assert [each.message.partition(" refers")[0] for each in context.warnings] == ["Object 'car'", "Object 'bike'"]
    assert tenant.fidelity.counts == {"unchecked-relationship": 2}


@pytest.mark.parametrize(
    "relationship",
    [
        Relationship(namespace="default", object="owner", fields={"owner__c": "Id"}),
        Relationship(namespace="com_zuora", object="account", fields={"account__c": "Id"}, enforces_mapping=False),
    ],
    ids=["held here", "not enforced"],
)
def test_checked_or_unenforced_relationship_is_not_reported(context, relationship):
    context.warn_about_relationships(Definition(object="car", relationships=(relationship,)))
    assert context.warnings == []
