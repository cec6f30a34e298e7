"""Web pages of the origins that the server was started with can use it."""

import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from mock_zuora import MockZuora
from mock_zuora.server.cross_origin import with_cors

PAGE = "http://app.example:3000"
JOBS = "/objects/jobs"
TOKEN = {"Authorization": "Bearer any"}


@pytest.fixture(scope="module")
def shared():
    with MockZuora(cors_origin=PAGE, auth="lenient", control="open") as zuora:
        yield zuora


@pytest.fixture
def zuora(shared):
    shared.reset()
    return shared


def send(zuora, method, path, body=None, origin=PAGE, **headers):
    """The response to a request of a web page."""
    sent = {"Origin": origin, **{name.replace("_", "-"): value for name, value in headers.items()}}
    with closing(http.client.HTTPConnection(urlsplit(zuora.url).netloc, timeout=10)) as connection:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        response.read()
        return response


def preflight(zuora, path=JOBS, method="POST", origin=PAGE, headers="authorization,content-type,zuora-version"):
    requested = {"Access_Control_Request_Method": method, "Access_Control_Request_Headers": headers}
    return send(zuora, "OPTIONS", path, origin=origin, **requested)


def allowed(response):
    return response.headers["Access-Control-Allow-Origin"]


@pytest.mark.parametrize("path", [JOBS, "/oauth/token", "/__mock/v1/reset", "/openapi.json"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_preflight_of_a_listed_origin_allows_methods_and_headers(zuora, path, method):
    response = preflight(zuora, path, method)
    assert (response.status, allowed(response)) == (200, PAGE)
    assert method in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "authorization,content-type,zuora-version"
    assert int(response.headers["Access-Control-Max-Age"]) > 0


def test_preflight_of_another_origin_allows_nothing(zuora):
    response = preflight(zuora, origin="http://evil.example")
    assert (response.status, allowed(response)) == (400, None)


@pytest.mark.parametrize(("origin", "expected"), [(PAGE, (200, PAGE)), ("http://evil.example", (400, None))])
def test_preflight_of_a_public_page_for_a_private_network_is_allowed_for_listed_origins(zuora, origin, expected):
    asked = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Private_Network": "true"}
    response = send(zuora, "OPTIONS", JOBS, origin=origin, **asked)
    assert (response.status, allowed(response)) == expected
    assert origin != PAGE or response.headers["Access-Control-Allow-Private-Network"] == "true"


@pytest.mark.fidelity("mock-18")
def test_preflight_is_neither_recorded_nor_limited_nor_a_poll(zuora):
    zuora.configure(rate_limits="1,1,1", transitions="polls", processing_polls=1)
    for _ in range(3):
        assert preflight(zuora, f"{JOBS}/1", "GET").status == 200
    assert len(zuora.requests) == 0


@pytest.mark.fidelity("mock-18")
def test_request_of_a_listed_origin_is_served_and_readable(zuora):
    response = send(zuora, "GET", JOBS, **TOKEN)
    assert (response.status, allowed(response)) == (200, PAGE)
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"*", "Retry-After", "RateLimit-Remaining", "Zuora-Request-Id", "ETag", "Mock-Zuora-Reason"} <= {*exposed}
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.fidelity("mock-18")
def test_control_api_serves_a_listed_origin(zuora):
    response = send(zuora, "POST", "/__mock/v1/reset")
    assert (response.status, allowed(response)) == (204, PAGE)


REFUSED = {
    "no token": ("GET", JOBS, None, 401),
    "unknown path": ("GET", "/objects/nope", None, 404),
    "wrong method": ("PUT", JOBS, None, 405),
    "invalid body": ("POST", JOBS, b"{", 400),
    "control": ("GET", "/__mock/v1/jobs/nope", None, 404),
    "no token request": ("POST", "/oauth/token", b"", 400),
    "no path": ("OPTIONS", "*", None, 400),
}


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED.values(), ids=REFUSED)
def test_refusal_is_readable(zuora, method, path, body, status):
    zuora.configure(auth="strict")
    token = {} if status == 401 else {"Authorization": f"Bearer {zuora.token()}"}
    response = send(zuora, method, path, body, Content_Type="application/json", **token)
    assert (response.status, allowed(response)) == (status, PAGE)


@pytest.mark.fidelity("mock-18")
def test_injected_fault_and_rate_limit_are_readable(zuora):
    zuora.faults.add(status=503, headers={"Retry-After": "7"}, times=1)
    fault = send(zuora, "GET", JOBS, **TOKEN)
    assert (fault.status, allowed(fault), fault.headers["Retry-After"]) == (503, PAGE, "7")
    zuora.configure(rate_limits="1,9,9")
    limited = [send(zuora, "GET", JOBS, **TOKEN) for _ in range(2)][-1]
    assert (limited.status, allowed(limited)) == (429, PAGE)


def test_foreign_origin_stays_refused(zuora):
    for path in (JOBS, "/__mock/v1/info"):
        response = send(zuora, "GET", path, origin="http://evil.example")
        assert (response.status, allowed(response)) == (403, None)


def test_loopback_origin_that_is_not_listed_cannot_read(zuora):
    response = send(zuora, "GET", JOBS, origin="http://localhost:3000", **TOKEN)
    assert (response.status, allowed(response)) == (200, None)


def test_host_that_a_web_page_can_have_stays_refused(zuora):
    assert send(zuora, "GET", "/__mock/v1/info", Host="app.example").status == 403


def test_star_allows_every_origin():
    with MockZuora(cors_origin="*") as zuora:
        response = send(zuora, "GET", JOBS, origin="https://anything.example", Authorization=f"Bearer {zuora.token()}")
        assert (response.status, allowed(response)) == (200, "*")


def test_without_the_setting_nothing_is_added():
    app = object()
    assert with_cors(app, ()) is app
    with MockZuora() as zuora:
        response = send(zuora, "OPTIONS", JOBS, origin="http://localhost:3000", Access_Control_Request_Method="GET")
        assert response.status == 405
        assert not [name for name in response.headers if name.lower().startswith("access-control-")]
