"""The stores that the contract holds for: a new one is a new line here."""

import pytest

from mock_zuora.core.replays import ReplayRepository
from mock_zuora.core.store import TenantStore
from mock_zuora.core.tokens import TokenRepository
from mock_zuora.stores.memory import MemoryReplays, MemoryTenantStore, MemoryTokens


@pytest.fixture(params=[MemoryTenantStore])
def store(request: pytest.FixtureRequest) -> TenantStore:
    made: TenantStore = request.param()
    return made


@pytest.fixture(params=[MemoryTokens])
def tokens(request: pytest.FixtureRequest) -> TokenRepository:
    made: TokenRepository = request.param()
    return made


@pytest.fixture(params=[MemoryReplays])
def replays(request: pytest.FixtureRequest) -> ReplayRepository:
    made: ReplayRepository = request.param()
    return made
