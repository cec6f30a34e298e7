"""The settings that one tenant can have: of a seed file, or of a flag or variable for all tenants."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from mock_zuora.config.option_types import AssumeOption, Seconds, check_rate_limits
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.tenants.settings import Auth, DefinitionMode, ExecutionOrder, TenantSettings, Transitions
from mock_zuora.domain.text import invalid_text

_DEFAULT: Final = TenantSettings()


class TenantOptions(BaseModel):
    """The settings that a seed file can set for one tenant, and a flag or variable for all tenants."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    transitions: Transitions = Field(
        default=_DEFAULT.transitions,
        description="what moves jobs: immediate (no delay), time (the delays), polls (retrievals of a job), "
        "manual (control requests)",
    )
    accept_delay: Seconds = Field(
        default=_DEFAULT.accept_delay, description="seconds before a job leaves accepted and waits for its file"
    )
    queue_delay: Seconds = Field(
        default=_DEFAULT.queue_delay, description="seconds from upload to processing, with transitions=time"
    )
    processing_time: Seconds = Field(
        default=_DEFAULT.processing_time, description="seconds of processing, with transitions=time"
    )
    processing_polls: int = Field(
        default=_DEFAULT.processing_polls,
        ge=0,
        le=1_000_000,
        description="number of retrievals that return in_progress, with transitions=polls",
    )
    concurrent_job_limit: int = Field(
        default=_DEFAULT.concurrent_job_limit,
        ge=0,
        le=1_000_000,
        description="maximum number of unfinished jobs per tenant",
    )
    rate_limits: Annotated[str, AfterValidator(check_rate_limits)] | None = Field(
        default=_DEFAULT.rate_limits,
        description="production, central-sandbox, developer-sandbox, api-sandbox, off, or three numbers "
        "MINUTE,HOUR,DAY; default: the limits of the tenant's type",
    )
    auth: Auth = Field(
        default=_DEFAULT.auth,
        description="lenient accepts any bearer token and client; strict only tokens of this server and listed clients",
    )
    strict: bool = Field(
        default=_DEFAULT.strict,
        description="refuse requests that Zuora does not document, instead of logging a warning",
    )
    definitions: DefinitionMode = Field(
        default=_DEFAULT.definitions,
        description="auto creates an undefined object on its first job; strict refuses the job",
    )
    execution_order: ExecutionOrder = Field(default=_DEFAULT.execution_order, description="order in which due jobs run")
    read_delay: Seconds = Field(
        default=_DEFAULT.read_delay, description="seconds before lists and queries of records show a write"
    )
    version: str | None = Field(
        default=_DEFAULT.version, description="Zuora-Version of requests without that header; default: 186.0"
    )
    assume: AssumeOption = Field(
        default_factory=dict,
        description="what to assume where Zuora's documentation is silent: NAME=CHOICE, or the path of a TOML file "
        "with choices, several with commas; the flag can be repeated; 'mock-zuora assumptions' lists all",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _check_text(cls, value: object) -> object:
        if (sentence := invalid_text(value)) is not None:
            raise ValueError(sentence)
        return value

    def assumed(self) -> Mapping[Origin, Mapping[str, Any]]:
        """The documents of assumptions by where they were set: here, in a seed."""
        return {Origin.SEED: self.assume}


def tenant_settings(options: TenantOptions, base: TenantSettings = _DEFAULT) -> TenantSettings:
    """The base settings, changed by the options that were set explicitly."""
    names = options.model_fields_set & TenantOptions.model_fields.keys() - {"assume"}
    settings = replace(base, **{name: getattr(options, name) for name in names})
    for origin, document in options.assumed().items():
        settings = settings.assuming(document, origin)
    return settings
