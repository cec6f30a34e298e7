"""The stores that the contract holds for: a new one is a new line here."""

import pytest

from mock_zuora.domain.access.access_tokens import AccessTokenRepository
from mock_zuora.domain.access.idempotency_keys import IdempotencyRepository
from mock_zuora.domain.ports import TenantStore
from mock_zuora.storage.memory import MemoryAccessTokens, MemoryIdempotencyRecords, MemoryTenantStore


@pytest.fixture(params=[MemoryTenantStore])
def store(request: pytest.FixtureRequest) -> TenantStore:
    made: TenantStore = request.param()
    return made


@pytest.fixture(params=[MemoryAccessTokens])
def tokens(request: pytest.FixtureRequest) -> AccessTokenRepository:
    made: AccessTokenRepository = request.param()
    return made


@pytest.fixture(params=[MemoryIdempotencyRecords])
def idempotency_records(request: pytest.FixtureRequest) -> IdempotencyRepository:
    made: IdempotencyRepository = request.param()
    return made
