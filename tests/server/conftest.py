"""Servers with a state file."""

import pytest

from mock_zuora import MockZuora


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


@pytest.fixture
def keep(path):
    """Starts a server with the state file."""
    return lambda **settings: MockZuora(state=str(path), **settings)
