"""The context of every control operation: the registry and what belongs to it. Used by the event loop's thread only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from mock_zuora.config.settings import Settings, settings_from
from mock_zuora.control.errors import Unknown
from mock_zuora.control.instrumentation import Instrumentation, InstrumentationRegistry
from mock_zuora.domain.access.permissions import EVERY_PERMISSION
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs.job_runner import JobRunner
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.tenant import Caller, Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What control operations act on. A tenant is looked up by name each time, because a reset replaces it."""

    registry: TenantRegistry
    runner: JobRunner
    instrumentation: InstrumentationRegistry
    versions: tuple[str, ...] = ()
    """The values of ``Zuora-Version`` that the API knows."""
    choices_of_versions: Mapping[str | None, Mapping[str, str]] = field(default_factory=dict)
    """The choices of assumptions that each version makes; those of the default version have the key None."""
    operation_ids: tuple[str, ...] = ()
    """The operation ids of the API."""
    settings: Settings = field(default_factory=lambda: settings_from({}))
    """The settings of the server."""
    tenant_numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)
    """Numbers for tenants that are created without a name."""

    def name_of(self, tenant: str | None) -> str:
        """The name of the tenant that a request names; that of the default tenant if it names none."""
        return self.registry.default_tenant.name if tenant is None else tenant

    def tenant(self, name: str) -> Tenant:
        """The tenant of that name, with the clock applied. Raises Unknown."""
        tenant = self.registry.tenants.get(name)
        if tenant is None:
            known = ", ".join(self.registry.tenants)
            raise Unknown(f"tenant: {quote(name)} does not exist; expected one of {known}")
        self.runner.touch(tenant)
        return tenant

    def instruments(self, name: str) -> Instrumentation:
        """The faults, journal and snapshots of a tenant. Raises Unknown."""
        return self.instrumentation.of(self.tenant(name).name)


def caller_of(control: Control, tenant: Tenant) -> Caller:
    """The default user of a tenant with every permission, who requests what a test does through the control API."""
    return Caller(tenant, tenant.default_user, EVERY_PERMISSION, choices_of_version(control, tenant))


def choices_of_version(control: Control, tenant: Tenant) -> Mapping[str, str]:
    """The choices of assumptions that a tenant's default version makes."""
    return control.choices_of_versions.get(tenant.settings.version, {})


def unnoted_choices(control: Control, tenant: Tenant) -> Choices:
    """The choices in force for requests of a tenant's default version. Reading them does not make them consulted."""
    return Choices(tenant.settings.assume, choices_of_version(control, tenant), {})
