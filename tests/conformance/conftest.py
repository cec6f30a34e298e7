"""Fixtures of the conformance tests: the OpenAPI document, servers on sockets, and the official client.

Each test of the official client has its own tenant, which its client id selects.
"""

import gc
import importlib
import itertools
import json
import uuid
from pathlib import Path

import pytest

from mock_zuora.config.settings import Settings, load_settings
from mock_zuora.server.server import Server

ROOT = Path(__file__).parents[2]
TENANTS = 600
VEHICLE = {
    "object": "vehicle",
    "label": "Vehicle",
    "required": ["brand__c"],
    "filterable": ["brand__c", "plate__c"],
    "unique": ["plate__c"],
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "plate__c": {"type": "string", "label": "Plate"},
        "color__c": {"type": "string", "label": "Color"},
        "seats__c": {"type": "integer", "label": "Seats"},
    },
}


def _client_id(number):
    # The official client requires at least 36 characters.
    return str(uuid.UUID(int=number + 1))


def _tenant(number):
    return {
        "name": f"tenant-{number}",
        "clients": [{"id": _client_id(number), "secret": f"secret-{number}"}],
        "definitions": [VEHICLE],
        # The first retrieval after an upload returns in_progress, the second the final status, so that no test waits.
        "settings": {"transitions": "polls", "processing_polls": 1},
    }


@pytest.fixture(scope="session")
def official_server_url(tmp_path_factory):
    """The base URL of a server with many tenants. Clients know only the URL and their credentials."""
    seed = tmp_path_factory.mktemp("seed") / "seed.json"
    seed.write_text(json.dumps({"tenants": [_tenant(number) for number in range(TENANTS)]}), "utf-8")
    server = Server(Settings(port=0, seed=str(seed)))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def unused_tenants():
    return itertools.count()


@pytest.fixture
def credentials(unused_tenants):
    """The client id and secret of a tenant for one test. It has the object ``vehicle``, and polls advance its jobs."""
    number = next(unused_tenants)
    return _client_id(number), f"secret-{number}"


@pytest.fixture(scope="session")
def sdk():
    """The package of the official client. It is imported here because the import takes ten seconds."""
    # Garbage collection is off during the import, which makes it a quarter faster.
    gc.disable()
    importlib.import_module("zuora_sdk.zuora_client")
    gc.freeze()
    gc.enable()
    return importlib.import_module("zuora_sdk")


@pytest.fixture
def make_official_client(sdk, official_server_url):
    """Creates an official client. With valid credentials it has an access token."""

    def make(client_id, client_secret):
        client = sdk.zuora_client.ZuoraClient(client_id, client_secret, env=None)
        client.set_base_url(official_server_url)
        client.set_retry_config(1, 1)
        # initialize() would also start a thread that renews the token.
        client.refresh_token()
        return client

    return make


@pytest.fixture
def official_client(make_official_client, credentials):
    """The official client with an access token of its own tenant."""
    client = make_official_client(*credentials)
    assert client.get_token_info()["access_token"]
    yield client
    client.api_client.rest_client.pool_manager.clear()


@pytest.fixture(scope="session")
def committed():
    """The committed OpenAPI document as text."""
    return (ROOT / "openapi" / "mock_zuora.json").read_text("utf-8")


@pytest.fixture(scope="session")
def document(committed):
    """The OpenAPI document."""
    return json.loads(committed)


def _running():
    servers = []

    def run(**settings):
        server = Server(load_settings({"port": "0", "rate_limits": "off", **settings}))
        servers.append(server)
        server.start()
        return server

    yield run
    for server in servers:
        server.stop()


@pytest.fixture
def run_server():
    """Starts servers with the given settings, each in a thread on a free port. They stop at the end of the test."""
    yield from _running()


@pytest.fixture(scope="module")
def run_servers():
    """Starts servers that stop after the last test of the file."""
    yield from _running()
