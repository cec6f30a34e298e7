"""A real browser for the pages of the inspector: Debian's ``chromium``, or ``google-chrome``, from PATH."""

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from mock_zuora import MockZuora

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'`javascript:alert(1)"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WATCHER = """
window.problems = [];
document.addEventListener("securitypolicyviolation", (event) => window.problems.push(
  `CSP: ${event.violatedDirective} ${event.blockedURI}`));
window.alert = (text) => window.problems.push(`alert: ${text}`);
"""


def find_browser() -> str | None:
    """The path of a browser."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.skip("neither chromium nor google-chrome is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """A page that is open in the browser, and what went wrong there."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self._base_url = base_url
        self._problems: list[str] = []
        page.on("pageerror", lambda error: self._problems.append(f"error: {error}"))
        page.on("request", self._check_request)

    def _check_request(self, request: Any) -> None:
        if not request.url.startswith(self._base_url + "/"):
            self._problems.append(f"foreign request: {request.url}")

    def go(self, path: str) -> "Visit":
        """Opens a path and waits until the page is live."""
        self.page.goto(self._base_url + path)
        return self

    def wait_until_live(self) -> "Visit":
        expect(self.page.locator("#live")).to_have_text("Live")
        return self

    @property
    def problems(self) -> list[str]:
        """Errors of the module, violations of the policy, requests to other servers, and scripts that ran."""
        found: list[str] = self.page.evaluate("window.problems ?? []")
        return [*self._problems, *found]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a page of a server: its path, the width, and options of the browser."""
    contexts: list[BrowserContext] = []

    def visit(zuora: MockZuora, path: str = "/__mock/", width: int = 1440, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(15_000)
        context.add_init_script(WATCHER)
        contexts.append(context)
        return Visit(context.new_page(), zuora.url).go(path)

    yield visit
    for each in contexts:
        each.close()


def call(zuora: MockZuora, method: str, path: str, body: str | bytes = "", **headers: str) -> Any:
    """Sends a request to the emulated API."""
    kind = "application/json" if method != "POST" or not path.endswith("/files") else "text/csv"
    named = {"Authorization": f"Bearer {zuora.token()}", "Content-Type": kind, **headers}
    data = body.encode() if isinstance(body, str) else body
    request = urllib.request.Request(zuora.url + path, data or None, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        return json.load(error)


def submit(
    zuora: MockZuora,
    file: str | None = None,
    object: str = "vehicle",
    operation: str = "create",
    token: str | None = None,
) -> str:
    """Submits a job, with a file if one is given; returns its id."""
    headers = {"Authorization": f"Bearer {token or zuora.token()}"}
    document = {"operation": operation, "namespace": "default", "object": object}
    job: str = call(zuora, "POST", "/objects/jobs", json.dumps(document), **headers)["Id"]
    if file is not None:
        call(zuora, "POST", f"/objects/jobs/{job}/files", file, **headers)
    return job


VEHICLE = {
    "schema": {
        "type": "object",
        "object": "vehicle",
        "label": "Vehicle",
        "properties": {
            "brand__c": {"type": "string", "label": "Brand", "maxLength": 200},
            "wheels__c": {"type": "integer", "label": "Wheels"},
        },
        "required": ["brand__c"],
    }
}


def fill(zuora: MockZuora, text: str = "Volvo") -> dict[str, str]:
    """Gives every page of a tenant something to show, in which ``text`` occurs; returns ids by kind."""
    quoted = '"' + text.replace('"', '""') + '"'
    zuora.define("vehicle", VEHICLE)
    rows = "".join(f"{quoted},{wheels}\n" for wheels in (2, 4, "many", 6))
    done = submit(zuora, "brand__c,wheels__c\n" + rows)
    zuora.jobs.fail_next(message=text)
    failed = submit(zuora, "brand__c\nSaab\n")
    zuora.jobs.hold_next()
    submit(zuora, f"brand__c\n{quoted}\n")
    waiting = submit(zuora)
    call(zuora, "GET", "/objects/jobs?" + urllib.request.quote(text))
    call(zuora, "POST", "/objects/jobs", json.dumps({"operation": text, "object": text}))
    call(zuora, "POST", f"/objects/jobs/{done}/files", "brand__c\nVolvo\n")
    call(zuora, "GET", "/objects/jobs", **{"Zuora-Version": "7"})
    fault = zuora.faults.add(path="/never/**", status=503, retry_after=5)
    zuora.jobs.reject_rows(where={"brand__c": text}, message=text)
    zuora.snapshots.save(text.replace("/", ""))
    return {"done": done, "failed": failed, "waiting": waiting, "fault": fault.id}
