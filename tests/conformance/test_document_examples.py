"""The examples of requests in both OpenAPI documents work as they are, apart from ids."""

import json
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from mock_zuora import MockZuora
from mock_zuora.admin.examples import BODIES
from mock_zuora.api.openapi.examples import EXAMPLES
from mock_zuora.api.openapi.postman_steps import FOLDERS

STEPS = [step.operation for steps in FOLDERS.values() for step in steps]
FIRST = ["tenants.add", "define", "add_records", "snapshots.save", "jobs.fill", "jobs.fail_next", "faults.add"]
"""What other operations need."""
LAST = [
    "jobs.fail",
    "faults.remove",
    "snapshots.restore",
    "snapshots.drop",
    "tenants.drop",
    "seed",
    "import_state",
    "reset",
]
CREATING = {"jobs.fill": "jobs", "faults.add": "faults", "add_records": "objects"}
"""Operations whose result has the id that operations with this prefix need."""
QUERIES = {"jobs.wait": "?status=pending"}


@pytest.fixture
def zuora():
    with MockZuora(auth="lenient") as zuora:
        yield zuora


def document_of(zuora, path):
    """Returns the operations of a document by id, with their method and path."""
    document = json.loads(urlopen(zuora.url + path).read())
    components = document["components"].get("parameters", {})
    found = {}
    for place, methods in document["paths"].items():
        for method, operation in methods.items():
            listed = [
                components[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                for each in operation["parameters"]
            ]
            found[operation["operationId"]] = (method.upper(), place, operation, listed)
    return found


def values(listed, kind):
    return {each["name"]: each["example"] for each in listed if each["in"] == kind and "example" in each}


def filled(path, names):
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def body_of(operation):
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        is_form = media_type == "application/x-www-form-urlencoded"
        return media_type, urlencode(media["example"]) if is_form else media["example"]
    return None, None


def test_examples_of_the_api_work_in_the_order_of_the_collection(zuora, call):
    operations, ids = document_of(zuora, "/openapi.json"), {}
    assert set(STEPS) == operations.keys()
    for name in STEPS:
        if name == "Delete_CustomObjectDefinitionByType":
            # The collection deletes by id what the examples do not.
            for record in zuora.records("vehicle"):
                call(zuora, "DELETE", f"/objects/records/default/vehicle/{record['Id']}")
        method, path, operation, listed = operations[name]
        content_type, body = body_of(operation)
        headers = values(listed, "header") | ({"Content-Type": content_type} if content_type else {})
        # The helper does not decompress.
        headers["Accept-Encoding"] = "identity"
        status, received = call(zuora, method, filled(path, values(listed, "path") | ids), body, **headers)
        assert status == 200, (name, received)
        if name in ("POST_CustomObjectBulkJob", "POST_CustomObjectRecords"):
            ids["id"] = received.get("Id") or received["records"][0]["Id"]


def test_query_examples_of_lists_work_one_by_one(zuora, call):
    call(zuora, "POST", "/objects/definitions/default", EXAMPLES["new definitions"])
    for method, path, _, listed in document_of(zuora, "/openapi.json").values():
        for key, value in values(listed, "query").items():
            options = {"pageSize": 5, key: value} if key == "page" else {key: value}
            place = f"{path.replace('{object}', 'vehicle')}?{urlencode(options, doseq=True)}"
            assert call(zuora, method, place)[0] == 200, place


def test_examples_of_the_control_api_work(zuora, call):
    operations, ids = document_of(zuora, "/__mock/openapi.json"), {}
    assert BODIES.keys() == {name for name, (_, _, operation, _) in operations.items() if "requestBody" in operation}
    for name in ("jobs.file", "jobs.step", "jobs.complete"):
        zuora.jobs.hold_next()
        ids[name] = call(zuora, "POST", "/objects/jobs", {**EXAMPLES["submission"], "object": "car"})[1]["Id"]
        call(zuora, "POST", f"/objects/jobs/{ids[name]}/files", EXAMPLES["CSV file"])
    ids["requests"] = zuora.requests[0].id
    shown = [name for name, (_, _, _, listed) in operations.items() if name in BODIES or values(listed, "path")]
    for name in [*FIRST, *(each for each in shown if each not in (*FIRST, *LAST)), *LAST]:
        method, path, operation, listed = operations[name]
        own_id = ids.get(name, ids.get(name.partition(".")[0]))
        if name == "jobs.remove_outcome":
            own_id = zuora.jobs.outcomes().plans[0].id
        place = filled(path, values(listed, "path") | ({"id": own_id} if own_id else {}))
        status, received = call(zuora, method, place + QUERIES.get(name, ""), body_of(operation)[1])
        assert status < 300, (name, received)
        if name in CREATING:
            first = received[0] if isinstance(received, list) else received
            ids[CREATING[name]] = first.get("Id") or first["id"]
