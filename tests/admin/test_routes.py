"""The control API over HTTP: where options can be, and errors before an operation runs."""

import json
import re

import httpx2
import pytest
from fastapi.routing import APIRoute

from mock_zuora.admin.routes import MAX_BODY_BYTES, MAX_SHORT_BODY_BYTES, build_control_api
from mock_zuora.control.changes import ChangeFeeds
from mock_zuora.server.app import App, build_registry

pytestmark = pytest.mark.anyio

V1 = "/__mock/v1"


async def test_options_can_be_in_the_query_or_in_the_body(client):
    await client.patch(f"{V1}/settings?transitions=time&strict=true")
    await client.patch(f"{V1}/settings", content='{"processing_time": 60}')
    settings = (await client.get(f"{V1}/settings")).json()
    assert (settings["transitions"], settings["strict"], settings["processing_time"]) == ("time", True, 60)


async def test_operations_of_every_test_are_matched_first():
    app = App(build_registry(), [])
    routes = build_control_api(app.control, app._feeds, str).routes
    assert {route.name for route in routes[:3]} == {"tenants.add", "tenants.drop", "token"}


async def test_default_tenant_is_used_unless_another_is_named(api, client):
    await client.post(f"{V1}/tenants", json={"name": "acme"})
    await client.patch(f"{V1}/settings?tenant=acme", json={"strict": True})
    assert not (await client.get(f"{V1}/settings")).json()["strict"]
    assert (await client.get(f"{V1}/settings?tenant=acme")).json()["strict"]


@pytest.mark.parametrize("scope", ["scope=faults,journal", "scope=faults&scope=journal"])
async def test_scopes_can_be_repeated_or_separated_by_commas(api, client, scope):
    assert (await client.post(f"{V1}/reset?{scope}")).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "named"),
    [
        ("GET", "/jobs?tenant=acme", None, 404, "tenant: 'acme' does not exist; expected one of default"),
        ("GET", "/jobs?tenant=a&tenant=b", None, 400, "tenant"),
        ("GET", "/jobs/nope", None, 404, "id: .*'nope'"),
        ("POST", "/reset", "[1]", 400, "body: expected a JSON object"),
        ("POST", "/reset", '{"scope":', 400, "body: is not JSON"),
        ("POST", "/reset", "[" * 60_000, 400, "body: is nested too deeply"),
        ("POST", "/reset", '{"scope": 1, "scope": 2}', 400, "body: key 'scope' occurs more than once"),
        ("POST", "/reset", b"\xff", 400, "body: is not JSON"),
        ("POST", "/clock/advance", "{}", 400, "seconds"),
        ("POST", "/clock/advance", '{"seconds": 1e999}', 400, "seconds"),
        ("PATCH", "/clock", '{"frozen": true, "speed": 2}', 400, "frozen and speed"),
        ("PATCH", "/clock", "{}", 400, "frozen and speed"),
        ("PUT", "/seed", '{"clients": [{"id": "c", "secret": {"geheim": 1}}]}', 400, "clients.0.secret"),
        ("PUT", "/state", "{}", 400, "schema"),
        ("GET", "/requests?status=many", None, 400, "status: 'many'"),
        ("DELETE", "/tenants/default", None, 409, "name: .*'default'"),
        ("GET", "/nope", None, 404, "/__mock/v1/nope.*/__mock/docs"),
        ("PUT", "/jobs/outcomes", "{}", 405, "PUT .*expected one of DELETE, GET"),
    ],
)
async def test_error_names_the_field_and_what_was_expected(client, method, path, body, status, named):
    response = await client.request(method, V1 + path, content=body)
    assert response.status_code == status
    assert re.search(named, response.json()["error"])
    assert "geheim" not in response.text


async def test_body_that_is_too_large_is_refused(client):
    async def body():
        for _ in range(MAX_BODY_BYTES // 2**23 + 1):
            yield b" " * 2**23

    response = await client.put(f"{V1}/state", content=body())
    assert (response.status_code, "body" in response.json()["error"]) == (400, True)


async def test_body_of_an_operation_without_a_document_is_short(client):
    response = await client.patch(f"{V1}/clock", content=b" " * (MAX_SHORT_BODY_BYTES + 1))
    assert (response.status_code, response.json()["error"]) == (400, "body: expected at most 65536 bytes")


@pytest.mark.parametrize("path", [f"{V1}/clock%0A", "/__mock/docs%0A", "/__mock/livez%0A"])
async def test_path_with_a_line_feed_at_its_end_is_unknown(client, path):
    response = await client.get(path)
    assert (response.status_code, response.json()["kind"]) == (404, "unknown")


async def test_control_request_before_seeding_is_503(time):
    transport = httpx2.ASGITransport(App(build_registry("test"), []))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        response = await client.get(f"{V1}/info")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
        assert (await client.get("/__mock/livez")).status_code == 200


@pytest.mark.fidelity("mock-09")
async def test_control_requests_are_not_recorded(api, client):
    await client.get(f"{V1}/info")
    assert (await client.get(f"{V1}/requests")).json()["requests"] == []


async def test_document_has_every_schema_and_summary(client):
    document = (await client.get("/__mock/openapi.json")).json()
    schemas = document["components"]["schemas"]
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert used <= schemas.keys()
    assert all(each["summary"] for path in document["paths"].values() for each in path.values())


async def test_page_loads_nothing_else(client):
    response = await client.get("/__mock/docs")
    assert response.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert not re.search(r"<script|<link|<img|https?://", response.text)
    assert "POST /__mock/v1/clock/advance" in response.text and "pattern: * within one segment" in response.text


async def test_apps_share_nothing(make_api):
    one, two = make_api(), make_api()
    async with one.client() as first, two.client() as second:
        await first.patch(f"{V1}/settings", json={"strict": True})
        assert not (await second.get(f"{V1}/settings")).json()["strict"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tenants", '{"name": "\\ud800"}'),
        ("POST", "/faults", '{"status": 503, "message": "\\uDC00"}'),
        ("PUT", "/seed", '{"records": {"car": [{"\\udfff": 1}]}}'),
    ],
    ids=["tenant", "fault", "key"],
)
async def test_half_of_a_surrogate_pair_is_refused_and_changes_nothing(client, method, path, body):
    response = await client.request(method, V1 + path, content=body)
    assert (response.status_code, response.json()["kind"]) == (400, "invalid")
    assert "half of a surrogate pair" in response.json()["error"]
    assert [each["name"] for each in (await client.get(f"{V1}/tenants")).json()] == ["default"]
    assert (await client.get(f"{V1}/faults")).json() == []


@pytest.mark.parametrize("path", ["/faults?tenant=%ff", "/faults/%ff", "/tenants?%ed%a0%bd=1"])
async def test_url_that_is_not_utf8_is_refused(client, path):
    response = await client.get(V1 + path)
    assert response.status_code == 400 and "not UTF-8" in response.json()["error"]


async def test_body_that_is_not_valid_in_its_encoding_is_refused(client):
    response = await client.post(f"{V1}/tenants", content=b'{"name": "\xed\xa0\xbd"}')
    assert response.status_code == 400 and "is not JSON" in response.json()["error"]


LONG = "ü" * 1_200_000
"""Longer than what is decoded at once."""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be"])
async def test_long_body_in_any_encoding_is_read(client, encoding):
    body = json.dumps({"schema": LONG}, ensure_ascii=False).encode(encoding)
    response = await client.put(f"{V1}/state", content=body)
    assert (response.status_code, "schema" in response.json()["error"]) == (400, True)
    assert "is not JSON" not in response.json()["error"]


async def test_body_that_ends_within_a_character_is_refused(client):
    response = await client.patch(f"{V1}/settings", content=b'{"strict": true} ' + "ü".encode()[:1])
    assert response.status_code == 400 and "is not JSON" in response.json()["error"]


async def test_invalid_byte_of_a_long_body_is_named_by_its_position(client):
    body = b'{"schema": "' + LONG.encode() + b'\xff"}'
    response = await client.put(f"{V1}/state", content=body)
    assert f"position {len(body) - 3}" in response.json()["error"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
async def test_number_that_is_not_json_is_refused(client, number):
    response = await client.put(f"{V1}/state", content=f'{{"schema": {number}}}')
    assert response.status_code == 400 and number in response.json()["error"]


async def test_surrogate_pair_is_text(client):
    response = await client.post(f"{V1}/tenants", content='{"name": "\\ud83d\\ude00"}')
    assert response.json()["name"] == "😀"


async def test_crash_is_logged_and_has_the_usual_form(client, monkeypatch, caplog):
    monkeypatch.setattr("mock_zuora.admin.routes.run_operation", lambda *_: 1 / 0)
    response = await client.get(f"{V1}/jobs")
    assert (response.status_code, response.json()["kind"]) == (500, "bug")
    assert "GET '/__mock/v1/jobs' crashed" in caplog.text


@pytest.mark.parametrize("path", [V1 + "/info?tenant={}", V1 + "/{}", "/__mock/livez/{}", V1 + "/jobs/{}"])
async def test_refusal_shows_no_secret(api, client, path):
    api.registry.secrets.add(["not-a-real-secret"])
    response = await client.get(path.format("not-a-real-secret"))
    assert response.status_code == 404 and "redacted" in response.text and "not-a-real-secret" not in response.text


@pytest.mark.parametrize("method", ["GET", "BREW"])
@pytest.mark.parametrize("prefix", ["/__mock/livez", V1 + "/clock", "/__mock/x"])
@pytest.mark.parametrize(
    ("rest", "shown"), [("%0A", "\\n"), ("%1B[1m", "\\x1b[1m"), ("%2Fa%3Fb", "/a?b"), ("x" * 5_000, "x…")]
)
async def test_unknown_path_is_shown_as_it_was_requested(client, method, prefix, rest, shown):
    response = await client.request(method, prefix + rest)
    assert response.status_code == 404 and len(response.text) < 300
    assert response.json()["error"].startswith(f"{method} '{prefix}") and f"{shown}': there" in response.json()["error"]


async def test_method_that_is_not_allowed_names_the_path(client):
    response = await client.request("BREW", f"{V1}/clock")
    assert response.status_code == 405 and f"BREW is not allowed for '{V1}/clock'; expected" in response.json()["error"]


async def test_long_path_of_a_fault_is_explained(client):
    response = await client.post(f"{V1}/faults", json={"status": 503, "path": "/" + "x" * 1_000})
    assert (
        response.status_code == 400 and "x…' is not valid; expected at most 1000 characters" in response.json()["error"]
    )


async def test_ca_certificate_is_returned_to_every_client():
    app = App(build_registry("test"), [], ca_pem=b"-----BEGIN CERTIFICATE-----")
    transport = httpx2.ASGITransport(app, client=("192.0.2.1", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="https://localhost") as client:
        response = await client.get("/__mock/ca.pem")
        assert (await client.head("/__mock/ca.pem")).status_code == 200
    assert (response.status_code, response.text) == (200, "-----BEGIN CERTIFICATE-----")
    assert response.headers["content-type"] == "application/x-pem-file"


async def test_server_that_made_no_ca_certificate_says_so(client):
    response = await client.get("/__mock/ca.pem")
    assert response.status_code == 404
    assert response.json()["error"].endswith("made no CA certificate, because it was started without --tls")


async def test_only_the_document_builds_the_models_of_responses(api):
    """Building them takes a fifth of a second, for which the first control request would wait."""
    control = api.app.control
    app = build_control_api(control, ChangeFeeds(control), lambda: "")
    routes = [each for each in app.routes if isinstance(each, APIRoute)]
    assert len(routes) > 60
    assert [each.path for each in routes if each.response_field or each.response_fields or each.body_field] == []
