import pytest

from mock_zuora.config.seed_file import TenantSeed
from mock_zuora.config.tenant_options import TenantOptions
from mock_zuora.control.services.settings import configure
from mock_zuora.control.services.tenants import add_tenant, drop_tenant, seed
from mock_zuora.control.services.tokens import issue_token

pytestmark = pytest.mark.anyio


async def test_new_tenant_has_the_initial_state_of_the_default_tenant(control, registry):
    await configure(control, "default", TenantOptions(strict=True))
    created = await add_tenant(control, "default")
    tenant = registry.tenants[created.name]
    assert (tenant.settings.strict, list(tenant.users), list(tenant.clients)) == (False, ["admin"], [created.client_id])


async def test_new_tenant_has_the_initial_state_of_the_tenant_that_the_request_names(control, registry):
    await add_tenant(control, "default", name="acme")
    await seed(control, "acme", TenantSeed(settings={"strict": True}, users=[{"name": "ann"}]))
    created = await add_tenant(control, "acme")
    tenant = registry.tenants[created.name]
    assert (tenant.settings.strict, list(tenant.users), tenant.is_isolated) == (True, ["ann"], True)


async def test_generated_name_is_not_in_use(control):
    await add_tenant(control, "default", name="tenant-1")
    assert (await add_tenant(control, "default")).name == "tenant-2"


async def test_dropped_tenant_loses_its_tokens(control, registry):
    await add_tenant(control, "default", name="acme")
    token = await issue_token(control, "acme")
    await drop_tenant(control, "default", name="acme")
    assert registry.tokens.get(token.access_token) is None


async def test_token_of_a_dropped_tenant_is_not_valid_in_a_new_one_of_that_name(control, registry):
    await add_tenant(control, "default", name="acme")
    token = await issue_token(control, "acme", user="ann")
    await drop_tenant(control, "default", name="acme")
    await add_tenant(control, "default", name="acme")
    assert registry.authenticate(token.access_token).tenant is registry.default_tenant
