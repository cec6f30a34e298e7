"""What the tests of the contract share: our document, servers on sockets, and the official client.

Each test of the official client has a tenant of its own, by its client id.
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
TENANTS = 200
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
    # The official client insists on at least 36 characters.
    return str(uuid.UUID(int=number + 1))


def _tenant(number):
    return {
        "name": f"tenant-{number}",
        "clients": [{"id": _client_id(number), "secret": f"secret-{number}"}],
        "definitions": [VEHICLE],
        # The first retrieval after an upload sees in_progress, the second the end: nobody waits for a clock.
        "settings": {"transitions": "polls", "processing_polls": 1},
    }


@pytest.fixture(scope="session")
def official_server_url(tmp_path_factory):
    """The base URL of a server with many tenants: all that a client knows, beside its credentials."""
    seed = tmp_path_factory.mktemp("seed") / "seed.json"
    seed.write_text(json.dumps({"tenants": [_tenant(number) for number in range(TENANTS)]}))
    server = Server(Settings(port=0, seed=str(seed)))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def unused_tenants():
    return itertools.count()


@pytest.fixture
def credentials(unused_tenants):
    """Client id and secret of a tenant of this test alone. It has the object ``vehicle``, and jobs move by polls."""
    number = next(unused_tenants)
    return _client_id(number), f"secret-{number}"


@pytest.fixture(scope="session")
def sdk():
    """The official client's package. To import it takes ten seconds, so only who runs these tests does."""
    # Its thousands of models are all there to stay: without the collector it takes a quarter less.
    gc.disable()
    importlib.import_module("zuora_sdk.zuora_client")
    gc.freeze()
    gc.enable()
    return importlib.import_module("zuora_sdk")


@pytest.fixture
def make_official_client(sdk, official_server_url):
    """Makes an official client; with good credentials it has a token."""

    def make(client_id, client_secret):
        client = sdk.zuora_client.ZuoraClient(client_id, client_secret, env=None)
        client.set_base_url(official_server_url)
        client.set_retry_config(1, 1)
        # Not initialize(), which does the same and leaves a thread behind that renews the token.
        client.refresh_token()
        return client

    return make


@pytest.fixture
def official_client(make_official_client, credentials):
    """The official client with a token, in a tenant of its own."""
    client = make_official_client(*credentials)
    assert client.get_token_info()["access_token"]
    yield client
    client.api_client.rest_client.pool_manager.clear()


@pytest.fixture(scope="session")
def committed():
    """Our OpenAPI document as it is committed, as text."""
    return (ROOT / "openapi" / "mock_zuora.json").read_text()


@pytest.fixture(scope="session")
def document(committed):
    """Our OpenAPI document."""
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
    """Runs servers of the given settings, each in a thread and on a free port, until the test ends."""
    yield from _running()


@pytest.fixture(scope="module")
def run_servers():
    """The same until the last test of the file ends."""
    yield from _running()
