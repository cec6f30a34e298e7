"""The examples of errors in the OpenAPI document are what the server says: each is provoked and compared."""

import http.client
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from mock_zuora import MockZuora
from tests.conformance.vehicle import VEHICLE

DOCUMENT = json.loads((Path(__file__).parents[2] / "openapi" / "mock_zuora.json").read_text("utf-8"))
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
EXAMPLE_ID = "5112347a-f7a1-4373-99df-c082984de7be"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
KEY = {"Idempotency-Key": "order-4711"}
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Sent:
    """A request. Without changes, the server accepts it."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None


Send = Callable[[Sent], tuple[int, Any]]


@pytest.fixture
def zuora():
    """A server with a defined object that has three records, and jobs that wait."""
    with MockZuora(transitions="manual", definitions="strict") as zuora:
        zuora.seed({"definitions": [VEHICLE], "records": {"vehicle": [{"brand__c": "Volvo"}] * 3}})
        yield zuora


@pytest.fixture
def send(zuora, call) -> Send:
    return lambda sent: call(zuora, sent.method, sent.path, sent.body, sent.token, **sent.headers)


def usual_request(zuora: MockZuora, send: Send, operation_id: str) -> Sent:
    """A request with the body of the document's example."""
    method, path, operation = OPERATIONS[operation_id]
    if "/jobs/{id}" in path:
        job = {"operation": "create", "object": "vehicle", "namespace": "default"}
        path = path.replace("{id}", send(Sent("POST", "/objects/jobs", job))[1]["Id"])
    path = path.replace("{object}", "vehicle").replace("{id}", zuora.records("vehicle")[0]["Id"])
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        body = urlencode(media["example"]) if media_type == FORM else media["example"]
        return Sent(method, path, body, {"Content-Type": media_type})
    return Sent(method, path)


# What makes a request fail: a change of the request, of the server, or of both.


def with_headers(sent: Sent, **headers: str) -> Sent:
    return replace(sent, headers={**sent.headers, **{name.replace("_", "-"): each for name, each in headers.items()}})


def with_body(body: Any):
    return lambda zuora, send, sent: replace(sent, body=body)


def with_query(query: str):
    return lambda zuora, send, sent: replace(sent, path=f"{sent.path}?{query}")


def with_permissions(*permissions: str):
    return lambda zuora, send, sent: replace(sent, token=zuora.token(permissions))


def with_invalid_track_id(zuora, send, sent):
    return with_headers(sent, Zuora_Track_Id="order:4711")


def with_foreign_entity(zuora, send, sent):
    zuora.seed({"entities": ["ours"]})
    return with_headers(sent, Zuora_Entity_Ids=EXAMPLE_ID)


def with_other_version(zuora, send, sent):
    send(Sent("PATCH", sent.path, {"color__c": "red"}, {"Content-Type": "application/merge-patch+json"}))
    return with_headers(sent, If_Match='"1"')


def with_key_of_another_request(zuora, send, sent):
    zuora.configure(assume={"idempotency-key": "honoured"})
    send(Sent("PATCH", "/objects/jobs/unknown/cancel", headers=KEY))
    return replace(sent, headers={**sent.headers, **KEY})


def without_token(zuora, send, sent):
    return with_headers(sent, Authorization="Basic abc")


def of_unknown_id(zuora, send, sent):
    return replace(sent, path=re.sub(UUID, EXAMPLE_ID, sent.path))


def of_unknown_object(zuora, send, sent):
    zuora.seed({"definitions": [], "records": {}})
    return sent


def of_unknown_client(zuora, send, sent):
    # Otherwise a client that no tenant lists is accepted.
    zuora.configure(auth="strict")
    return sent


def of_other_method(zuora, send, sent):
    posted = Sent("POST", sent.path)
    return posted if send(posted)[0] == 405 else Sent("PUT", sent.path)


def of_completed_job(zuora, send, sent):
    send(Sent("POST", sent.path.replace("/cancel", "/files"), "brand__c\nSaab\n"))
    zuora.jobs.step(sent.path.split("/")[3])
    return sent


def over_the_rate_limit(zuora, send, sent):
    zuora.configure(rate_limits="1,100,100")
    send(sent)
    return sent


def after_100_token_requests(zuora, send, sent):
    zuora.configure(strict=True)
    for _ in range(100):
        send(sent)
    return sent


def under_high_load(zuora, send, sent):
    zuora.faults.add(status=500, code=71012561, message="Service limit reached, please retry later.")
    return sent


USUAL = {
    400: with_invalid_track_id,
    401: without_token,
    403: with_foreign_entity,
    404: of_unknown_object,
    405: of_other_method,
    412: with_other_version,
    422: with_key_of_another_request,
    429: over_the_rate_limit,
    500: under_high_load,
}
OF_OPERATIONS = {
    ("createToken", 429): after_100_token_requests,
    ("POST_CustomObjectBulkJob", 400): with_body({"operation": "upsert", "object": "vehicle", "namespace": "default"}),
    ("POST_CustomObjectBulkJob", 403): with_permissions("view"),
    ("GET_AllCustomObjectBulkJobs", 400): with_query("pageSize=101"),
    ("GET_CustomObjectBulkJob", 403): with_permissions("edit"),
    ("GET_CustomObjectBulkJob", 404): of_unknown_id,
    ("POST_UploadFileForCustomObjectBulkJob", 400): with_body("colour__c\nred\n"),
    ("POST_UploadFileForCustomObjectBulkJob", 403): with_permissions("view"),
    ("POST_UploadFileForCustomObjectBulkJob", 404): of_unknown_id,
    ("GET_CustomObjectBulkJobErrors", 404): of_unknown_id,
    ("PATCH_CustomObjectBulkJob", 400): of_completed_job,
    ("PATCH_CustomObjectBulkJob", 404): of_unknown_id,
    ("GET_AllCustomObjectDefinitionsInNamespace", 400): with_query("select=label"),
    ("GET_AllCustomObjectDefinitionsInNamespace", 403): with_permissions("edit"),
    ("POST_CustomObjectDefinitions", 400): lambda zuora, send, sent: sent,
    ("POST_CustomObjectDefinitions", 403): with_permissions("view"),
    ("GET_CustomObjectDefinitionByType", 403): with_permissions("edit"),
    ("Delete_CustomObjectDefinitionByType", 400): lambda zuora, send, sent: sent,
    ("Delete_CustomObjectDefinitionByType", 403): with_permissions("view"),
    ("POST_UpdateCustomObjectDefinition", 400): with_body({"actions": [{}, {}]}),
    ("POST_UpdateCustomObjectDefinition", 403): with_permissions("view"),
    ("POST_CustomObjectRecords", 400): with_body({"records": [{"brand__c": "Volvo", "doors__c": "four"}]}),
    ("GET_AllRecordsForCustomObjectType", 400): with_query("q=color__c:red"),
    ("GET_AllRecordsForCustomObjectType", 403): with_permissions("edit"),
    ("GET_CustomObjectRecordByID", 403): with_permissions("edit"),
    ("GET_CustomObjectRecordByID", 404): of_unknown_id,
    ("PUT_CustomObjectRecord", 400): with_body({"brand__c": "Volvo", "doors__c": "four"}),
    ("PUT_CustomObjectRecord", 403): with_permissions("view"),
    ("PUT_CustomObjectRecord", 404): of_unknown_id,
    ("Patch_PartialUpdateCustomObjectRecord", 400): with_body({"doors__c": "four"}),
    ("Patch_PartialUpdateCustomObjectRecord", 403): with_permissions("view"),
    ("Patch_PartialUpdateCustomObjectRecord", 404): of_unknown_id,
    ("Delete_CustomObjectRecordByID", 403): with_permissions("view"),
    ("POST_CustomObjectRecordsBatchUpdateOrDelete", 400): with_body({"action": {"type": "replace"}}),
    ("createToken", 400): with_body("grant_type=client_credentials"),
    ("createToken", 401): of_unknown_client,
    ("POST_CustomObjectRecords", 401): with_permissions("view"),
    ("POST_CustomObjectRecordsBatchUpdateOrDelete", 401): with_permissions("view"),
}
"""By operation id and status, like the examples themselves in mock_zuora/api/openapi/error_examples.py."""


def error_examples() -> dict[tuple[str, int], Any]:
    found = {}
    for operation_id, (_, _, operation) in OPERATIONS.items():
        for status, response in operation["responses"].items():
            if "$ref" in response:
                response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
            for example in response["content"]["application/json"].get("examples", {}).values():
                found[operation_id, int(status)] = example["value"]
    return found


EXAMPLES = error_examples()
# Without a body, no request lasts long enough. The examples of all operations are the same.
OF_RUNNING_KEYS = [
    operation_id for operation_id, status in EXAMPLES if status == 409 and "requestBody" in OPERATIONS[operation_id][2]
]


def comparable(body: Any) -> Any:
    """A body without ids and seconds, which differ."""
    return json.loads(re.sub(r"\d+ seconds", "N seconds", re.sub(UUID, "<id>", json.dumps(body))))


@pytest.mark.parametrize(("operation_id", "status"), [each for each in EXAMPLES if each[1] != 409])
def test_example_is_what_the_server_says(zuora, send, operation_id, status):
    change = OF_OPERATIONS.get((operation_id, status), USUAL[status])
    sent = change(zuora, send, usual_request(zuora, send, operation_id))
    received, body = send(sent)
    assert (received, comparable(body)) == (status, comparable(EXAMPLES[operation_id, status]))


@pytest.mark.parametrize("operation_id", OF_RUNNING_KEYS)
def test_example_of_a_key_in_use_is_what_the_server_says(zuora, send, operation_id):
    sent = usual_request(zuora, send, operation_id)
    zuora.configure(assume={"idempotency-key": "honoured"})
    sent = replace(sent, headers={**sent.headers, **KEY})
    address = urlsplit(zuora.url)
    first = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    first.putrequest(sent.method, sent.path)
    expecting = {"Expect": "100-continue", "Content-Length": "100", "Authorization": f"Bearer {zuora.token()}"}
    for name, value in {**sent.headers, **expecting}.items():
        first.putheader(name, value)
    first.endheaders()
    # The server waits for the body, so the request is running.
    assert first.sock.recv(1_000).startswith(b"HTTP/1.1 100 ")
    received, body = send(sent)
    first.close()
    assert (received, body) == (409, EXAMPLES[operation_id, 409])


def test_every_shared_response_is_used():
    used = set(re.findall(r"#/components/responses/(\w+)", json.dumps(DOCUMENT)))
    assert used == set(DOCUMENT["components"]["responses"])
