"""The OpenAPI document is current, complete and consistent, and is built only on demand."""

import json
import subprocess
import sys

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute

from mock_zuora.api.app import ROUTERS
from mock_zuora.api.errors import HTTP_STATUS
from mock_zuora.api.openapi.examples import EXAMPLES
from mock_zuora.cli.main import main
from mock_zuora.domain.errors import Category
from mock_zuora.server.app import openapi_json
from scripts.docs.refusals import REFUSALS
from tests.conformance.documents import operations, resolved

DOCUMENTED_CODES = [
    71013040, 71013020, 71013021, 71013522, 71013520, 71000222, 71000220, 71000122, 71000120, 71000040, 71013230,
    71013322, 71013330, 71013320, 71013321, 71013620, 71013630, 71013721, 71013722, 71013720, 71013730,
    71013530, 71013030, 71013120, 71012522, 71012523, 71012524, 71012525, 71012526, 71012520, 71012530, 71012540,
    71012512, 71012513, 71012514, 71012515, 90000011,
]  # fmt: skip


def responses(document):
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            yield f"{name} {status}", resolved(document, response)


def examples(document):
    """Yields every example of a body with its place and schema."""
    for name, operation in operations(document):
        if "requestBody" in operation:
            for media_type, media in operation["requestBody"]["content"].items():
                if "csv" not in media_type:
                    yield f"{name} body", media["schema"], media["example"]
    for name, response in responses(document):
        media = response["content"]["application/json"]
        body_examples = {"": {"value": media["example"]}} if "example" in media else media["examples"]
        for key, example in body_examples.items():
            yield f"{name} {key}", media["schema"], resolved(document, example)["value"]


def errors_of(document):
    """Yields every error example with its place, status and body."""
    for name, response in responses(document):
        for key, example in response["content"]["application/json"].get("examples", {}).items():
            yield f"{name} {key}", int(name.rpartition(" ")[2]), resolved(document, example)["value"]


def codes_in(body):
    return [body["code"]] if "code" in body else []


def test_committed_document_is_current(committed):
    assert committed == openapi_json(), "make openapi updates it"


def test_command_prints_the_document(committed, capsys):
    main(["openapi"])
    assert capsys.readouterr().out == committed


@pytest.mark.anyio
async def test_document_is_served_without_a_token(committed, client):
    del client.headers["Authorization"]
    response = await client.get("/openapi.json")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.text == committed.replace("http://127.0.0.1:8080", "http://localhost:8080")


@pytest.mark.anyio
async def test_post_to_the_document_is_not_allowed(client):
    response = await client.post("/openapi.json")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


def test_startup_does_not_import_the_document_generator():
    names = "[m for m in sys.modules if m.startswith('mock_zuora.api.openapi')]"
    code = f"import sys, mock_zuora.server.server; print({names})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "[]\n"


def test_every_operation_is_in_the_document(document):
    served = {
        f"{method} {route.path}": route.operation_id
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    assert {name: operation["operationId"] for name, operation in operations(document)} == served


def test_every_schema_is_valid_json_schema_2020_12(document):
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})


def test_every_example_fits_its_schema(document):
    checked = 0
    for place, schema, value in examples(document):
        validator = jsonschema_rs.Draft202012Validator(
            {**schema, "components": document["components"]}, validate_formats=True
        )
        assert not [f"{place}: {error.message}" for error in validator.iter_errors(value)]
        checked += 1
    assert checked > 100


def test_every_example_is_used(document):
    used = [value for _, _, value in examples(document)]
    assert [name for name, value in EXAMPLES.items() if value not in used and name != "CSV file"] == []


def test_every_error_status_has_an_example(document):
    for place, response in responses(document):
        shown = response["content"]["application/json"].get("examples", {})
        if not place.endswith(" 200"):
            assert list(shown) == ["error"], place


def test_every_error_example_has_the_status_of_its_category(document):
    statuses = {category.value: status for category, status in HTTP_STATUS.items()}
    for place, status, body in errors_of(document):
        for code in codes_in(body):
            if status == 401 and code in (71012515, 71012514):
                # The two operations on several records; see the assumption record-permission-status.
                assert "/{object} 401" in place
            elif code // 100 != 900000 and status != 412:
                assert statuses[code % 100] == status, place
    assert set(statuses) == {category.value for category in Category}


@pytest.mark.parametrize("code", DOCUMENTED_CODES)
def test_every_documented_error_code_has_an_example_on_the_page(code):
    assert code in {refusal.code for refusal in REFUSALS}


def test_every_operation_declares_security_and_common_parameters(document):
    always = {"Zuora-Version", "Zuora-Track-Id", "Zuora-Entity-Ids", "Zuora-Org-Ids", "Accept-Encoding"}
    for name, operation in operations(document):
        sent = {resolved(document, each)["name"] for each in operation["parameters"]}
        if operation["operationId"] != "createToken":
            assert operation["security"] == [{"token": []}]
            assert always <= sent
            assert ("Content-Encoding" in sent) is ("requestBody" in operation)
        assert ("Idempotency-Key" in sent) is (name.startswith(("POST /objects", "PATCH")))


def test_every_response_declares_its_headers(document):
    for name, response in responses(document):
        assert "Zuora-Request-Id" in response["headers"], name
        if not name.startswith("POST /oauth"):
            assert {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(response["headers"]), name


def test_every_link_uses_parameters_of_its_operation(document):
    parameters = {
        operation["operationId"]: {resolved(document, each)["name"] for each in operation["parameters"]}
        for _, operation in operations(document)
    }
    links = [link for _, response in responses(document) for link in response.get("links", {}).values()]
    assert links
    for link in links:
        assert set(link["parameters"]) <= parameters[link["operationId"]]


def test_document_is_ascii(committed):
    assert committed.isascii()
    assert json.loads(committed)["openapi"].startswith("3.1.")
