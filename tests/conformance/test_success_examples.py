"""The examples of successful responses in the OpenAPI document are what the server returns, but for ids and dates."""

import json
import re
from urllib.parse import urlencode

import pytest

from mock_zuora import MockZuora
from mock_zuora.api.openapi.examples import EXAMPLES
from tests.conformance.vehicle import VEHICLE

ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}"
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
DEFINITIONS = "/objects/definitions/default"
RECORDS = "/objects/records/default/vehicle"
VALID = {"brand__c": "Volvo", "color__c": "red"}
INVALID = {"brand__c": "Volvo", "doors__c": "four"}


@pytest.fixture
def zuora():
    with MockZuora(transitions="polls", processing_polls=1, auth="lenient") as zuora:
        yield zuora


@pytest.fixture
def send(zuora, call):
    """Sends a request that the server accepts, and returns the body of the response."""

    def send(method, path, body=None, content_type=None):
        headers = {"Content-Type": content_type} if content_type else {}
        status, received = call(zuora, method, path, body, **headers)
        assert status == 200, received
        return received

    return send


def assert_shown(name, body):
    """Asserts that a body is the example of that name, but for ids, dates and durations."""
    assert comparable(body) == comparable(EXAMPLES[name]), name


def comparable(body):
    text = re.sub(DATE, "<date>", re.sub(ID, "<id>", json.dumps(body)))
    return json.loads(re.sub(r'"processingTime": \d+', '"processingTime": 0', text))


def test_token(send):
    form = urlencode(EXAMPLES["credentials"])
    assert_shown("token", send("POST", "/oauth/token", form, "application/x-www-form-urlencoded"))


def test_job(send):
    send("POST", DEFINITIONS, {"definitions": {"vehicle": VEHICLE}})
    submitted = send("POST", "/objects/jobs", EXAMPLES["submission"])
    assert_shown("pending job", submitted)
    path = f"/objects/jobs/{submitted['Id']}"
    assert_shown("job in progress", send("POST", f"{path}/files", EXAMPLES["CSV file"]))
    send("GET", path)
    assert_shown("completed job", send("GET", path))
    assert_shown("page of jobs", send("GET", "/objects/jobs"))


def test_cancelled_job(send):
    job = send("POST", "/objects/jobs", EXAMPLES["submission"])
    assert_shown("cancelled job", send("PATCH", f"/objects/jobs/{job['Id']}/cancel"))


def test_row_errors(send):
    send("POST", DEFINITIONS, {"definitions": {"vehicle": VEHICLE}})
    path = f"/objects/jobs/{send('POST', '/objects/jobs', EXAMPLES['submission'])['Id']}"
    send("POST", f"{path}/files", "brand__c,doors__c\nVolvo,four\n")
    send("GET", path)
    send("GET", path)
    assert_shown("row errors", send("GET", f"{path}/errors"))


def test_definition(send):
    assert_shown("definitions", send("POST", DEFINITIONS, EXAMPLES["new definitions"]))
    assert_shown("definitions", send("GET", DEFINITIONS))
    assert_shown("definition", send("GET", f"{DEFINITIONS}/vehicle"))
    assert_shown("migration", send("POST", "/objects/migrations", EXAMPLES["migration"]))
    assert_shown("path of a definition", send("DELETE", f"{DEFINITIONS}/vehicle"))


def test_record(send):
    send("POST", DEFINITIONS, {"definitions": {"vehicle": VEHICLE}})
    created = send("POST", RECORDS, EXAMPLES["new records"])
    path = f"{RECORDS}/{created['records'][0]['Id']}"
    assert_shown("page of records", send("GET", RECORDS))
    assert_shown("record", send("GET", path))
    assert_shown("updated record", send("PUT", path, EXAMPLES["values"]))
    assert_shown("path of a record", send("DELETE", path))


def test_patched_record(send):
    send("POST", DEFINITIONS, {"definitions": {"vehicle": VEHICLE}})
    created = send("POST", RECORDS, EXAMPLES["new records"])
    path = f"{RECORDS}/{created['records'][0]['Id']}"
    assert_shown("patched record", send("PATCH", path, EXAMPLES["merge patch"], "application/merge-patch+json"))


def test_records(send):
    send("POST", DEFINITIONS, {"definitions": {"vehicle": VEHICLE}})
    created = send("POST", RECORDS, {"records": [VALID, INVALID], "allowPartialSuccess": True})
    assert_shown("created records", created)
    updates = {created["records"][0]["Id"]: INVALID}
    action = {"type": "update", "records": updates, "allowPartialSuccess": True}
    assert_shown("partial success", send("POST", "/objects/batch/default/vehicle", {"action": action}))
    assert send("POST", "/objects/batch/default/vehicle", EXAMPLES["batch deletion"]) == {}
