"""The Postman collection runs in Postman's own runner and in Bruno's, and Insomnia imports it."""

import json
from urllib.request import urlopen

import pytest

from mock_zuora import MockZuora
from mock_zuora.api.app import operation_ids

pytestmark = pytest.mark.openapi_tools


@pytest.fixture(params=["immediate", "time", "polls"])
def server(request):
    """A server with strict authentication."""
    with MockZuora(transitions=request.param) as zuora:
        yield zuora


@pytest.fixture
def collection(server, tmp_path):
    """The collection with the credentials of a client."""
    client = server.client()
    text = urlopen(f"{server.url}/__mock/postman.json").read().decode()
    path = tmp_path / "collection.json"
    path.write_text(text.replace("my-client", client.client_id).replace("my-secret", client.client_secret), "utf-8")
    return path


def assert_every_operation_succeeded(server):
    requests = server.requests.find()
    assert {each.status for each in requests} == {200}
    assert {each.operation for each in requests} == set(operation_ids())
    assert server.warnings() == []


def test_newman_runs_the_collection_twice(run, server, collection):
    run("newman", "run", collection, "--bail", "--iteration-count", "2")
    assert_every_operation_succeeded(server)


@pytest.mark.parametrize("server", ["time"], indirect=True)
def test_bruno_runs_the_collection(run, files, server, collection, tmp_path):
    files("collections")
    run("node", "bruno.js", collection, "bruno")
    run("bru", "run", "-r", "--noproxy", cwd=tmp_path / "bruno")
    assert_every_operation_succeeded(server)


@pytest.mark.parametrize("server", ["immediate"], indirect=True)
def test_insomnia_imports_the_collection(run, files, collection):
    files("collections")
    imported = json.loads(run("node", "insomnia.js", collection))["data"]["resources"]
    requests = [each for each in imported if each["_type"] == "request"]
    assert len(requests) == len(operation_ids()) + 1
    assert all(each["url"].startswith("{{baseUrl}}/") for each in requests)
    assert all(header["value"] for each in requests for header in each["headers"])
