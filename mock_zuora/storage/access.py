"""The access tokens and idempotency keys of all tenants in memory, bounded per tenant, oldest first.

Both are looked up before their tenant is known. Forgetting a tenant takes constant time: its items are no longer found,
and later additions delete them a few at a time.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Generic, TypeVar

from mock_zuora.domain import limits
from mock_zuora.domain.access.access_tokens import AccessToken
from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord
from mock_zuora.domain.limits import Drop
from mock_zuora.storage.change_log import Note, ignore

_PER_ADDITION: Final = 10
"""Old items that are deleted when one is added."""

Item = TypeVar("Item")


class _Entry(Generic[Item]):
    """An item with its key and the book of its tenant."""

    __slots__ = ("book", "item", "key")

    def __init__(self, key: str, item: Item, book: "_Book[Item]") -> None:
        self.key, self.item, self.book = key, item, book


class _Book(Generic[Item]):
    """The entries of one tenant, oldest first. Some may have been deleted since."""

    def __init__(self) -> None:
        self.entries: deque[_Entry[Item]] = deque()
        self.count = 0
        """Entries that were not deleted."""
        self.bytes = 0
        self.is_forgotten = False
        self.reported: set[Drop] = set()
        """The kinds of drops that were logged."""


class _Items(Generic[Item]):
    """Items by key, with the tenants that they belong to."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry[Item]] = {}
        self._books: dict[str, _Book[Item]] = {}
        self._forgotten: list[_Book[Item]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[_Entry[Item]]:
        for tenant in list(self._books):
            yield from self.entries(tenant)

    def entries(self, tenant: str) -> list[_Entry[Item]]:
        """The entries of a tenant that were not deleted, oldest first."""
        return [each for each in self.book(tenant).entries if self._entries.get(each.key) is each]

    def get(self, key: str) -> _Entry[Item] | None:
        entry = self._entries.get(key)
        return None if entry is None or entry.book.is_forgotten else entry

    def book(self, tenant: str) -> _Book[Item]:
        return self._books.setdefault(tenant, _Book())

    def add(self, tenant: str, key: str, item: Item) -> _Book[Item]:
        """Adds an item in place of the one with its key, and deletes some of the forgotten ones."""
        self.delete(key)
        book = self.book(tenant)
        entry = self._entries[key] = _Entry(key, item, book)
        book.entries.append(entry)
        book.count += 1
        self._sweep()
        return book

    def delete(self, key: str) -> None:
        """Deletes an item, if there is one. Its place in its book is given up at once or later."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        book = entry.book
        book.count -= 1
        if book.entries and book.entries[0] is entry:
            book.entries.popleft()
        elif len(book.entries) > 2 * book.count + _PER_ADDITION:
            book.entries = deque(each for each in book.entries if self._entries.get(each.key) is each)

    def oldest(self, book: _Book[Item]) -> _Entry[Item] | None:
        """The oldest entry of a book that was not deleted."""
        while book.entries:
            if self._entries.get(book.entries[0].key) is book.entries[0]:
                return book.entries[0]
            book.entries.popleft()
        return None

    def forget(self, tenant: str) -> None:
        if (book := self._books.pop(tenant, None)) is not None:
            book.is_forgotten = True
            self._forgotten.append(book)
        self._sweep()

    def _sweep(self) -> None:
        for _ in range(_PER_ADDITION):
            if not self._forgotten:
                return
            book = self._forgotten[-1]
            if not book.entries:
                self._forgotten.pop()
                continue
            entry = book.entries.popleft()
            if self._entries.get(entry.key) is entry:
                del self._entries[entry.key]


class MemoryAccessTokens:
    """The tokens of all tenants by their text."""

    def __init__(self) -> None:
        self._items: _Items[AccessToken] = _Items()
        self.note: Note = ignore

    def __iter__(self) -> Iterator[AccessToken]:
        return (entry.item for entry in self._items)

    def add(self, token: AccessToken, now: int | None = None) -> None:
        book = self._items.add(token.tenant, token.text, token)
        self.note("token", (token.tenant,), token)
        if book.count > limits.MAX_TOKENS:
            self._drop_oldest(token.tenant, book, Drop.TOKENS)
        if now is not None and book.count > limits.MAX_EXPIRED_TOKENS:
            self._drop_expired(token.tenant, book, now)

    def postpone(self, tenant: str, milliseconds: int) -> None:
        for entry in self._items.entries(tenant):
            entry.item = replace(entry.item, expires_at=entry.item.expires_at + milliseconds)
            self.note("token", (tenant,), entry.item)

    def _drop_expired(self, tenant: str, book: _Book[AccessToken], now: int) -> None:
        """Drops expired tokens, but not the last ones. Tokens are in the order of their issue."""
        for _ in range(_PER_ADDITION):
            entries, oldest = book.entries, self._items.oldest(book)
            is_over = len(entries) > limits.MAX_EXPIRED_TOKENS
            if not is_over or entries[limits.MAX_EXPIRED_TOKENS].item.expires_at > now:
                return
            # A token with a longer lifetime than later ones.
            if oldest is None or oldest.item.expires_at > now:
                return
            self._drop_oldest(tenant, book, Drop.EXPIRED_TOKENS)

    def _drop_oldest(self, tenant: str, book: _Book[AccessToken], drop: Drop) -> None:
        if (entry := self._items.oldest(book)) is not None:
            self.drop(entry.key)
            _warn_once(tenant, book, drop)

    def get(self, text: str) -> AccessToken | None:
        entry = self._items.get(text)
        return None if entry is None else entry.item

    def drop(self, text: str) -> None:
        if (token := self.get(text)) is not None:
            self._items.delete(text)
            self.note("token dropped", (token.tenant,), text)

    def forget(self, tenant: str) -> None:
        self._items.forget(tenant)
        self.note("tokens forgotten", (tenant,))


class MemoryIdempotencyRecords:
    """The idempotency keys of all tenants."""

    def __init__(self) -> None:
        self._items: _Items[IdempotencyRecord] = _Items()
        self.note: Note = ignore

    def __iter__(self) -> Iterator[tuple[str, IdempotencyRecord]]:
        return ((entry.key, entry.item) for entry in self._items)

    def get(self, key: str) -> IdempotencyRecord | None:
        entry = self._items.get(key)
        return None if entry is None else entry.item

    def claim(self, key: str, record: IdempotencyRecord, now: int | None = None) -> IdempotencyRecord:
        held = self.get(key)
        if held is not None:
            return held
        self._add(key, record)
        if now is not None:
            self._drop_expired(record.scope.tenant, now)
        return record

    def put(self, key: str, record: IdempotencyRecord) -> None:
        tenant, entry = record.scope.tenant, self._items.get(key)
        if entry is not None and entry.item.scope.tenant == tenant:
            entry.book.bytes += record.size - entry.item.size
            entry.item = record
        else:
            self._add(key, record)
        if record.response is not None:
            # A key whose request is still running is free again after a restart.
            self.note("key", (tenant,), key, record)
        self._drop_over_bounds(tenant)

    def _add(self, key: str, record: IdempotencyRecord) -> None:
        book = self._items.add(record.scope.tenant, key, record)
        book.bytes += record.size
        self._drop_over_bounds(record.scope.tenant)

    def _drop_over_bounds(self, tenant: str) -> None:
        book = self._items.book(tenant)
        while book.count > limits.MAX_KEYS or (book.bytes > limits.MAX_KEY_BYTES and book.count > 1):
            if (entry := self._items.oldest(book)) is None:
                return
            self.drop(entry.key)
            _warn_once(tenant, book, Drop.KEYS)

    def _drop_expired(self, tenant: str, now: int) -> None:
        book = self._items.book(tenant)
        for _ in range(_PER_ADDITION):
            entry = self._items.oldest(book)
            if entry is None or entry.item.expires_at > now:
                return
            self.drop(entry.key)

    def drop(self, key: str) -> None:
        if (entry := self._items.get(key)) is not None:
            entry.book.bytes -= entry.item.size
            self._items.delete(key)
        self.note("key dropped", (), key)

    def forget(self, tenant: str) -> None:
        self._items.forget(tenant)
        self.note("keys forgotten", (tenant,))


def _warn_once(tenant: str, book: _Book[Item], drop: Drop) -> None:
    if drop not in book.reported:
        book.reported.add(drop)
        limits.warn_dropped(tenant, drop)
