"""The entries of the state file: changes as JSON, and the memory that they restore.

An entry is a list: what happened, the key of the store or the tenant, and the details. ``encoded`` makes chunks of
entries, so that no single step keeps the interpreter for long; ``Replay`` applies them in order.
"""

import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import groupby, islice
from typing import Any, Final

from pydantic import TypeAdapter

from mock_zuora.control.state import definition_document, definition_of_document, job_document, job_from
from mock_zuora.domain.access.access_tokens import AccessToken, AccessTokenRepository
from mock_zuora.domain.access.idempotency_keys import (
    IdempotencyRecord,
    IdempotencyRepository,
    KeyScope,
    StoredResponse,
)
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job
from mock_zuora.domain.jobs.planned_outcomes import JobProgress
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.record import Record, StoredRecord, names_of
from mock_zuora.storage.change_log import Change, Owner
from mock_zuora.storage.memory import MemoryTenantStore

PER_CHUNK: Final = 500
"""Entries, or rows of a file, in one chunk: a few milliseconds of work."""
_ROW_ERROR: Final = TypeAdapter(RowError)
_PROGRESS: Final = TypeAdapter(JobProgress)
_TOKEN: Final = TypeAdapter(AccessToken)

BYTES_PER_COPIED_RECORD: Final = 20
"""The cost of loading a copied record, in characters of the log. It counts towards compacting."""

Entry = list[Any]

logger = logging.getLogger("mock_zuora.state")


# From changes to entries


def encoded(changes: Iterable[Change]) -> Iterator[str]:
    """Encodes changes as chunks of entries. Logs and skips a change that it cannot encode."""
    chunk: list[str] = []
    size = 0
    for change in _batched(_expanded(changes)):
        chunk += _texts(change)
        size += _size(change)
        if size >= PER_CHUNK:
            yield f"[{','.join(chunk)}]"
            chunk, size = [], 0
    if chunk:
        yield f"[{','.join(chunk)}]"


def _size(change: Change) -> int:
    """The cost of a change, compared with a small one."""
    if change[0] in ("records", "rows"):
        return len(change[-1])
    return int(change[-1]) if change[0] == "shared" else 1


def _texts(change: Change) -> Iterator[str]:
    what, key, *details = change
    try:
        encode = _ENCODERS.get(what)
        yield json.dumps([what, key, *(details if encode is None else encode(*details))])
    except (TypeError, ValueError, RecursionError):
        if what == "records" and len(details[-1]) > 1:
            for each in details[-1]:
                yield from _texts((*change[:-1], [each]))
            return
        # A bug in one change must not affect the others.
        logger.exception("a change cannot be saved because of a bug: %s of %s", what, key)


def _expanded(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes, with whole stores and files split into small ones."""
    for change in changes:
        if change[0] == "whole":
            _, key, store, *base = change
            yield "store", key
            yield from _expanded((what, key, *details) for what, *details in changes_of(store, *base))
        elif change[0] == "file":
            _, key, job_id, file = change
            yield "file", key, job_id, file.header
            for start in range(0, len(file.rows), PER_CHUNK):
                yield "rows", key, job_id, file.rows[start : start + PER_CHUNK]
        else:
            yield change


def _batched(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes, with consecutive records of a table merged if they have the same fields."""
    for place, group in groupby(changes, _place):
        if place is None:
            yield from group
            continue
        while batch := [each[4] for each in islice(group, PER_CHUNK)]:
            yield "records", *place, batch


def _place(change: Change) -> tuple[Any, ...] | None:
    return (*change[1:4], names_of(change[4].stamp)) if change[0] == "record" else None


def _key(key: str, record: IdempotencyRecord) -> Entry:
    response = record.response
    if response is None:
        raise ValueError("a request that is still running has no response to keep")
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in response.headers]
    body = b64encode(response.body).decode()
    return [key, asdict(record.scope), record.expires_at, response.status, headers, body, response.refusal]


_ENCODERS: Final[dict[str, Callable[..., Iterable[Any]]]] = {
    "records": lambda namespace, name, fields, records: (
        namespace,
        name,
        fields,
        [[record_id, *stamp[:5], *cells] for record_id, stamp, *cells in records],
    ),
    "defined": lambda definition: (definition_document(definition),),
    "redefined": lambda definition, renamed: (definition_document(definition), renamed),
    "job": lambda job: (job_document(job),),
    "progress": lambda job_id, progress: (job_id, _PROGRESS.dump_python(progress, mode="json")),
    "rejected": lambda job_id, error: (job_id, _ROW_ERROR.dump_python(error, mode="json")),
    "token": lambda token: (_TOKEN.dump_python(token, mode="json"),),
    "key": _key,
}
"""How the details of a change become JSON types. Those of other changes are JSON types already."""


def changes_of(store: MemoryTenantStore, base_key: int = 0, base: MemoryTenantStore | None = None) -> Iterator[Change]:
    """The changes, without a key, that fill an empty store with the content of another one.

    Records that it shares with ``base``, a store that is filled before, are not repeated.
    """
    for definition in store.objects.definitions():
        yield "defined", definition
        place = definition.namespace, definition.object
        is_shared = base is not None and base.objects.definition(*place) is not None
        for each in store.objects.table(*place).runs_in(base.objects.table(*place) if base and is_shared else None):
            if isinstance(each, Record):
                yield "record", *place, each
            else:
                yield "shared", *place, base_key, *each
    for job in reversed(list(store.jobs.newest_first())):
        yield "job", job
        if (file := store.jobs.file(job.id)) is not None:
            yield "file", job.id, file
        if (progress := store.jobs.progress(job.id)) is not None:
            yield "progress", job.id, progress
        for error in store.jobs.row_errors(job.id):
            yield "rejected", job.id, error


# From entries to memory


class Replay:
    """The state that the entries of a file restore."""

    def __init__(self, tokens: AccessTokenRepository, keys: IdempotencyRepository) -> None:
        self.stores: dict[int, MemoryTenantStore] = {}
        self.documents: dict[Owner, dict[str, Any]] = {}
        """The documents of tenants and snapshots, in the order of the tenants. ``store`` is the key of the store."""
        self.size = 0
        """Characters that were applied."""
        self._stored: dict[tuple[int, str, str], list[StoredRecord]] = {}
        """The records of stores that others share."""
        self._tokens = tokens
        self._keys = keys
        self._handlers: dict[str, Callable[..., None]] = {
            "store": self._empty,
            "copied": self._copied,
            "without jobs": self._without_jobs,
            "gone": self._gone,
            "document": self._describe,
            "dropped": self._drop,
            "records": self._records,
            "shared": self._shared,
            "removed": self._removed,
            "defined": self._defined,
            "redefined": self._redefined,
            "forgotten": self._forgotten,
            "job": self._job,
            "file": self._file,
            "rows": self._rows,
            "progress": self._progress,
            "rejected": self._rejected,
            "job dropped": lambda key, job_id: self.stores[key].jobs.drop(job_id),
            "row errors dropped": lambda key, job_id: self.stores[key].jobs.drop_row_errors(job_id),
            "token": self._token,
            "token dropped": lambda owner, text: self._tokens.drop(text),
            "tokens forgotten": lambda owner: self._tokens.forget(owner[0]),
            "key": self._key,
            "key dropped": lambda owner, key: self._keys.drop(key),
            "keys forgotten": lambda owner: self._keys.forget(owner[0]),
        }

    def apply(self, chunk: str) -> None:
        """Applies a chunk of entries. Raises ValueError, LookupError, TypeError or ZuoraError for a damaged one."""
        self.size += len(chunk)
        for what, of, *details in json.loads(chunk):
            self._handlers[what](tuple(of) if isinstance(of, list) else of, *details)

    # Stores and documents

    def _empty(self, key: int) -> None:
        self.stores[key] = MemoryTenantStore()

    def _copied(self, key: int, source: int, records: int) -> None:
        self.stores[key] = self.stores[source].detached()
        self.size += records * BYTES_PER_COPIED_RECORD

    def _without_jobs(self, key: int, source: int) -> None:
        self.stores[key] = self.stores[source].without_jobs()

    def _gone(self, key: int) -> None:
        self.stores.pop(key, None)

    def _describe(self, owner: Owner, document: dict[str, Any]) -> None:
        self.documents[owner] = document

    def _drop(self, owner: Owner) -> None:
        for each in [each for each in self.documents if each[: len(owner)] == owner]:
            del self.documents[each]

    # The content of stores

    def _records(self, key: int, namespace: str, name: str, fields: list[str], rows: list[list[Any]]) -> None:
        self.stores[key].objects.table(namespace, name).load(tuple(fields), rows)

    def _shared(self, key: int, namespace: str, name: str, base: int, start: int, count: int) -> None:
        place = base, namespace, name
        if place not in self._stored:
            # Nothing changes in the base before every store has been filled.
            self._stored[place] = self.stores[base].objects.table(namespace, name).stored()
        records = self._stored[place][start : start + count]
        if len(records) != count:
            raise LookupError(f"store {base} has fewer records than store {key} shares with it")
        self.stores[key].objects.table(namespace, name).share(records)

    def _removed(self, key: int, namespace: str, name: str, record_id: str) -> None:
        self.stores[key].objects.table(namespace, name).remove(record_id)

    def _defined(self, key: int, document: dict[str, Any]) -> None:
        self.stores[key].objects.define(definition_of_document(document))

    def _redefined(self, key: int, document: dict[str, Any], renamed: list[str] | None) -> None:
        definition: Definition = definition_of_document(document)
        self.stores[key].objects.redefine(definition, None if renamed is None else (renamed[0], renamed[1]))

    def _forgotten(self, key: int, namespace: str, name: str) -> None:
        self.stores[key].objects.remove(namespace, name)

    def _job(self, key: int, document: dict[str, Any]) -> None:
        store = self.stores[key]
        job: Job = job_from(document, store)
        if store.jobs.get(job.id) is None:
            store.jobs.add(job, limit=len(store.jobs.unfinished()) + 1)
        store.jobs.save(job)

    def _file(self, key: int, job_id: str, header: list[str]) -> None:
        self.stores[key].jobs.put_file(job_id, CsvFile(tuple(header), []))

    def _rows(self, key: int, job_id: str, rows: list[list[str]]) -> None:
        file = self.stores[key].jobs.file(job_id)
        if file is not None:
            file.rows.extend(map(tuple, rows))

    def _progress(self, key: int, job_id: str, document: dict[str, Any]) -> None:
        self.stores[key].jobs.save_progress(job_id, _PROGRESS.validate_python(document))

    def _rejected(self, key: int, job_id: str, document: dict[str, Any]) -> None:
        jobs = self.stores[key].jobs
        if jobs.get(job_id) is not None:
            jobs.add_row_error(job_id, _ROW_ERROR.validate_python(document))

    # Tokens and idempotency keys

    def _token(self, owner: Owner, document: dict[str, Any]) -> None:
        self._tokens.add(_TOKEN.validate_python(document))

    def _key(self, owner: Owner, key: str, scope: dict[str, str], expires_at: int, status: int, *rest: Any) -> None:
        headers, body, refusal = rest
        named = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers)
        response = StoredResponse(status, named, b64decode(body), refusal)
        self._keys.put(key, IdempotencyRecord(KeyScope(**scope), expires_at, response))
