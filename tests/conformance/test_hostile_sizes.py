"""The longest wait of another client while an operation gets the largest input that it accepts, or more.

The event loop serves one request at a time, so the wait is the longest step of the loop. It is measured in processor
time, so that a busy machine fails no test. Every operation of both APIs has a case; without one, a test fails.
"""

import asyncio
import contextlib
import gc
import json
import re
import sys
from time import process_time
from urllib.parse import unquote

import pytest

from mock_zuora.api.app import ROUTERS
from mock_zuora.control.faults import FaultRule
from mock_zuora.control.paths import CONTROL_PREFIX
from mock_zuora.control.services import OPERATIONS
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.app import App, build_registry

MAX_WAIT = 0.15 if sys.gettrace() is None else 0.45
"""Seconds. While coverage is measured, Python code takes two to three times as long."""
RECORDS, DEFINITIONS, JOBS = "/objects/records/default/vehicle", "/objects/definitions/default", "/objects/jobs"
BATCH = "/objects/batch/default/vehicle"
LONG = "x" * 60_000
UUIDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(2_000)]
PATTERN = "/**" + "*/" * 480 + "b**"
VEHICLE = {
    "object": "vehicle",
    "label": "Vehicle",
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "note__c": {"type": "string", "label": "Note", "maxLength": 8192},
        "doors__c": {"type": "integer", "label": "Doors"},
    },
    "filterable": ["brand__c", "doors__c"],
}
JSON_TYPE, CSV_TYPE = {"content-type": "application/json"}, {"content-type": "text/csv"}
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.anyio


async def send(app, method, path, body=b"", headers=JSON_TYPE):
    """Sends a request to an app without a socket, in chunks of 64 KB, and returns the status and the body."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    chunks = [sent[at : at + 65_536] for at in range(0, len(sent), 65_536)] or [b""]
    messages = iter(
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    )
    responses = []

    async def receive():
        await asyncio.sleep(0)
        return next(messages, None) or await asyncio.Event().wait()

    async def respond(message):
        responses.append(message)

    target, _, query = path.partition("?")
    fields = {"authorization": "Bearer any", "host": "localhost", **headers}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": method, "path": unquote(target), "raw_path": target.encode(), "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    await app(scope, receive, respond)
    return responses[0]["status"], b"".join(each.get("body", b"") for each in responses[1:])


async def longest_wait(running):
    """Awaits something; returns its result and the longest step of the event loop meanwhile, in processor seconds."""
    longest = 0.0

    async def measure():
        nonlocal longest
        last = process_time()
        while True:
            await asyncio.sleep(0)
            now = process_time()
            longest, last = max(longest, now - last), now

    # The garbage of other tests is not part of the measurement.
    gc.disable()
    measuring = asyncio.create_task(measure())
    await asyncio.sleep(0)
    try:
        return await running, longest
    finally:
        await asyncio.sleep(0)
        measuring.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await measuring
        gc.enable()


@pytest.fixture(scope="module")
def shared_app():
    """A server for all tests of this file, because building its control API takes longer than most of them."""
    registry = build_registry("test")
    app = App(registry, [])
    settings = TenantSettings(transitions=Transitions.IMMEDIATE, rate_limits="off", concurrent_job_limit=1_000)
    registry.add_tenant(TenantTemplate(settings=settings))
    app.runner.ready.set()
    return app


@pytest.fixture
async def app(shared_app):
    """The server in its initial state, with the object ``vehicle``."""
    await send(shared_app, "PATCH", f"{CONTROL_PREFIX}/settings", {"transitions": "immediate"})
    await send(shared_app, "POST", f"{CONTROL_PREFIX}/reset")
    await send(shared_app, "POST", DEFINITIONS, {"definitions": {"vehicle": VEHICLE}})
    return shared_app


async def submit(app, operation="create"):
    _, job = await send(app, "POST", JOBS, {"operation": operation, "object": "vehicle", "namespace": "default"})
    return json.loads(job)["Id"]


async def load(app, rows):
    """Loads a file with rows of a brand and a number; returns the id of the job."""
    job = await submit(app)
    file = "brand__c,doors__c\n" + "".join(rows)
    status, body = await send(app, "POST", f"{JOBS}/{job}/files", file.encode(), CSV_TYPE)
    assert status == 200, body
    return job


def good_rows(count):
    return (f"Volvo{number},{number}\n" for number in range(count))


def objects(count):
    return {f"o{number}": {**VEHICLE, "object": f"o{number}"} for number in range(count)}


def query(*terms):
    return "?q=" + "%20OR%20".join(terms)


# Operations with a body or a query, each as (method, path, body, headers)

SIZES = {
    ("POST", "/objects/jobs"): [
        (JOBS, {"operation": LONG}),
        (JOBS, b'{"filter":' + b"[" * 60_000),
        (JOBS, b" " * 6_000_000),
    ],
    ("GET", "/objects/jobs"): [(f"{JOBS}?cursor={LONG}",), (f"{JOBS}?{'&'.join(f'p{n}=1' for n in range(5_000))}",)],
    ("GET", "/objects/jobs/{id}"): [(f"{JOBS}/{LONG}",)],
    ("PATCH", "/objects/jobs/{id}/cancel"): [(f"{JOBS}/{LONG}/cancel", b"x" * 6_000_000)],
    ("GET", "/objects/jobs/{id}/errors"): [(f"{JOBS}/{LONG}/errors",)],
    ("GET", "/objects/definitions/default"): [(f"{DEFINITIONS}?select={LONG}",)],
    ("POST", "/objects/definitions/default"): [
        (DEFINITIONS, {"definitions": objects(3_000)}),
        (DEFINITIONS, {"definitions": objects(20)}),
        (DEFINITIONS, {"definitions": {"z": {"object": "z", "label": "Z", "properties": dict.fromkeys(UUIDS, {})}}}),
    ],
    ("GET", "/objects/definitions/default/{object}"): [(f"{DEFINITIONS}/{LONG}",)],
    ("DELETE", "/objects/definitions/default/{object}"): [(f"{DEFINITIONS}/{LONG}",)],
    ("POST", "/objects/migrations"): [("/objects/migrations", {"actions": [{"type": LONG}] * 20})],
    ("POST", "/objects/records/default/{object}"): [
        (RECORDS, {"records": [{"brand__c": "a" * 500, "doors__c": 4}] * 1_000}),
        (RECORDS, {"records": [{"no__c": "x" * 500}] * 1_000}),
        (RECORDS, b'{"records":[' + b'"",' * 500_000 + b'""]}'),
        (RECORDS, b'{"records":["' + b"x" * 4_900_000 + b'"]}'),
    ],
    ("GET", "/objects/records/default/{object}"): [
        (RECORDS + query(*(f"doors__c:%3E{10**6 + number}" for number in range(100))),),
        (RECORDS + query(*(f"brand__c:Volvo{number}" for number in range(500))),),
        (RECORDS + query(*["doors__c:1"] * 3_000),),
        (f"{RECORDS}?q={'(' * 60_000}",),
        (f"{RECORDS}?ids={','.join(UUIDS[:1_600])}",),
        (f"{RECORDS}?pageSize=1000",),
    ],
    ("GET", "/objects/records/default/{object}/{id}"): [(f"{RECORDS}/{LONG}",)],
    ("PUT", "/objects/records/default/{object}/{id}"): [(f"{RECORDS}/{UUIDS[0]}", {LONG: [LONG] * 50})],
    ("PATCH", "/objects/records/default/{object}/{id}"): [(f"{RECORDS}/{UUIDS[0]}", {LONG: [LONG] * 50})],
    ("DELETE", "/objects/records/default/{object}/{id}"): [(f"{RECORDS}/{LONG}",)],
    ("POST", "/objects/batch/default/{object}"): [
        (BATCH, {"action": {"type": "delete", "ids": UUIDS[:1_000]}}),
        (BATCH, {"action": {"type": "update", "records": {each: {"brand__c": "x" * 500} for each in UUIDS[:1_000]}}}),
        (BATCH, {"action": {"type": LONG}}),
    ],
    ("POST", "/oauth/token"): [
        ("/oauth/token", b"client_id=" + b"%41" * 2_000_000, FORM_TYPE),
        ("/oauth/token", b"&" * 60_000, FORM_TYPE),
    ],
}
LONG_BODY = b'{"' + b"x" * 60_000 + b'": 1}'
CONTROL_SIZES = {
    ("POST", "/faults"): [("/faults", {"status": 503, "headers": {f"X{number}": "v" for number in range(4_000)}})],
    ("GET", "/requests"): [(f"/requests?path={PATTERN}",)],
    ("GET", "/requests/summaries"): [(f"/requests/summaries?path={PATTERN}&text={LONG}",)],
    ("GET", "/requests/count"): [(f"/requests/count?path={PATTERN}",)],
    ("GET", "/requests/wait"): [(f"/requests/wait?timeout=0.05&count=9999&path={PATTERN}",)],
    ("GET", "/objects/{object}/records"): [
        ("/objects/vehicle/records?limit=200&q=" + "%20OR%20".join(["doors__c:1"] * 3_000),),
        (f"/objects/vehicle/records?limit=200&q={'(' * 60_000}",),
    ],
    ("GET", "/jobs"): [(f"/jobs?object={LONG}&limit=99999999999",)],
    ("PATCH", "/settings"): [("/settings", {"assume": {f"x{number}": "y" for number in range(4_000)}})],
    ("POST", "/jobs/outcomes/rejection"): [("/jobs/outcomes/rejection", {"rows": list(range(8_000))})],
    ("POST", "/tokens"): [("/tokens", {"permissions": ["x"] * 10_000})],
    ("POST", "/reset"): [("/reset", {"scope": ["jobs"] * 8_000})],
    ("PUT", "/seed"): [
        ("/seed", {"definitions": [{**VEHICLE}], "records": {"vehicle": [{"brand__c": "x"}] * 1_000}}),
        ("/seed", {"users": [{"name": "x"}] * 1_000}),
    ],
    ("PUT", "/state"): [("/state", b'{"objects":[' + b"1," * 300_000 + b"1]}")],
}
"""The other operations get a body of 60 KB with an unknown field, and long values in their paths."""


def cases():
    for (method, route), requests in SIZES.items():
        for number, (path, *rest) in enumerate(requests):
            yield pytest.param(method, path, *rest, *[b"", JSON_TYPE][len(rest) :], id=f"{method} {route} {number}")
    for method, route in OPERATIONS:
        path = re.sub(r"{\w+}", LONG, route)
        for number, (own_path, *rest) in enumerate(CONTROL_SIZES.get((method, route), [(path, LONG_BODY)])):
            yield pytest.param(
                method, CONTROL_PREFIX + own_path, *rest, *[b"", JSON_TYPE][len(rest) :],
                id=f"{method} control {route} {number}",
            )  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "headers"), list(cases()))
async def test_no_input_delays_other_clients(app, method, path, body, headers):
    if path.startswith(f"{RECORDS}?"):
        await load(app, good_rows(3_000))
    (status, response), wait = await longest_wait(send(app, method, path, body, headers))
    assert status < 500, response
    assert wait < MAX_WAIT


def test_every_operation_of_the_emulated_api_has_a_case():
    routes = {(method, route.path) for router in ROUTERS for route in router.routes for method in route.methods}
    assert routes - {("POST", "/objects/jobs/{id}/files")} == set(SIZES)


def test_every_case_of_the_control_api_has_an_operation():
    assert set(CONTROL_SIZES) <= set(OPERATIONS)


# Files of 15 MB

SIZE = 15_000_000
FILES = {
    "one cell": lambda: b"a__c\n" + b"x" * (SIZE - 5),
    "one quoted cell": lambda: b'a__c\n"' + b"x" * (SIZE - 7) + b'"',
    "one cell of line feeds": lambda: b'a__c\n"' + b"\n" * (SIZE - 7) + b'"',
    "seven million commas": lambda: b"a__c\n" + b"," * 7_000_000,
    "a header of a million columns": lambda: b",".join(b"c%d__c" % number for number in range(1_000_000)),
    "a header of many lines": lambda: b'"\n",' * (SIZE // 4),
    "a row of many lines": lambda: b"a__c\n" + b'"\n",' * (SIZE // 4 - 2),
    "rows of many cells": lambda: b"a__c\n" + (b"," * 190_000 + b"\n") * 78,
    "quotes only": lambda: b'"' * SIZE,
    "seven million rows": lambda: b"a__c\n" + b"x\n" * 7_000_000,
    "blank lines": lambda: b"a__c\n" + b"\n" * 4_000_000,
    "NUL": lambda: b"a__c\n" + bytes(SIZE - 5),
    "a row of many lines before NUL": lambda: b'a__c\n"' + b"\n" * 999_000 + b'\0"\n',
    "not UTF-8": lambda: b"a__c\n" + b"x\n" * 200_000 + b"\xff" * 1_000_000,
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
async def test_no_file_delays_other_clients(app, file):
    path = f"{JOBS}/{await submit(app)}/files"
    (status, response), wait = await longest_wait(send(app, "POST", path, file(), CSV_TYPE))
    assert (status, json.loads(response)["code"] // 100) in ((400, 710136), (400, 710137))
    assert wait < MAX_WAIT


async def test_a_million_rows_of_one_letter_delay_no_other_client(app):
    await send(app, "PATCH", f"{CONTROL_PREFIX}/settings", {"transitions": "manual"})
    job = await submit(app)
    await send(app, "POST", f"{CONTROL_PREFIX}/jobs/{job}/step")
    file = b"brand__c\n" + b"x\n" * 1_000_000
    (status, response), wait = await longest_wait(send(app, "POST", f"{JOBS}/{job}/files", file, CSV_TYPE))
    assert (status, wait < MAX_WAIT) == (200, True), response
    (status, _), wait = await longest_wait(send(app, "POST", f"{CONTROL_PREFIX}/reset"))
    assert (status, wait < MAX_WAIT) == (204, True)


async def test_file_whose_rows_are_all_bad_delays_no_other_client(app):
    job, wait = await longest_wait(load(app, (f"x,{number}x\n" for number in range(6_000))))
    assert wait < MAX_WAIT
    for path in (f"{JOBS}/{job}/errors", f"{CONTROL_PREFIX}/jobs/{job}/errors"):
        (status, _), wait = await longest_wait(send(app, "GET", path))
        assert (status, wait < MAX_WAIT) == (200, True)


# Large states


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{CONTROL_PREFIX}/records/vehicle"),
        ("GET", f"{CONTROL_PREFIX}/state"),
        ("PUT", f"{CONTROL_PREFIX}/snapshots/one"),
        ("GET", RECORDS + query("doors__c:1", "brand__c:Volvo1", "doors__c:%3E1000000")),
        ("POST", f"{CONTROL_PREFIX}/reset"),
    ],
)
async def test_many_records_delay_no_other_client(app, method, path):
    await load(app, good_rows(8_000))
    (status, response), wait = await longest_wait(send(app, method, path))
    assert status < 300, response
    assert wait < MAX_WAIT


async def test_faults_with_slow_patterns_delay_no_other_client(app):
    faults = app.control.instruments("default").faults
    for number in range(30):
        faults.add(FaultRule(status=503, path=f"{PATTERN}{number}*/"))
    path = f"{JOBS}/" + "a" * 900
    (status, _), wait = await longest_wait(send(app, "GET", path))
    assert (status, wait < MAX_WAIT) == (404, True)
