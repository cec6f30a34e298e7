"""The implementations of the storage ports that the contract tests run with."""

import pytest

from mock_zuora.domain.access.access_tokens import AccessTokenRepository
from mock_zuora.domain.access.idempotency_keys import IdempotencyRepository
from mock_zuora.domain.ports import TenantStore
from mock_zuora.storage.access import MemoryAccessTokens, MemoryIdempotencyRecords
from mock_zuora.storage.memory import MemoryTenantStore


@pytest.fixture(params=[MemoryTenantStore])
def store(request: pytest.FixtureRequest) -> TenantStore:
    implementation: TenantStore = request.param()
    return implementation


@pytest.fixture(params=[MemoryAccessTokens])
def tokens(request: pytest.FixtureRequest) -> AccessTokenRepository:
    implementation: AccessTokenRepository = request.param()
    return implementation


@pytest.fixture(params=[MemoryIdempotencyRecords])
def idempotency_records(request: pytest.FixtureRequest) -> IdempotencyRepository:
    implementation: IdempotencyRepository = request.param()
    return implementation
