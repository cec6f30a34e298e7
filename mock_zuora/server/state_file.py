"""The state of all tenants in one file. Writes are atomic: a crash leaves either the old file or the new one."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mock_zuora.config.settings import SettingsError, sentence_of
from mock_zuora.control.state import SCHEMA_VERSION, DocumentError, TenantState, adopt, export_state, read_state
from mock_zuora.domain.errors import quote
from mock_zuora.domain.ports import TenantStore
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.template import UserTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient

_OWNER_ONLY: Final = 0o600
"""The file holds the secrets of OAuth clients that no seed lists."""

Restored = list[tuple[TenantState, TenantStore]]
"""The tenants of a file, each with the store that holds its state."""


class SavedState(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    schema_version: Literal[1] = Field(alias="schema")
    tenants: list[TenantState]


def read_state_file(path: str, new_store: Callable[[], TenantStore]) -> Restored:
    """The tenants of a state file; none if the file does not exist. Raises SettingsError, which names the place."""
    try:
        text = Path(path).read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"state {path}: cannot be read: {error.strerror}") from None
    try:
        state = SavedState.model_validate(json.loads(text))
        _check_unique([each.tenant for each in state.tenants])
        return [(each, read_state(each, new_store())) for each in state.tenants]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SettingsError(f"state {path}: {sentence_of({**first, 'loc': ('', *first['loc'])})}") from None
    except DocumentError as error:
        raise SettingsError(f"state {path}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"state {path}: is not JSON: {error}") from None


def _check_unique(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DocumentError(f"tenants: {quote(name)} is listed more than once")


def restore_tenants(registry: TenantRegistry, restored: Restored) -> None:
    """Restores the tenants of a file. A tenant that no seed lists is created like the default one.

    Each clock continues at real time or at the time of its state, whichever is later.
    """
    for state, store in restored:
        if state.tenant not in registry.tenants:
            _add(registry, state)
        tenant, now = registry.tenants[state.tenant], max(state.now, registry.time_source())
        registry.tenants[state.tenant] = adopt(tenant, state, store, registry.time_source, now)


def _add(registry: TenantRegistry, state: TenantState) -> None:
    users = (UserTemplate(name=each.name, id=each.id, permissions=frozenset(each.permissions)) for each in state.users)
    clients = tuple(OAuthClient(each.id, each.secret, each.user) for each in state.clients)
    registry.add_tenant(registry.template_like_default(state.tenant, users=tuple(users), clients=clients))


def state_of(registry: TenantRegistry) -> dict[str, Any]:
    """The document of all tenants. Due work must be finished before."""
    tenants = []
    for tenant in registry.tenants.values():
        document = export_state(tenant).model_dump(mode="json", by_alias=True)
        if not tenant.is_isolated:
            listed = {each.id for each in registry.templates[tenant.name].clients}
            document["clients"] = [each for each in document["clients"] if each["id"] not in listed]
        tenants.append(document)
    return {"schema": SCHEMA_VERSION, "tenants": tenants}


def check_writable(path: str) -> None:
    """Raises SettingsError if the state file cannot be written, so that the server does not start without it."""
    folder = Path(os.path.realpath(path)).parent
    if not folder.is_dir():
        raise SettingsError(f"state {path}: there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise SettingsError(f"state {path}: folder {folder} cannot be written to")


def write_state_file(path: str, document: dict[str, Any]) -> None:
    """Writes a complete file next to the old one, then replaces the old one. Raises OSError."""
    target = os.path.realpath(path)
    temporary_path = f"{target}.new"
    chunks: Iterable[str] = json.JSONEncoder(ensure_ascii=False).iterencode(document)
    with open(
        os.open(temporary_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "w", encoding="utf-8"
    ) as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary_path, target)
    folder = os.open(os.path.dirname(target), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
