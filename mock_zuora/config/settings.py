"""Declares every setting once: name, type, default and help text. Flags and environment variables follow from it."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import reduce
from typing import Annotated, Any, Final

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from mock_zuora.config.address import DEFAULT_HOST, DEFAULT_PORT, ENVIRONMENT_PREFIX, variable_of
from mock_zuora.config.assumption_files import read_assumptions
from mock_zuora.config.injected import advice_on, is_injected
from mock_zuora.config.option_types import (
    HostsOption,
    OriginsOption,
    RowOption,
    checked_assume,
    from_json,
)
from mock_zuora.config.sentences import sentence_of
from mock_zuora.config.suggestions import did_you_mean, nearest
from mock_zuora.config.tenant_options import TenantOptions
from mock_zuora.config.tls_options import TLS_SETTINGS, TlsOptions, contradiction
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import joined
from mock_zuora.domain.errors import expected, quote
from mock_zuora.domain.tenants.settings import Auth, TenantSettings, Transitions

_DEFAULT: Final = TenantSettings()
USUAL_IN_TESTS: Final = replace(_DEFAULT, transitions=Transitions.IMMEDIATE, auth=Auth.STRICT)
"""Jobs end immediately by default, so that tests do not wait. A client with a wrong token is refused, as by Zuora."""
_TOKEN: Final = re.compile(r"[!-~]*")


class LogFormat(StrEnum):
    """The format of log lines."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least important log lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class ControlMode(StrEnum):
    """Who can use the control API, which shows and changes the state of the server."""

    LOCAL = "local"
    """Clients on this machine, by their loopback address."""
    OPEN = "open"
    """All clients. For containers, where clients do not connect through loopback."""
    TOKEN = "token"
    """Clients that send the control token as a bearer token."""


class InspectorMode(StrEnum):
    """What the inspector, the pages at ``/__mock/``, can do."""

    ON = "on"
    """It shows and changes the state of the server."""
    READ_ONLY = "read-only"
    """It only shows it. The control API is not affected."""
    OFF = "off"
    """There are no pages."""


class _Environment(EnvSettingsSource):
    """The environment without the variables that platforms inject."""

    def __call__(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in super().__call__().items()
            if (variable := variable_of(name)) not in os.environ or not is_injected(variable, os.environ)
        }


class Settings(TlsOptions, TenantOptions, BaseSettings):
    """The settings of the server. Precedence: flag, environment variable, seed, default.

    Choices of assumptions are merged by name, and those of a seed come first, because they are for one tenant.
    """

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, extra="forbid", env_ignore_empty=False)

    host: str = Field(
        default=DEFAULT_HOST,
        min_length=1,
        description="address to listen on; :: is every address of this machine, IPv6 and IPv4",
    )
    port: int = Field(
        default=DEFAULT_PORT, ge=0, le=65_535, description="port to listen on; 0 selects a free port and prints it"
    )
    seed: str | None = Field(
        default=None,
        description="TOML or JSON file with tenants, their users, objects and records, or a folder of such files",
    )
    versions: Annotated[dict[str, RowOption], NoDecode, BeforeValidator(from_json)] = Field(
        default_factory=dict,
        description='choices of assumptions by version, as JSON: {"2021-01-01": {"accepted-name": "open"}}',
    )
    random_seed: str | None = Field(default=None, description="makes ids and shuffled order repeatable")
    log_format: LogFormat = Field(default=LogFormat.TEXT, description="format of log lines")
    log_level: LogLevel = Field(
        default=LogLevel.INFO,
        description="least important log lines that are written; the first line, which names the URL, is info",
    )
    request_log: bool = Field(default=True, description="write a log line for each request to the emulated API")
    control: ControlMode = Field(
        default=ControlMode.LOCAL,
        description="who can use the control API: local (clients on this machine), open (all clients), "
        "token (clients that send the control token)",
    )
    control_token: SecretStr | None = Field(
        default=None, description="bearer token of the control API, with control=token"
    )
    inspector: InspectorMode = Field(
        default=InspectorMode.ON,
        description="what the pages at /__mock/ can do: on (show and change the state), read-only, off (no pages)",
    )
    allowed_host: HostsOption = Field(
        default_factory=tuple,
        description="a name with dots under which clients reach the control API, or of web pages that send requests to "
        "the emulated API or the control API, such as zuora.example or *.example, several with commas; the flag can be "
        "repeated. Otherwise, a Host that a web page could have and a foreign Origin are refused",
    )
    cors_origin: OriginsOption = Field(
        default_factory=tuple,
        description="an origin such as http://localhost:3000 whose web pages may use the emulated API and the control "
        "API (CORS), or * for every origin, several with commas; the flag can be repeated",
    )
    state: str | None = Field(
        default=None, description="file that keeps the state of all tenants; it is created if it does not exist"
    )
    mounts: str | None = Field(
        default=None,
        description="folder with 'seed' and with 'data' for the state, which are used if they exist and seed and state "
        "are not set; the image sets it to /",
    )
    _assumed_by_flags: dict[str, Any] = PrivateAttr(default_factory=dict)
    _origins: dict[str, Origin] = PrivateAttr(default_factory=dict)
    _usual: TenantSettings = PrivateAttr(default=_DEFAULT)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _Environment(settings_cls)

    @field_validator("host", "seed", "state", "mounts", "random_seed")
    @classmethod
    def _check_blanks(cls, value: str | None) -> str | None:
        if value and not value.strip():
            raise ValueError(f"{quote(value)} is not valid; expected more than spaces")
        return value

    @field_validator("control_token")
    @classmethod
    def _check_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("expected US-ASCII characters without spaces, as clients send them in a header")
        return value

    @field_validator("assume", mode="before")
    @classmethod
    def _read_files(cls, value: object) -> object:
        return read_assumptions(value)

    def assumed(self) -> Mapping[Origin, Mapping[str, Any]]:
        """The documents of assumptions of the variable and of the flags."""
        return {Origin.VARIABLE: self.assume, Origin.FLAG: self._assumed_by_flags}

    @property
    def usual(self) -> TenantSettings:
        """The settings of a tenant that nothing sets."""
        return self._usual

    def origin_of(self, name: str) -> str:
        """Where a setting was set: ``flag``, ``variable``, ``mounts`` (found in that folder) or ``default``."""
        usual = "mounts" if name in self.model_fields_set else Origin.DEFAULT
        return str(self._origins.get(name, usual))


GROUPS: Final = {
    "jobs": (
        "transitions", "accept_delay", "queue_delay", "processing_time", "processing_polls", "concurrent_job_limit",
        "execution_order", "read_delay",
    ),
    "access": ("auth", "rate_limits", "control", "control_token", "inspector"),
    "fidelity": ("strict", "definitions", "version", "versions", "assume"),
    "state": ("seed", "state", "mounts", "random_seed"),
    "network": ("host", "port", "allowed_host", "cors_origin", *TLS_SETTINGS),
    "logs": ("log_format", "log_level", "request_log"),
}  # fmt: skip
"""The settings in groups, as the help and the documentation list them."""

REMOVED: Final = {"state_save": "state (--state) saves by itself, as changes happen"}
"""Settings of earlier versions, with what replaces them."""


class SettingsError(Exception):
    """Invalid configuration: a one-line message that names the flag, the variable or the key of the seed file."""


def load_settings(flags: Mapping[str, str] | None = None, assume: Sequence[str] = ()) -> Settings:
    """Reads the settings from flags (text by setting), from values of ``--assume``, and from the environment.

    Raises SettingsError for an invalid value, and for a variable with the prefix that is not a setting.
    """
    flags = flags or {}
    for variable in os.environ:
        if variable.startswith(ENVIRONMENT_PREFIX) and not is_injected(variable, os.environ):
            _check_variable(variable)
    try:
        settings = Settings(**dict[str, Any](flags))
        settings._assumed_by_flags = assumed_by(assume)
        set_by = {name: Origin.FLAG if name in flags else Origin.VARIABLE for name in settings.model_fields_set}
        settings._origins = set_by | ({"assume": Origin.FLAG} if assume else {})
        return settings
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        source = flag_of(name) if name in flags else variable_of(name)
        raise SettingsError(f"{source}: {sentence_of(first)}") from None


def _check_variable(variable: str) -> None:
    name = field_of(variable)
    if name in REMOVED:
        raise SettingsError(f"{variable}: this setting was removed; {REMOVED[name]}")
    if name not in Settings.model_fields:
        found = nearest(name, Settings.model_fields)
        advice = "'mock-zuora serve --help' lists them" if found is None else f"did you mean {variable_of(found)}?"
        raise SettingsError(f"{variable}: there is no such setting; {advice}{advice_on(variable, os.environ)}")


def assumed_by(flags: Sequence[str]) -> dict[str, Any]:
    """The document of values of ``--assume``: choices, and paths of files. Raises SettingsError."""
    try:
        return reduce(joined, (checked_assume(read_assumptions(text)) for text in flags), {})
    except ValueError as error:
        raise SettingsError(f"{flag_of('assume')}: {error}") from None


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Reads the settings of ``MockZuora``, without the environment. Raises SettingsError with the setting."""
    try:
        settings = _ExplicitSettings(**values)
        settings._assumed_by_flags, settings._usual = settings.assume, USUAL_IN_TESTS
        settings._origins = dict.fromkeys(settings.model_fields_set, Origin.FLAG)
        return settings
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        if name not in Settings.model_fields:
            raise SettingsError(unknown_setting(name)) from None
        raise SettingsError(f"{name}: {sentence_of(first)}") from None


class _ExplicitSettings(Settings):
    """Settings that ignore the environment."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def check_together(settings: Settings) -> None:
    """Raises SettingsError for settings that contradict each other."""
    token = settings.control_token
    if settings.control is ControlMode.TOKEN and (token is None or not token.get_secret_value()):
        raise SettingsError("control: 'token' needs control_token (--control-token), the token that clients send")
    if settings.control is not ControlMode.TOKEN and token is not None:
        raise SettingsError(f"control_token: is valid with control=token only, but control is '{settings.control}'")
    if (sentence := contradiction(settings)) is not None:
        raise SettingsError(sentence)


def unknown_setting(name: str) -> str:
    """The message about a name that is not a setting."""
    if name in REMOVED:
        return f"{name}: this setting was removed; {REMOVED[name]}"
    known = list(Settings.model_fields)
    return f"{name}: there is no such setting{did_you_mean(name, known) or f'; {expected(known)}'}"


def flag_of(name: str) -> str:
    """The flag of a setting, for example ``--accept-delay``."""
    return "--" + name.replace("_", "-")


def choices_of(name: str) -> tuple[str, ...]:
    """The values that a setting accepts, if there are few: those of an enum, or ``true`` and ``false``."""
    kind = Settings.model_fields[name].annotation
    if kind is bool:
        return ("true", "false")
    return tuple(each.value for each in kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()


def field_of(variable: str) -> str:
    """The setting of an environment variable."""
    return variable.removeprefix(ENVIRONMENT_PREFIX).lower()
