"""Bounds of access tokens and idempotency keys in memory."""

import pytest

from mock_zuora.domain import limits
from mock_zuora.domain.access.access_tokens import AccessToken
from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord, KeyScope, StoredResponse
from mock_zuora.storage.access import MemoryAccessTokens, MemoryIdempotencyRecords


@pytest.fixture(autouse=True)
def low_bounds(monkeypatch):
    for name, bound in {"MAX_TOKENS": 5, "MAX_EXPIRED_TOKENS": 2, "MAX_KEYS": 3, "MAX_KEY_BYTES": 100}.items():
        monkeypatch.setattr(limits, name, bound)


def token(number, tenant="acme"):
    return AccessToken(text=f"{tenant}-{number}", jti="j", tenant=tenant, user="ann", expires_at=number)


def record(tenant="acme", body=b"", expires_at=1_000):
    response = StoredResponse(200, (), body, "")
    return IdempotencyRecord(KeyScope(tenant, "POST", "/objects/jobs"), expires_at, response)


def numbers(tokens):
    return [each.expires_at for each in tokens]


def test_oldest_tokens_of_a_tenant_are_dropped(caplog):
    tokens = MemoryAccessTokens()
    tokens.add(token(1, "other"))
    for number in range(9):
        tokens.add(token(number), now=-1)
    assert numbers(tokens) == [1, 4, 5, 6, 7, 8]
    assert tokens.get("acme-3") is None
    assert [each.message for each in caplog.records] == [
        "tenant 'acme': it has more than 5 access tokens; the oldest are dropped. This is logged once."
    ]


def test_some_expired_tokens_are_kept():
    tokens = MemoryAccessTokens()
    for number in range(4):
        tokens.add(token(number), now=-1)
    tokens.add(token(20), now=10)
    assert numbers(tokens) == [2, 3, 20]


def test_long_lived_token_outlives_expired_ones():
    tokens = MemoryAccessTokens()
    for number in (20, 1, 2, 3):
        tokens.add(token(number), now=-1)
    tokens.add(token(21), now=10)
    assert numbers(tokens) == [20, 1, 2, 3, 21]


def test_tokens_of_one_tenant_are_postponed():
    tokens, changes = MemoryAccessTokens(), []
    tokens.add(token(1, "other"))
    tokens.add(token(7))
    tokens.note = lambda *change: changes.append(change)
    tokens.postpone("acme", -5)
    assert (tokens.get("acme-7").expires_at, tokens.get("other-1").expires_at) == (2, 1)
    assert [(kind, key, each.expires_at) for kind, key, each in changes] == [("token", ("acme",), 2)]


def test_keys_over_the_bound_are_dropped():
    keys = MemoryIdempotencyRecords()
    for key in "abcde":
        keys.claim(key, record())
    assert [key for key, _ in keys] == ["c", "d", "e"]


def test_expired_keys_are_dropped():
    keys = MemoryIdempotencyRecords()
    keys.claim("a", record(expires_at=10))
    keys.claim("b", record(expires_at=20))
    keys.claim("c", record(), now=10)
    assert [key for key, _ in keys] == ["b", "c"]


def test_responses_of_keys_are_bounded_by_bytes():
    keys = MemoryIdempotencyRecords()
    keys.put("a", record(body=b"x" * 60))
    keys.put("b", record(body=b"x" * 40))
    assert [key for key, _ in keys] == ["a", "b"]
    keys.put("b", record(body=b"x" * 41))
    assert [key for key, _ in keys] == ["b"]
    keys.put("c", record(body=b"x" * 500))
    assert [key for key, _ in keys] == ["c"]
    keys.drop("c")
    keys.put("d", record(body=b"x" * 100))
    keys.put("e", record("other", body=b"x" * 100))
    assert [key for key, _ in keys] == ["d", "e"]


def test_repeatedly_freed_keys_leave_nothing_behind():
    keys = MemoryIdempotencyRecords()
    keys.claim("held", record())
    for number in range(1_000):
        keys.claim(str(number), record())
        keys.drop(str(number))
    assert len(keys._items.book("acme").entries) < 20


@pytest.mark.parametrize("items", [MemoryAccessTokens, MemoryIdempotencyRecords])
def test_items_of_a_forgotten_tenant_are_gone_at_once_and_freed_later(items, monkeypatch):
    for name in ("MAX_TOKENS", "MAX_KEYS"):
        monkeypatch.setattr(limits, name, 10_000)
    stored = items()
    for number in range(100):
        add(stored, "acme", number)
    stored.forget("acme")
    assert (list(stored), stored.get("acme-50")) == ([], None)
    for number in range(20):
        add(stored, "other", number)
    assert len(stored._items) == len(list(stored)) == 20


def add(stored, tenant, number):
    if isinstance(stored, MemoryAccessTokens):
        stored.add(token(number, tenant))
    else:
        stored.claim(f"{tenant}-{number}", record(tenant))
