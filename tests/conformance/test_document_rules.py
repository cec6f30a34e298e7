"""Rules that both OpenAPI documents keep, because linters and generators of clients need them."""

import json
import re
from urllib.request import Request, urlopen

import jsonschema_rs
import pytest

from mock_zuora import MockZuora
from mock_zuora.control.documents import DEFAULT_URL
from tests.conformance.documents import operations, resolved

PATHS = {"api": "/openapi.json", "control": "/__mock/openapi.json"}
WITHOUT_EXAMPLE = {"Content-Encoding", "Idempotency-Key"}


@pytest.fixture(scope="module")
def zuora():
    with MockZuora() as zuora:
        yield zuora


@pytest.fixture(params=PATHS)
def document(request, zuora):
    """Either document, as the server sends it."""
    with urlopen(zuora.url + PATHS[request.param]) as response:
        return json.loads(response.read())


def parameters(document):
    for name, operation in operations(document):
        for each in operation["parameters"]:
            parameter = resolved(document, each)
            yield f"{name} {parameter['name']}", parameter


def bodies(document):
    for name, operation in operations(document):
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} {media_type}", media


def nodes(node):
    """Yields every object below a node, and the node itself."""
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(each)


def schemas(document):
    """Yields every schema of the document, of any depth."""
    tops = [*document["components"]["schemas"].values()]
    tops += [each["schema"] for each in nodes([document["paths"], document["components"]]) if "schema" in each]
    return [each for each in nodes(tops) if isinstance(each.get("type", each.get("$ref")), str)]


def references(document, node):
    """Returns the names of the component schemas that a node refers to, directly and indirectly."""
    found, waiting = set(), [node]
    while waiting:
        names = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(waiting.pop()))) - found
        found |= names
        waiting += [document["components"]["schemas"][name] for name in names]
    return found


def fits(document, schema, value):
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})
    return validator.is_valid(value)


def test_server_is_the_running_one(document, zuora):
    assert [each["url"] for each in document["servers"]] == [zuora.url]


@pytest.mark.parametrize("path", [*PATHS.values(), "/__mock/postman.json"])
def test_url_is_the_one_that_the_client_uses(zuora, path):
    request = Request(zuora.url + path, headers={"Host": "zuora:18080"})
    text = urlopen(request).read().decode()
    assert text.count('"http://zuora:18080"') == 1
    assert f'"{DEFAULT_URL}"' not in text


@pytest.mark.parametrize("host", ['a"b', "a/b", ""])
def test_invalid_host_is_not_repeated(zuora, host):
    text = urlopen(Request(f"{zuora.url}/openapi.json", headers={"Host": host})).read().decode()
    assert json.loads(text)["servers"][0]["url"] == DEFAULT_URL


def test_document_names_contact_and_license(document):
    assert document["info"]["contact"]["url"].startswith("https://")
    assert document["info"]["license"]["name"] == "Apache-2.0"


def test_every_tag_is_declared_and_used(document):
    declared = [each["name"] for each in document["tags"]]
    assert all(each["description"].endswith(".") for each in document["tags"])
    assert len(set(declared)) == len(declared)
    assert {tag for _, operation in operations(document) for tag in operation["tags"]} == set(declared)


def test_every_operation_has_an_id_a_summary_and_a_description(document):
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    assert [name for name, each in operations(document) if not each["summary"] or not each["description"]] == []


def test_every_operation_declares_its_security(document):
    schemes = document["components"]["securitySchemes"]
    for name, operation in operations(document):
        needs = operation.get("security", document.get("security"))
        assert needs is not None, name
        assert {scheme for need in needs for scheme in need} <= schemes.keys()
    assert schemes


def test_every_path_parameter_has_an_example_that_fits(document):
    missing = [
        place
        for place, each in parameters(document)
        if each["in"] == "path" and not fits(document, each["schema"], each.get("example"))
    ]
    assert missing == []


def test_every_header_has_an_example_but_those_that_change_the_request(document):
    for place, each in parameters(document):
        if each["in"] == "header":
            assert ("example" in each) is (each["name"] not in WITHOUT_EXAMPLE), place
            assert not {"example", "examples"} & each["schema"].keys(), place
        if "example" in each:
            assert fits(document, each["schema"], each["example"]), place


def test_every_body_has_an_example_that_fits(document):
    misfits = [place for place, media in bodies(document) if not fits(document, media["schema"], media.get("example"))]
    assert misfits == []


def test_schemas_of_requests_have_no_defaults(document):
    of_requests = [media["schema"] for _, media in bodies(document)]
    used = [document["components"]["schemas"][name] for name in references(document, of_requests)]
    found = [
        name
        for schema in nodes([*of_requests, *used])
        for name, each in schema.get("properties", {}).items()
        if isinstance(each, dict) and "default" in each
    ]
    assert found == []


def test_a_single_value_is_an_enum(document):
    # Several generators do not know const.
    assert [each["const"] for each in schemas(document) if "const" in each] == []


def test_arrays_have_items(document):
    arrays = [each for each in schemas(document) if each.get("type") == "array"]
    assert len(arrays) > 5
    assert [each for each in arrays if not each.get("items")] == []


def test_additional_properties_include_the_types_of_the_named_ones(document):
    # Generated clients give an object one type for all keys.
    checked = 0
    for schema in schemas(document):
        others = schema.get("additionalProperties")
        if schema.get("properties") and isinstance(others, dict):
            allowed = [json.dumps(each) for each in others.get("anyOf", [others])]
            assert {json.dumps(each) for each in schema["properties"].values()} <= set(allowed)
            checked += 1
    assert checked == (document["info"]["title"] == "mock_zuora: Custom Object Jobs")


def test_every_component_is_used(document):
    text = json.dumps(document)
    used = set(re.findall(r"#/components/(\w+)/([\w-]+)", text))
    declared = {
        (section, name)
        for section, components in document["components"].items()
        if section != "securitySchemes"
        for name in components
    }
    assert used == declared
    reached = references(document, [document["paths"], document["components"].get("responses")])
    assert reached == document["components"]["schemas"].keys()
