"""The settings of a tenant."""

from dataclasses import fields, replace
from typing import Any

from mock_zuora.config.settings import TenantOptions
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.operations import operation
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed, merged
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import Tenant


def settings_of(tenant: Tenant) -> dict[str, Any]:
    """The settings of a tenant by name."""
    return {
        **{each.name: getattr(tenant.settings, each.name) for each in fields(tenant.settings)},
        "assume": {name: setting.choice for name, setting in tenant.settings.assume.items()},
    }


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
    changes = {name: getattr(options, name) for name in options.model_fields_set}
    choices = merged(found.settings.assume, assumed(options.assume, Origin.TEST))
    changed = replace(found.settings, **{**changes, "assume": choices})
    check_version(control, changed)
    found.settings = changed
    control.runner.touch(found)
    return settings_of(found)
