"""The settings of one tenant: their defaults, and how they change others."""

from mock_zuora.config.settings import load_settings
from mock_zuora.config.tenant_options import TenantOptions, tenant_settings
from mock_zuora.domain.tenants.settings import TenantSettings


def test_tenant_options_have_the_names_and_defaults_of_tenant_settings():
    options = TenantOptions()
    core = TenantSettings()
    of_tenant = {name: getattr(core, name) for name in TenantSettings.__dataclass_fields__}
    del of_tenant["observed"]  # the option assume sets it, too
    assert of_tenant == dict(options)


def test_explicit_option_takes_precedence_over_base_even_if_it_is_the_default():
    base = TenantSettings(concurrent_job_limit=9, strict=True)
    options = load_settings({"concurrent_job_limit": "5"})
    assert tenant_settings(options, base) == TenantSettings(concurrent_job_limit=5, strict=True)
