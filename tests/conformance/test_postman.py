"""The Postman collection of the emulated API. ``make openapi-tools`` runs it with newman and Bruno."""

import json
import re
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from mock_zuora import MockZuora
from mock_zuora.cli.main import main
from mock_zuora.control.documents import DEFAULT_URL
from mock_zuora.server.app import postman_json


@pytest.fixture(scope="module")
def collection():
    return json.loads(postman_json())


def items(collection):
    return [each for folder in collection["item"] for each in folder["item"]]


def place_of(item):
    """Returns the method and path of a request as the OpenAPI document has them."""
    path = item["request"]["url"]["raw"].removeprefix("{{baseUrl}}")
    names = {"jobId": "id", "cancelledJobId": "id", "recordId": "id", "object": "object"}
    return item["request"]["method"], re.sub(r"\{\{(\w+)\}\}", lambda found: f"{{{names[found[1]]}}}", path)


def used(node):
    return set(re.findall(r"\{\{(\w+)\}\}", json.dumps(node)))


def test_collection_has_every_operation_and_submits_twice(collection, document):
    declared = [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]
    assert sorted(map(place_of, items(collection))) == sorted([*declared, ("POST", "/objects/jobs")])


def test_every_request_has_a_name_of_its_own(collection):
    names = [each["name"] for each in items(collection)]
    assert len(set(names)) == len(names)


def test_every_variable_has_a_value_before_it_is_used(collection):
    known = {each["key"]: each["value"] for each in collection["variable"]}
    assert known["baseUrl"] == DEFAULT_URL
    have_values = {key for key, value in known.items() if value}
    for each in items(collection):
        assert used(each["request"]) <= have_values, each["name"]
        script = "\n".join(each["event"][0]["script"]["exec"])
        saved = set(re.findall(r'pm\.collectionVariables\.set\("(\w+)"', script))
        assert saved <= known.keys()
        have_values |= saved


def test_every_request_but_that_for_a_token_has_the_token(collection):
    assert collection["auth"]["bearer"][0]["value"] == "{{accessToken}}"
    first, *others = items(collection)
    assert first["request"]["auth"] == {"type": "noauth"}
    assert [each["name"] for each in others if "auth" in each["request"]] == []


def test_optional_headers_and_parameters_are_not_sent(collection):
    for each in items(collection):
        request = each["request"]
        sent = [header["key"] for header in request["header"] if not header.get("disabled")]
        assert sent == (["Content-Type"] if "body" in request else [])
        assert all(parameter["disabled"] for parameter in request["url"].get("query", []))


def test_every_json_body_is_json(collection):
    raw = [each["request"].get("body", {}) for each in items(collection)]
    texts = [body["raw"] for body in raw if body.get("options")]
    assert len(texts) == 8
    for text in texts:
        json.loads(text)


def test_command_prints_the_collection(capsys):
    main(["postman"])
    assert capsys.readouterr().out == postman_json()


@pytest.mark.fidelity("mock-22")
def test_server_sends_the_collection_with_its_own_url():
    with MockZuora() as zuora, urlopen(f"{zuora.url}/__mock/postman.json") as response:
        assert response.headers["Content-Type"] == "application/json"
        sent = json.loads(response.read())
        assert {each["key"]: each["value"] for each in sent["variable"]}["baseUrl"] == zuora.url


def test_collection_needs_the_control_token():
    with MockZuora(control="token", control_token="t0ken") as zuora, pytest.raises(HTTPError, match="401"):
        urlopen(f"{zuora.url}/__mock/postman.json")
