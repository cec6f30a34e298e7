"""Every path of the server: HEAD is GET without a body, and the header Allow of a 405 has the methods that work."""

import http.client
import re
from urllib.parse import urlsplit

import pytest

from mock_zuora import MockZuora
from mock_zuora.admin.inspector.views import VIEWS
from mock_zuora.api.app import ROUTERS
from mock_zuora.control.paths import CONTROL_PREFIX, METHODS
from mock_zuora.control.services import OPERATIONS

pytestmark = pytest.mark.anyio

API = {route.path for router in ROUTERS for route in router.routes}
CONTROL = {CONTROL_PREFIX + each.path for each in OPERATIONS.values()}
FEED = f"{CONTROL_PREFIX}/changes"
PROBES = {"/__mock/livez", "/__mock/readyz"}
DOCUMENTS = {"/openapi.json", "/__mock/postman.json", "/__mock/openapi.json", "/__mock/docs"}
ASSETS = {f"/__mock/inspector/assets/{name}" for name in ("inspector.css", "inspector.js", "icon.svg")}
PAGES = {each.path for each in VIEWS}
FORMS = {"/__mock/login", "/__mock/inspector/logout", "/__mock/inspector/theme", "/__mock/inspector/actions/{name}"}
SLOW = {(each.method, CONTROL_PREFIX + each.path) for each in OPERATIONS.values() if each.waits} | {("GET", FEED)}
"""What waits for something to happen."""
PATHS = sorted({*API, *CONTROL, FEED, *PROBES, *DOCUMENTS, *ASSETS, *PAGES, *FORMS, "/__mock", "/__mock/"})
ITEMS = {path for path in PAGES if "{" in path or path.endswith(("/records/object", "/records/record"))}
"""The pages of one item, which is not there."""
READABLE = sorted({*PROBES, *DOCUMENTS, *ASSETS, "/__mock/", *PAGES - ITEMS})


@pytest.mark.fidelity("mock-20")
@pytest.mark.parametrize("path", PATHS)
async def test_allow_lists_exactly_the_methods_that_work(client, path):
    url = re.sub(r"\{.*?\}", "x", path)
    responses = {method: await client.request(method, url) for method in METHODS if (method, path) not in SLOW}
    works = {method for method in METHODS if (method, path) in SLOW or responses[method].status_code != 405}
    refused = [response for response in responses.values() if response.status_code == 405]
    assert refused
    assert {response.headers.get("allow") for response in refused} == {", ".join(sorted(works))}


def exchange(connection, method, path):
    connection.request(method, path, headers={"Accept-Encoding": "identity"})
    response = connection.getresponse()
    return response, response.read()


@pytest.fixture(scope="module")
def zuora():
    with MockZuora() as zuora:
        yield zuora


@pytest.fixture
def connection(zuora):
    connection = http.client.HTTPConnection(urlsplit(zuora.url).netloc, timeout=10)
    yield connection
    connection.close()


def steady_headers(response):
    """Without those that change with the time, which pages and probes show."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return {name: value for name, value in headers.items() if name not in ("date", "content-length")}


@pytest.mark.fidelity("mock-20")
@pytest.mark.parametrize("path", READABLE)
def test_head_is_get_without_a_body(connection, path):
    head, nothing = exchange(connection, "HEAD", path)
    got, body = exchange(connection, "GET", path)
    assert (head.status, got.status, nothing) == (200, 200, b"")
    assert body and abs(int(head.headers["content-length"]) - len(body)) < 50
    assert steady_headers(head) == steady_headers(got)


@pytest.mark.parametrize("path", ["/objects/jobs", "/oauth/token"])
def test_head_of_the_emulated_api_is_not_allowed(connection, path):
    response, body = exchange(connection, "HEAD", path)
    assert (response.status, body) == (405, b"") and "HEAD" not in response.headers["allow"]
