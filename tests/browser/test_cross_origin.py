"""A page of another origin: with ``--cors-origin`` its browser lets it read responses, and without it does not."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mock_zuora import MockZuora

pytestmark = pytest.mark.browser

FETCH = """async ([url, token]) => {
  const asked = async (path, options) => {
    try {
      const response = await fetch(url + path, options);
      const id = response.headers.get("Zuora-Request-Id");
      return [response.status, id !== null, response.headers.get("Retry-After")];
    } catch { return "not readable"; }
  };
  const headers = {Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Zuora-Track-Id": "page"};
  const body = JSON.stringify({operation: "create", namespace: "default", object: "vehicle"});
  return [
    await asked("/objects/jobs", {method: "POST", headers, body}),
    await asked("/objects/jobs", {headers}),
    await asked("/objects/nope", {headers}),
    await asked("/__mock/v1/info"),
  ];
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def front_end(tmp_path):
    """The origin of a server with an empty page."""
    (tmp_path / "index.html").write_text("<!doctype html><title>front end</title>", "utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=tmp_path)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def fetch(chromium, front_end):
    """What a page of the front end reads from a server."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(front_end)
    yield lambda zuora: page.evaluate(FETCH, [zuora.url, zuora.token()])
    context.close()


@pytest.mark.parametrize("is_star", [False, True])
def test_page_of_a_listed_origin_uses_the_server(front_end, fetch, is_star):
    with MockZuora(cors_origin="*" if is_star else front_end) as zuora:
        zuora.faults.add(method="GET", path="/objects/jobs", status=503, retry_after=7)
        submitted, fault, unknown, control = fetch(zuora)
        assert (submitted, fault, unknown) == ([200, True, None], [503, True, "7"], [404, True, None])
        assert control[0] == 200
        assert [each.method for each in zuora.requests] == ["POST", "GET", "GET"]


def test_page_of_another_origin_reads_nothing(fetch):
    with MockZuora() as zuora:
        assert fetch(zuora) == ["not readable"] * 4
        assert zuora.jobs.all() == []
