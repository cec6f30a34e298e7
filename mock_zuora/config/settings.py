"""Every knob once: its name, type, default and what it does. Flag, environment variable and help come from here."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from mock_zuora.config.address import DEFAULT_HOST, DEFAULT_PORT, ENVIRONMENT_PREFIX, variable_of
from mock_zuora.domain.access.rate_limits import rate_limits_from
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.tenants.settings import Auth, DefinitionMode, ExecutionOrder, TenantSettings, Transitions

_DEFAULT: Final = TenantSettings()
TEN_YEARS: Final = 10 * 366 * 86_400
"""Seconds; the most that a duration here can be."""


def _check_rate_limits(text: str) -> str:
    rate_limits_from(text)
    return text


def _from_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"{quote(value)} is not JSON: {error}") from None


Seconds = Annotated[float, Field(ge=0, le=TEN_YEARS, allow_inf_nan=False)]


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class ControlMode(StrEnum):
    """Who may use the control API, the mock's own paths that change or show its state."""

    LOCAL = "local"
    """Callers on this machine: loopback addresses."""
    OPEN = "open"
    """Everybody who reaches the server: for containers, where the caller is never on loopback."""
    TOKEN = "token"
    """Whoever sends the control token as a bearer token."""


class ErrorFormatName(StrEnum):
    """How an error's body looks in a row of a user's own: ``code`` as before 2024, ``reasons`` as since."""

    CODE = "code"
    REASONS = "reasons"


class VersionOption(BaseModel):
    """A user's own row of the table of versions; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid")

    envelope: ErrorFormatName | None = None
    statuses: dict[Status, str] | None = None


class TenantOptions(BaseModel):
    """What each tenant can have for itself, in a seed file, and all of them by flag or environment."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    transitions: Transitions = Field(
        default=_DEFAULT.transitions,
        description="how jobs move: immediate, time (by the delays), polls (by retrievals), manual (by control calls)",
    )
    accept_delay: Seconds = Field(
        default=_DEFAULT.accept_delay, description="seconds in accepted, before a job asks for its file"
    )
    queue_delay: Seconds = Field(
        default=_DEFAULT.queue_delay, description="seconds before processing starts, with transitions=time"
    )
    processing_time: Seconds = Field(
        default=_DEFAULT.processing_time, description="seconds that processing takes, with transitions=time"
    )
    processing_polls: int = Field(
        default=_DEFAULT.processing_polls,
        ge=0,
        le=1_000_000,
        description="retrievals of a job that see in_progress, with transitions=polls",
    )
    concurrent_job_limit: int = Field(
        default=_DEFAULT.concurrent_job_limit, ge=0, le=1_000_000, description="the most unfinished jobs of a tenant"
    )
    rate_limits: Annotated[str, AfterValidator(_check_rate_limits)] | None = Field(
        default=_DEFAULT.rate_limits,
        description="production, developer-sandbox, api-sandbox, off, or three numbers MINUTE,HOUR,DAY; "
        "without it, those of the tenant's type",
    )
    auth: Auth = Field(
        default=_DEFAULT.auth,
        description="lenient takes any bearer token and any client; strict only those issued and listed here",
    )
    strict: bool = Field(
        default=_DEFAULT.strict, description="refuse what the real service does not document, instead of a warning"
    )
    definitions: DefinitionMode = Field(
        default=_DEFAULT.definitions,
        description="auto creates an object that nobody defined on its first job; strict refuses the job",
    )
    execution_order: ExecutionOrder = Field(
        default=_DEFAULT.execution_order, description="fifo, or shuffled: jobs that are due run in any order"
    )
    read_delay: Seconds = Field(
        default=_DEFAULT.read_delay, description="seconds until lists and queries of records show a write"
    )
    version: str | None = Field(
        default=_DEFAULT.version, description="the Zuora-Version of calls that name none; without it 186.0"
    )


class Settings(TenantOptions, BaseSettings):
    """The server's settings: a flag beats the environment, which beats the seed, which beats the default."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, extra="forbid", env_ignore_empty=False)

    host: str = Field(default=DEFAULT_HOST, min_length=1, description="the address to listen on")
    port: int = Field(
        default=DEFAULT_PORT, ge=0, le=65_535, description="the port to listen on; 0 picks a free one and prints it"
    )
    seed: str | None = Field(
        default=None,
        description="a TOML or JSON file of tenants with their users, objects, records, or a folder of such files",
    )
    versions: Annotated[dict[str, VersionOption], NoDecode, BeforeValidator(_from_json)] = Field(
        default_factory=dict,
        description='own rows of the table of versions, as JSON: {"2021": {"envelope": "code", "statuses": {...}}}',
    )
    random_seed: str | None = Field(default=None, description="makes ids and the shuffled order repeatable")
    log_format: LogFormat = Field(default=LogFormat.TEXT, description="text or json")
    control: ControlMode = Field(
        default=ControlMode.LOCAL,
        description="who may use the control API: local (callers on this machine), open (everybody), "
        "token (whoever sends the control token)",
    )
    control_token: SecretStr | None = Field(
        default=None, description="the bearer token of the control API, with control=token"
    )
    state: str | None = Field(
        default=None, description="a JSON file that the state of all tenants is loaded from at start, if it is there"
    )
    state_save: bool = Field(default=False, description="save the state to that file when the server stops")
    mounts: str | None = Field(
        default=None,
        description="a folder whose 'seed', and 'data' for the state, are taken if they are there and seed and state "
        "say nothing; the image sets it to /",
    )


class SettingsError(Exception):
    """A setting that cannot be: one line that names the flag, the variable or the place in the seed file."""


def load_settings(flags: Mapping[str, str] | None = None) -> Settings:
    """The settings from flags (texts by field name) and the environment.

    Raises SettingsError for a wrong value, and for a variable with our prefix that is no setting.
    """
    flags = flags or {}
    for variable in os.environ:
        if variable.startswith(ENVIRONMENT_PREFIX) and field_of(variable) not in Settings.model_fields:
            raise SettingsError(f"{variable}: there is no such setting; 'mock-zuora serve --help' lists them")
    try:
        return Settings(**dict[str, Any](flags))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        source = flag_of(name) if name in flags else variable_of(name)
        raise SettingsError(f"{source}: {sentence_of(first)}") from None


def settings_from(said: Mapping[str, Any]) -> Settings:
    """The settings from values by their names, without the environment. Raises SettingsError that names the setting."""
    try:
        return _Said(**said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        if name not in Settings.model_fields:
            raise SettingsError(
                f"{name}: there is no such setting; there are {', '.join(Settings.model_fields)}"
            ) from None
        raise SettingsError(f"{name}: {sentence_of(first)}") from None


class _Said(Settings):
    """Settings that look at nothing but what was said."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def check_together(settings: Settings) -> None:
    """Refuses settings that do not go with each other. Raises SettingsError."""
    token = settings.control_token
    if settings.control is ControlMode.TOKEN and (token is None or not token.get_secret_value()):
        raise SettingsError("control: 'token' needs control_token (--control-token), the token that callers send")
    if settings.control is not ControlMode.TOKEN and token is not None:
        raise SettingsError(f"control_token: goes with control=token only, but control is '{settings.control}'")
    if settings.state_save and settings.state is None:
        raise SettingsError("state_save: needs state (--state), the file to save to")


def flag_of(name: str) -> str:
    """The flag of a setting, e.g. ``--accept-delay``."""
    return "--" + name.replace("_", "-")


def field_of(variable: str) -> str:
    """The setting of an environment variable."""
    return variable.removeprefix(ENVIRONMENT_PREFIX).lower()


_PLAIN_WORDS: Final = {
    "missing": "it is required, but is not there",
    "extra_forbidden": "there is no such key",
    "bool_parsing": "expected true or false",
    "int_parsing": "expected a whole number",
    "float_parsing": "expected a number",
    "string_type": "expected a text",
    "model_type": "expected an object",
    "dict_type": "expected an object",
    "list_type": "expected a list",
    "too_short": "expected at least one",
    "string_too_short": "expected a text that is not empty",
}
_SHOWN_OF_CLIENTS: Final = ("id", "user")


def sentence_of(mistake: ErrorDetails) -> str:
    """A mistake that pydantic found, as a sentence with its place and value: never one that could be a secret."""
    where = ".".join(str(part) for part in mistake["loc"][1:] if part != "[key]")
    sentence = _PLAIN_WORDS.get(mistake["type"]) or _expected(mistake["msg"])
    if _may_be_shown(mistake):
        sentence = f"{quote(mistake['input'])} is not valid: {sentence}"
    return f"{where}: {sentence}" if where else sentence


def _expected(message: str) -> str:
    message = message.removeprefix("Value error, ")
    expected = message.removeprefix("Input should be ")
    return message if expected == message else f"expected {expected}"


def _may_be_shown(mistake: ErrorDetails) -> bool:
    parts = [str(part) for part in mistake["loc"]]
    # What could be a secret: the value of an unknown key, a list, an object. A value_error is a sentence of our own.
    if mistake["type"] in ("missing", "extra_forbidden", "value_error") or isinstance(mistake["input"], list | dict):
        return False
    if "clients" in parts and parts[-1] not in _SHOWN_OF_CLIENTS:
        return False
    return not any("secret" in part or "token" in part for part in parts)


def tenant_settings(options: TenantOptions, base: TenantSettings = _DEFAULT) -> TenantSettings:
    """The base with what the options say themselves; what they leave to their defaults stays the base's."""
    said = {name: getattr(options, name) for name in options.model_fields_set if name in TenantOptions.model_fields}
    return replace(base, **said)
