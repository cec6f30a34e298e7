"""What the tests of the contract share: our document, and a server on a socket of its own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_zuora.server import Server
from mock_zuora.settings import load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def committed() -> str:
    """Our OpenAPI document as it is committed, as text."""
    return (ROOT / "openapi" / "mock_zuora.json").read_text()


@pytest.fixture(scope="session")
def document(committed: str) -> dict[str, Any]:
    """Our OpenAPI document."""
    made: dict[str, Any] = json.loads(committed)
    return made


@pytest.fixture
def run_server() -> Iterator[Callable[..., Server]]:
    """Runs servers of the given settings, each in a thread and on a free port, until the test ends."""
    servers: list[Server] = []

    def run(**settings: str) -> Server:
        server = Server(load_settings({"port": "0", "rate_limits": "off", **settings}))
        servers.append(server)
        server.start()
        return server

    yield run
    for server in servers:
        server.stop()
