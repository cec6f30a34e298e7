"""Opens the state file. The JSON file of an earlier version is converted once, and kept beside it."""

import os
import shutil
import sys
from codecs import BOM_UTF8
from itertools import chain, count
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mock_zuora import __version__
from mock_zuora.config.documents import decoded, json_document
from mock_zuora.config.sentences import sentence_of
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.state import TenantState
from mock_zuora.control.state_import import DocumentError, read_state
from mock_zuora.domain.encodings import format_of
from mock_zuora.domain.errors import quote
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.machine_clock import machine_time
from mock_zuora.server.state_entries import encoded
from mock_zuora.storage.change_log import Change
from mock_zuora.storage.memory import MemoryTenantStore
from mock_zuora.storage.state_file import StateFile, StateFileError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_BEGINNING_OF_JSON: Final = (b"{", b"[")


class SavedState(BaseModel):
    """The state file of earlier versions."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    schema_version: Literal[1] = Field(alias="schema")
    tenants: list[TenantState]


def open_state_file(path: str) -> StateFile:
    """Opens the state file, or creates it. Raises SettingsError with one line."""
    try:
        target = os.path.realpath(path)
        folder = Path(target).parent
        if not folder.is_dir():
            raise SettingsError(f"state {path}: there is no folder {folder}")
        if not os.access(folder, os.W_OK):
            raise SettingsError(f"state {path}: folder {folder} cannot be written to")
        _convert_json(path, target)
        return StateFile(target, __version__)
    except OSError as error:
        raise SettingsError(f"state {path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"state {quote(path)}: is not a path: {error}") from None
    except StateFileError as error:
        raise SettingsError(f"state {path}: {error}") from None


def _is_json(beginning: bytes) -> bool:
    is_utf_16 = (format_of(beginning) or "").startswith("UTF-")
    return is_utf_16 or beginning.removeprefix(BOM_UTF8).lstrip().startswith(_BEGINNING_OF_JSON)


def _convert_json(path: str, target: str) -> None:
    """Replaces a JSON file by a state file; an interruption leaves one of the two complete."""
    if not os.path.exists(target):
        return
    with open(target, "rb") as file:
        if not _is_json(file.read(64)):
            return
        _lock(file.fileno())
        if not os.path.samestat(os.fstat(file.fileno()), os.stat(target)):
            raise StateFileError("is in use by another server")
        file.seek(0)
        changes = _changes_of(path, file.read())
        new = f"{target}.new"
        for each in (new, f"{new}-wal"):
            Path(each).unlink(missing_ok=True)
        converted = StateFile(new, __version__)
        converted.append(encoded(changes))
        converted.close()
        _keep_copy(target)
        if sys.platform == "win32":
            # An open file cannot be replaced.
            file.close()
        os.replace(new, target)


def _lock(descriptor: int) -> None:
    """Keeps other servers from converting the same file. Raises StateFileError if one does."""
    if fcntl is None:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StateFileError("is in use by another server") from None


def _keep_copy(path: str) -> None:
    name = path + (".bak" if path.endswith(".json") else ".json.bak")
    names = chain([name], (f"{name}.{number}" for number in count(1)))
    free = next(each for each in names if not os.path.lexists(each))
    try:
        os.link(path, free)
    except OSError:
        # Some file systems have no links.
        shutil.copy2(path, free)


def _changes_of(path: str, data: bytes) -> list[Change]:
    try:
        document = json_document(decoded(data))
        state = SavedState.model_validate(document)
        names = [each.tenant for each in state.tenants]
        for name in names:
            if names.count(name) > 1:
                raise DocumentError(f"tenants: {quote(name)} is listed more than once")
        changes: list[Change] = []
        for number, each in enumerate(state.tenants, 1):
            changes.append(("whole", number, read_state(each, MemoryTenantStore())))
            changes.append(("document", (each.tenant,), _document(each, number)))
        return changes
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SettingsError(f"state {path}: {sentence_of({**first, 'loc': ('', *first['loc'])})}") from None
    except (DocumentError, ValueError) as error:
        raise SettingsError(f"state {path}: {error}") from None


def _document(state: TenantState, number: int) -> dict[str, Any]:
    now = machine_time()()
    return {
        "store": number,
        "number": number,
        "entity": Ids().uuid(),
        "is_isolated": True,
        "users": [each.model_dump(mode="json") for each in state.users],
        "clients": [each.model_dump(mode="json") for each in state.clients],
        "settings": {},
        # Clocks of earlier versions started at real time.
        "clock": [max(state.now, now), now, 1.0],
        "plans": [[], [], []],
    }
