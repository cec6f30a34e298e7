"""Reads a seed file: the initial tenants of a server, in TOML or JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from mock_zuora.config.assumption_files import with_assumption_files
from mock_zuora.config.csv_files import with_csv_files
from mock_zuora.config.documents import decoded, is_json_object, json_document, toml_document
from mock_zuora.config.option_types import AssumeOption
from mock_zuora.config.records import CsvText, RecordError, UniqueRecords, finished, read_csv_records, read_documents
from mock_zuora.config.sentences import sentence_of
from mock_zuora.config.settings import SettingsError
from mock_zuora.config.tenant_options import TenantOptions, tenant_settings
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.errors import ZuoraError, quote
from mock_zuora.domain.objects.definition import (
    DEFAULT_NAMESPACE,
    Definition,
    is_object_name,
    open_definition,
)
from mock_zuora.domain.objects.definition_document import definition_from, definitions_by_name
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
TenantType = Literal["production", "central-sandbox", "developer-sandbox", "api-sandbox"]


def _listed(definitions: object) -> object:
    if not isinstance(definitions, Mapping):
        return definitions
    named = definitions_by_name(definitions)
    for name, document in named.items():
        schema = document.get("schema", document) if isinstance(document, Mapping) else {}
        if isinstance(schema, Mapping) and (other := schema.get("object", name)) != name:
            raise ValueError(f"object: {quote(other)} is not valid; expected {quote(name)}, the key of the definition")
    return list(named.values())


DefinitionsOption = Annotated[list[dict[str, Any]], BeforeValidator(_listed)]
"""Definitions as a list, or by the names of their objects."""


class _SeedModel(BaseModel):
    """Base model that rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class UserSeed(_SeedModel):
    """A user of a tenant."""

    name: str = Field(min_length=1, description="name, with which control requests select the user")
    id: str | None = Field(default=None, description="UUID in `CreatedById` and `UpdatedById`; random if omitted")
    permissions: list[Permission] = Field(
        default_factory=lambda: list(EVERY_PERMISSION),
        description="list of `view`, `edit` and `delete`; all by default",
    )


class ClientSeed(_SeedModel):
    """An OAuth client. Without ``user``, it acts as the first user of the tenant."""

    id: str = Field(min_length=1, description="`client_id` of a token request; unique on the server")
    secret: str = Field(min_length=1, description="`client_secret` of a token request")
    user: str | None = Field(default=None, description="name of the user of its tokens; by default the first one")


class TenantSeed(_SeedModel):
    """A tenant with its initial state."""

    name: str = Field(default=DEFAULT_TENANT, min_length=1, description="name of the tenant; unique on the server")
    type: TenantType = Field(
        default="production",
        description="`production`, `central-sandbox`, `developer-sandbox` or `api-sandbox`: decides on the rate limits",
    )
    version: str | None = Field(
        default=None, description="API version of requests without the header `Zuora-Version`; 186.0 by default"
    )
    users: list[UserSeed] = Field(
        default_factory=lambda: [UserSeed(name=DEFAULT_USER)],
        min_length=1,
        description=f"list of users; by default one with the name `{DEFAULT_USER}` and every permission",
    )
    clients: list[ClientSeed] = Field(default_factory=list, description="list of OAuth clients")
    entities: list[str] = Field(
        default_factory=list, description="ids that `Zuora-Entity-Ids` may have; without a list, any"
    )
    orgs: list[str] = Field(default_factory=list, description="ids that `Zuora-Org-Ids` may have; without a list, any")
    definitions: DefinitionsOption = Field(
        default_factory=list,
        description="definitions of objects, as in the body of `POST /objects/definitions/default`: a list, or a table "
        "by name of the object",
    )
    records: dict[str, list[dict[str, Any]]] = Field(
        default_factory=dict,
        description="records by object: a list of tables with their fields, or the path of a CSV file beside the seed "
        "file. `Id`, `CreatedById`, `CreatedDate`, `UpdatedById` and `UpdatedDate` are optional",
    )
    csv_files: dict[str, CsvText] = Field(
        default_factory=dict, description="more records by object: tables with the `text` of a CSV file"
    )
    settings: TenantOptions = Field(
        default_factory=TenantOptions, description="[settings](settings.md) of the tenant by name"
    )
    assume: AssumeOption = Field(
        default_factory=dict,
        description="choices of [assumptions](assumptions.md) by name, or the path of a TOML file with them, for this "
        "tenant",
    )


class Seed(_SeedModel):
    """A whole file. The first tenant is the default tenant."""

    tenants: list[TenantSeed] = Field(min_length=1, description="list of tenants; the first is the default tenant")
    assume: AssumeOption = Field(
        default_factory=dict,
        description="choices of [assumptions](assumptions.md) by name, or the path of a TOML file with them, for all "
        "tenants; a tenant's own have precedence",
    )


def read_seed(path: str) -> Mapping[str, Any]:
    """Parses a seed file by its suffix, ``.toml`` or ``.json``. Raises SettingsError.

    A file without a suffix, as it is mounted into a container, is JSON if it begins with a brace, else TOML. Records
    can be the path of a CSV file, and ``assume`` that of a TOML file. Both are relative to the seed file.
    """
    file = Path(path)
    if file.suffix not in (_TOML, _JSON, ""):
        raise SettingsError(f"seed {path}: expected a .toml or .json file")
    try:
        document = _document(decoded(file.read_bytes()), file.suffix)
    except OSError as error:
        raise SettingsError(f"seed {path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"seed {path}: {error}") from None
    if not isinstance(document, dict):
        raise SettingsError(f"seed {path}: expected an object")
    try:
        return with_csv_files(with_assumption_files(document, file.parent), file.parent)
    except ValueError as error:
        raise SettingsError(f"seed {path}: {error}") from None


def _document(text: str, suffix: str) -> Any:
    is_json = suffix == _JSON or (suffix == "" and is_json_object(text))
    return json_document(text) if is_json else toml_document(text)


def templates_from(
    document: Mapping[str, Any],
    overrides: TenantOptions | None = None,
    where: str = "seed",
    base: TenantSettings = _DEFAULTS,
) -> list[TenantTemplate]:
    """Reads the tenants of a seed document.

    ``overrides`` (flags, environment) take precedence over settings of the seed, and those over ``base``. Raises
    SettingsError with the key and the value.
    """
    try:
        seed = Seed.model_validate(document)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        # An unknown key explains more than the missing one that it was mistaken for.
        first = next((each for each in mistakes if each["type"] == "extra_forbidden"), mistakes[0])
        raise SettingsError(f"{where}: {sentence_of({**first, 'loc': ('', *first['loc'])}, Seed)}") from None
    _refuse_duplicates(where, "tenant", [tenant.name for tenant in seed.tenants])
    _refuse_duplicates(where, "client", [client.id for tenant in seed.tenants for client in tenant.clients])
    base = base.assuming(seed.assume, Origin.SEED)
    return [_template(f"{where}: tenant {quote(tenant.name)}", tenant, overrides, base) for tenant in seed.tenants]


def _refuse_duplicates(where: str, kind: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SettingsError(f"{where}: {kind} {quote(name)} is listed more than once")
        seen.add(name)


def default_template(overrides: TenantOptions, base: TenantSettings = _DEFAULTS) -> TenantTemplate:
    """The template without a seed: one tenant, one user with every permission."""
    return TenantTemplate(settings=tenant_settings(overrides, base))


def changed_template(before: TenantTemplate, tenant: TenantSeed, current: TenantSettings) -> TenantTemplate:
    """The template of a tenant after a new seed for it: keys in the seed replace those of ``before``.

    The settings are the current ones, changed by those of the seed. Definitions without records remove all records;
    users without clients remove the clients of missing users. Raises SettingsError with the key.
    """
    where, replaced = f"seed: tenant {quote(before.name)}", tenant.model_fields_set
    if "name" in replaced and tenant.name != before.name:
        raise SettingsError(f"{where}: name: {quote(tenant.name)} is not valid; expected {quote(before.name)} or none")
    new = _template(where, tenant.model_copy(update={"name": before.name}), None, current, before)
    kept = {name: getattr(before, name) for name in _REPLACEABLE if name not in replaced}
    if replaced & {"definitions", "csv_files"}:
        kept.pop("records", None)
    users = [each.name for each in (new.users if "users" in replaced else before.users)]
    if "clients" in kept:
        kept["clients"] = tuple(each for each in before.clients if each.user in users)
    return replace(new, **kept, is_isolated=before.is_isolated)


_REPLACEABLE: Final = ("type", "users", "clients", "entities", "orgs", "definitions", "records")


def _template(
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
    settings = settings.assuming(tenant.assume, Origin.SEED)
    users = [user.name for user in tenant.users]
    definitions = [_definition(where, each) for each in tenant.definitions]
    _refuse_duplicates(where, "user", users)
    _refuse_duplicates(where, "definition", [definition.object for definition in definitions])
    if before is not None and "users" not in tenant.model_fields_set:
        users = [user.name for user in before.users]
    if before is not None and "definitions" not in tenant.model_fields_set:
        definitions = list(before.definitions)
    for client in tenant.clients:
        if client.user is not None and client.user not in users:
            raise SettingsError(
                f"{where}: client {quote(client.id)}: user {quote(client.user)} is not valid; expected one of its users"
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
        records=tuple(_records(where, tenant, definitions)),
    )


def _definition(where: str, document: Mapping[str, Any]) -> Definition:
    try:
        return definition_from(document)
    except ZuoraError as error:
        raise SettingsError(f"{where}: definitions: {error.message}") from None


def _records(where: str, tenant: TenantSeed, definitions: list[Definition]) -> Iterator[RecordTemplate]:
    defined = {definition.object: definition for definition in definitions}
    for name in dict.fromkeys([*tenant.records, *tenant.csv_files]):
        if not is_object_name(name):
            raise SettingsError(f"{where}: records: {quote(name)} is not valid; expected the API name of an object")
        definition = defined.get(name, open_definition(DEFAULT_NAMESPACE, name))
        check = UniqueRecords(definition).add
        try:
            yield from finished(read_documents(definition, tenant.records.get(name, ()), check))
            if (file := tenant.csv_files.get(name)) is not None:
                yield from finished(read_csv_records(definition, file, check))
        except RecordError as error:
            raise SettingsError(f"{where}: records.{name}{error}") from None
