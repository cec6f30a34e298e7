"""What a call knows of itself, and how it reports what the real service does not document."""

import pytest

from mock_zuora.api.pipeline.authentication import caller_of
from mock_zuora.api.request_context import Call
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.fidelity import Deviation
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Tenant


@pytest.fixture
def call(registry, tenant):
    """A call that nobody has looked at yet."""
    return Call(
        registry=registry, runner=None, method="GET", path="/objects/jobs", query="", receive=None, peer="127.0.0.1",
        headers={"authorization": "Bearer secret-token"}, request_id="an-id",
        profile=TABLE[DEFAULT_VERSION],
    )  # fmt: skip


def strict_tenant(registry) -> Tenant:
    return registry.add_tenant(TenantTemplate(name="strict", settings=TenantSettings(strict=True)))


def test_a_call_belongs_to_the_default_tenant_until_it_says_more(call, registry, tenant):
    other = strict_tenant(registry)
    assert call.tenant is tenant
    call.known_tenant = other
    assert call.tenant is other
    call.known_caller = caller_of(call)
    assert call.tenant is tenant


def test_nobody_is_the_caller_of_a_call_that_was_not_let_in(call):
    with pytest.raises(LookupError, match="authenticated"):
        _ = call.caller


def test_a_deviation_is_counted_kept_and_logged_with_what_to_do_instead(call, tenant, caplog):
    call.deviates(Deviation.MULTIPART_UPLOAD, "It came in parts.")
    assert tenant.fidelity.counts == {"multipart-upload": 1}
    assert [each.message for each in call.warnings] == ["It came in parts."]
    assert caplog.messages == [
        "multipart-upload: It came in parts. Instead: send the file as the body, with Content-Type: text/csv. "
        "[GET /objects/jobs, tenant default, request an-id]"
    ]


def test_strict_mode_refuses_a_deviation_and_does_not_count_it(call, registry):
    call.known_tenant = strict_tenant(registry)
    with pytest.raises(ZuoraError, match="strict mode") as refused:
        call.deviates(Deviation.MULTIPART_UPLOAD, "It came in parts.")
    assert refused.value.code == 71013620
    assert call.warnings == []
    assert call.tenant.fidelity.counts == {}


@pytest.mark.parametrize("deviation", list(Deviation), ids=lambda each: each.key)
def test_every_deviation_says_what_to_do(call, deviation, caplog):
    call.deviates(deviation, "So it was.")
    assert f"Instead: {deviation.advice}." in caplog.text


def test_an_unchecked_relationship_is_reported_once_for_each_object(call, tenant):
    account = Relationship(namespace="com_zuora", object="account", fields={"account__c": "Id"})
    for name in ("car", "car", "bike"):
        call.check_relationships(Definition(object=name, relationships=(account,)))
    assert [each.message.partition(" names")[0] for each in call.warnings] == ["Object 'car'", "Object 'bike'"]
    assert tenant.fidelity.counts == {"unchecked-relationship": 2}


@pytest.mark.parametrize(
    "relationship",
    [
        Relationship(namespace="default", object="owner", fields={"owner__c": "Id"}),
        Relationship(namespace="com_zuora", object="account", fields={"account__c": "Id"}, enforces_mapping=False),
    ],
    ids=["held here", "not enforced"],
)
def test_a_relationship_that_can_be_checked_or_need_not_be_is_not_reported(call, relationship):
    call.check_relationships(Definition(object="car", relationships=(relationship,)))
    assert call.warnings == []
