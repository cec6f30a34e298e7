"""A seed file: the tenants that a server begins with, in TOML or JSON."""

import datetime
import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mock_zuora.config.settings import SettingsError, TenantOptions, sentence_of, tenant_settings
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.errors import Category, ZuoraError, quote
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, is_object_name, open_definition
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.objects.field import FieldValidationError, Value
from mock_zuora.domain.objects.field_values import from_json, uuid_of
from mock_zuora.domain.records.validation import complete
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import (
    DEFAULT_TENANT,
    DEFAULT_USER,
    RecordTemplate,
    TenantTemplate,
    UserTemplate,
)
from mock_zuora.domain.tenants.tenant import OAuthClient

_TOML: Final = ".toml"
_JSON: Final = ".json"
_DEFAULTS: Final = TenantSettings()
TenantType = Literal["production", "developer-sandbox", "api-sandbox"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)


class UserSeed(_Part):
    """A user of a tenant."""

    name: str = Field(min_length=1)
    id: str | None = None
    permissions: list[Permission] = Field(default_factory=lambda: list(EVERY_PERMISSION))


class ClientSeed(_Part):
    """An OAuth client; without a user, the tenant's first one."""

    id: str = Field(min_length=1)
    secret: str = Field(min_length=1)
    user: str | None = None


class TenantSeed(_Part):
    """A tenant with what it begins with."""

    name: str = Field(default=DEFAULT_TENANT, min_length=1)
    type: TenantType = "production"
    version: str | None = None
    users: list[UserSeed] = Field(default_factory=lambda: [UserSeed(name=DEFAULT_USER)], min_length=1)
    clients: list[ClientSeed] = Field(default_factory=list)
    entities: list[str] = Field(default_factory=list)
    orgs: list[str] = Field(default_factory=list)
    definitions: list[dict[str, Any]] = Field(default_factory=list)
    records: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    settings: TenantOptions = Field(default_factory=TenantOptions)


class Seed(_Part):
    """The whole file. The first tenant is the default one."""

    tenants: list[TenantSeed] = Field(min_length=1)


def read_seed(path: str) -> Mapping[str, Any]:
    """The document of a seed file, by its suffix ``.toml`` or ``.json``. Raises SettingsError.

    Without a suffix, as a container's mount has it, JSON is what begins with a brace.
    """
    file = Path(path)
    if file.suffix not in (_TOML, _JSON, ""):
        raise SettingsError(f"seed {path}: expected a file that ends in .toml or .json")
    try:
        document = _document(file.read_text("utf-8"), file.suffix)
    except OSError as error:
        raise SettingsError(f"seed {path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"seed {path}: {error}") from None
    if not isinstance(document, dict):
        raise SettingsError(f"seed {path}: the document is not an object")
    return document


def _document(text: str, suffix: str) -> Any:
    if suffix == _JSON or (suffix == "" and text.lstrip().startswith("{")):
        return json.loads(text)
    return tomllib.loads(text)


def templates_from(
    document: Mapping[str, Any],
    overrides: TenantOptions | None = None,
    where: str = "seed",
    base: TenantSettings = _DEFAULTS,
) -> list[TenantTemplate]:
    """The tenants of a seed document. ``overrides`` (flags, environment) beat what the seed says of a setting, which
    beats ``base``.

    Raises SettingsError that names the place and the value.
    """
    try:
        seed = Seed.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SettingsError(f"{where}: {sentence_of({**first, 'loc': ('', *first['loc'])})}") from None
    _refuse_doubles(where, "tenant", [tenant.name for tenant in seed.tenants])
    _refuse_doubles(where, "client", [client.id for tenant in seed.tenants for client in tenant.clients])
    return [_plan(f"{where}: tenant {quote(tenant.name)}", tenant, overrides, base) for tenant in seed.tenants]


def _refuse_doubles(where: str, what: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SettingsError(f"{where}: {what} {quote(name)} stands there more than once")
        seen.add(name)


def default_template(overrides: TenantOptions, base: TenantSettings = _DEFAULTS) -> TenantTemplate:
    """What there is without a seed: one tenant, one user with every permission."""
    return TenantTemplate(settings=tenant_settings(overrides, base))


def changed_template(before: TenantTemplate, said: TenantSeed, current: TenantSettings) -> TenantTemplate:
    """The plan of a tenant after a seed for it alone: what the seed says replaces what was there, the rest stays.

    Its settings are the current ones with what the seed says of them. Definitions without records drop the records that
    were there, users without clients the clients of those who are gone. Raises SettingsError that names the place.
    """
    where, named = f"seed: tenant {quote(before.name)}", said.model_fields_set
    if "name" in named and said.name != before.name:
        raise SettingsError(f"{where}: name: {quote(said.name)} is another tenant")
    new = _plan(where, said.model_copy(update={"name": before.name}), None, current, before)
    kept = {name: getattr(before, name) for name in _PARTS if name not in named}
    if "records" not in named and "definitions" in named:
        del kept["records"]
    users = [each.name for each in (new.users if "users" in named else before.users)]
    if "clients" in kept:
        kept["clients"] = tuple(each for each in before.clients if each.user in users)
    return replace(new, **kept, is_isolated=before.is_isolated)


_PARTS: Final = ("type", "users", "clients", "entities", "orgs", "definitions", "records")


def _plan(
    where: str,
    tenant: TenantSeed,
    overrides: TenantOptions | None,
    base: TenantSettings,
    before: TenantTemplate | None = None,
) -> TenantTemplate:
    settings = tenant_settings(
        tenant.settings, base if tenant.version is None else replace(base, version=tenant.version)
    )
    if overrides is not None:
        settings = tenant_settings(overrides, settings)
    users = [user.name for user in tenant.users]
    definitions = [_definition(where, each) for each in tenant.definitions]
    _refuse_doubles(where, "user", users)
    _refuse_doubles(where, "the definition of", [definition.object for definition in definitions])
    if before is not None and "users" not in tenant.model_fields_set:
        users = [user.name for user in before.users]
    if before is not None and "definitions" not in tenant.model_fields_set:
        definitions = list(before.definitions)
    for client in tenant.clients:
        if client.user is not None and client.user not in users:
            raise SettingsError(
                f"{where}: client {quote(client.id)} acts as {quote(client.user)}, who is none of its users"
            )
    return TenantTemplate(
        name=tenant.name,
        type=tenant.type,
        settings=settings,
        users=tuple(
            UserTemplate(name=user.name, id=user.id, permissions=frozenset(user.permissions)) for user in tenant.users
        ),
        clients=tuple(OAuthClient(each.id, each.secret, each.user or users[0]) for each in tenant.clients),
        entities=tuple(tenant.entities),
        orgs=tuple(tenant.orgs),
        definitions=tuple(definitions),
        records=tuple(_records(where, tenant.records, definitions)),
    )


def _definition(where: str, document: Mapping[str, Any]) -> Definition:
    try:
        return definition_from(document)
    except ZuoraError as error:
        raise SettingsError(f"{where}: definitions: {error.message}") from None


_ID: Final = "Id"


def _records(
    where: str, documents: Mapping[str, list[dict[str, Any]]], definitions: list[Definition]
) -> list[RecordTemplate]:
    known = {definition.object: definition for definition in definitions}
    records: list[RecordTemplate] = []
    for name, rows in documents.items():
        if not is_object_name(name):
            raise SettingsError(f"{where}: records: {quote(name)} cannot be the API name of an object")
        definition = known.get(name, open_definition(DEFAULT_NAMESPACE, name))
        taken: set[tuple[str, Value]] = set()
        for at, row in enumerate(rows):
            try:
                record = _record(definition, row)
                _take_unique(definition, record, taken)
            except FieldValidationError as invalid:
                raise SettingsError(f"{where}: records.{name}[{at}]: {invalid.message}") from None
            records.append(record)
    return records


def _record(definition: Definition, row: Mapping[str, Any]) -> RecordTemplate:
    values: dict[str, Value] = {}
    for key, value in row.items():
        field = definition.field(key)
        if key == _ID or value is None:
            continue
        if field is None or field.is_system:
            raise FieldValidationError(
                Category.UNKNOWN_FIELD, f"object {quote(definition.object)} has no custom field {quote(key)}."
            )
        values[key] = from_json(field, _as_json(value))
    return RecordTemplate(object=definition.object, id=_id_of(row.get(_ID)), values=complete(values, definition))


def _as_json(value: object) -> object:
    """TOML has dates of its own; Zuora's JSON writes them as text."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def _id_of(value: object) -> str | None:
    try:
        return None if value is None else uuid_of(str(value))
    except FieldValidationError as invalid:
        raise FieldValidationError(invalid.category, f"{_ID}: {invalid.message}") from None


def _take_unique(definition: Definition, record: RecordTemplate, taken: set[tuple[str, Value]]) -> None:
    keys = [(name, record.values[name]) for name in definition.unique_fields if name in record.values]
    keys += [(_ID, record.id)] if record.id is not None else []
    for name, value in keys:
        if (name, value) in taken:
            raise FieldValidationError(
                Category.RULE, f"Field [{name}] is unique, and its value {quote(value)} stands there twice."
            )
        taken.add((name, value))
