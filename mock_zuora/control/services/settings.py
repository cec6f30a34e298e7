"""The settings of a tenant."""

from dataclasses import asdict, replace
from typing import Any

from mock_zuora.config.settings import TenantOptions
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.operations import operation
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import Tenant


def settings_of(tenant: Tenant) -> dict[str, Any]:
    """The settings of a tenant by name."""
    return asdict(tenant.settings)


def check_version(control: Control, settings: TenantSettings) -> None:
    """Raises Invalid for a version that the API does not know."""
    if settings.version is not None and settings.version not in control.versions:
        known = ", ".join(control.versions)
        raise Invalid(f"version: {quote(settings.version)} is not listed; expected one of {known}")


@operation("settings", "GET", "/settings")
async def get_settings(control: Control, tenant: str) -> dict[str, Any]:
    """Returns the settings of a tenant."""
    return settings_of(control.tenant(tenant))


@operation("configure", "PATCH", "/settings")
async def configure(control: Control, tenant: str, options: TenantOptions) -> dict[str, Any]:
    """Changes settings of a tenant from now on, and returns all of them. Omitted settings stay as they are."""
    found = control.tenant(tenant)
    changed = replace(found.settings, **{name: getattr(options, name) for name in options.model_fields_set})
    check_version(control, changed)
    found.settings = changed
    control.runner.touch(found)
    return settings_of(found)
