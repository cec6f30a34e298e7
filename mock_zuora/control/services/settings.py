"""The settings of a tenant, and those of the server."""

from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from mock_zuora.config.settings import GROUPS, Settings, choices_of
from mock_zuora.config.tenant_options import TenantOptions
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.operations import operation
from mock_zuora.control.results import SettingInfo
from mock_zuora.domain.access.secrets import REDACTED
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import Tenant


def settings_of(tenant: Tenant) -> dict[str, Any]:
    """The settings of a tenant by name."""
    return {
        **{name: getattr(tenant.settings, name) for name in TenantOptions.model_fields},
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


@operation("all_settings", "GET", "/settings/all")
async def list_settings(control: Control, tenant: str) -> list[SettingInfo]:
    """Lists the settings of the server and of a tenant with their values and where they were set, without secrets.

    A request or a seed that sets the value that a setting has already does not change where it was set.
    """
    found = control.tenant(tenant)
    return [_setting(control, found, name, group) for group, names in GROUPS.items() for name in names]


def _setting(control: Control, tenant: Tenant, name: str, group: str) -> SettingInfo:
    is_of_tenant = name in TenantOptions.model_fields
    value = settings_of(tenant)[name] if is_of_tenant else getattr(control.settings, name)
    return SettingInfo(
        name=name,
        value=REDACTED if isinstance(value, SecretStr) else value,
        origin=_origin(control, tenant, name) if is_of_tenant else control.settings.origin_of(name),
        is_of_tenant=is_of_tenant,
        description=Settings.model_fields[name].description or "",
        choices=choices_of(name),
        group=group,
    )


def _origin(control: Control, tenant: Tenant, name: str) -> str:
    """Where a setting of a tenant was set: what differs from the initial state was set by a control request."""
    value, settings = getattr(tenant.settings, name), control.settings
    if name == "assume":
        return min((each.origin for each in value.values()), key=list(Origin).index, default=Origin.DEFAULT)
    if value != getattr(control.registry.templates[tenant.name].settings, name):
        return Origin.TEST
    if value == getattr(settings, name) and settings.origin_of(name) != Origin.DEFAULT:
        return settings.origin_of(name)
    return Origin.DEFAULT if value == getattr(settings.usual, name) else Origin.SEED


@operation("configure", "PATCH", "/settings")
async def configure(control: Control, tenant: str, options: TenantOptions) -> dict[str, Any]:
    """Changes settings of a tenant from now on, and returns all of them. Omitted settings stay as they are."""
    found = control.tenant(tenant)
    changes = {name: getattr(options, name) for name in options.model_fields_set - {"assume"}}
    changed = replace(found.settings, **changes).assuming(options.assume, Origin.TEST)
    check_version(control, changed)
    found.settings = changed
    control.runner.touch(found)
    return settings_of(found)
