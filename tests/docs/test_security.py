"""The claims of SECURITY.md about files, processes, the network and the source; each claim names existing tests.

conftest.py checks that those tests pass.
"""

import ast
import re
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from mock_zuora import MockZuora
from mock_zuora.control.paths import CONTROL_PREFIX
from mock_zuora.control.services import OPERATIONS

ROOT = Path(__file__).parents[2]
HOSTILE = [
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "file:///etc/passwd",
    "$(id)",
    "a%00b",
    "~root",
]
JOBS, DEFINITIONS = "/objects/jobs", "/objects/definitions/default"
CREATE = {"operation": "create", "namespace": "default"}
FORM = {"client_secret": "secret", "grant_type": "client_credentials"}
FORBIDDEN_IN_SOURCE = {"eval", "exec", "compile", "__import__", "pickle", "marshal", "shelve", "subprocess", "ctypes"}
AUDITED_EVENTS = (
    "open",
    "os.",
    "shutil.",
    "socket.",
    "subprocess.",
    "urllib.",
    "ftplib.",
    "tempfile.",
    "glob.",
    "ctypes.",
)
"""Prefixes of audit events for files, processes and the network."""


class Auditor:
    """Records the audit events of the interpreter for files, processes and the network."""

    def __init__(self):
        self.events = None
        sys.addaudithook(self.record)

    def record(self, event, arguments):
        if self.events is not None and event.startswith(AUDITED_EVENTS):
            self.events.append((event, *map(repr, arguments[:2])))

    @contextmanager
    def recording(self):
        self.events = []
        try:
            yield self.events
        finally:
            self.events = None


AUDITORS = []


@pytest.fixture
def auditor():
    """The only auditor of this process, because an audit hook cannot be removed."""
    if not AUDITORS:
        AUDITORS.append(Auditor())
    return AUDITORS[0]


async def send_every_request(client, name):
    """Sends every kind of request with a hostile name in every place for a name. Many are refused."""
    places = ["jobs/{}", "jobs/{}/errors", "records/default/{}", "definitions/default/{}"]
    for place in places:
        await client.get("/objects/" + place.format(name))
    await client.post(DEFINITIONS, json={"definitions": {name: {"object": name}}})
    for object_name in ("car", name):
        job = (await client.post(JOBS, json={**CREATE, "object": object_name})).json()
        file = {"file": (name, b"brand__c\nVolvo\n", "text/csv")}
        await client.post(f"{JOBS}/{job.get('Id', name)}/files", files=file)
    await client.post("/oauth/token", data={**FORM, "client_id": name})
    for operation in OPERATIONS.values():
        path = CONTROL_PREFIX + re.sub(r"\{\w+\}", name, operation.path)
        bodies = (
            [{}, {"name": name}, {"seed": name, "state": name, "path": name}]
            if operation.method not in ("GET", "DELETE")
            else []
        )
        for content in [{"json": body} for body in bodies] or [{}]:
            if not operation.waits:
                await client.request(operation.method, path, **content)


@pytest.mark.anyio
async def test_requests_touch_no_network_process_or_file(api, client, auditor, monkeypatch):
    # The HTTP client tries this import with every request, and lists the working directory once that has changed.
    monkeypatch.setitem(sys.modules, "sniffio", None)
    api.configure(concurrent_job_limit=1_000, rate_limits=None)
    # The first round loads modules that are imported on first use.
    await send_every_request(client, "warm-up")
    with auditor.recording() as events:
        for name in HOSTILE:
            await send_every_request(client, name)
    assert events == []


def test_server_binds_loopback_and_connects_to_no_other_host(auditor):
    def session():
        with MockZuora() as zuora, MockZuora.connect(zuora.url) as client:
            client.jobs.all()

    session()
    with auditor.recording() as events:
        session()
    addresses = {
        arguments[1] for event, *arguments in events if event in ("socket.bind", "socket.connect", "socket.sendto")
    }
    assert addresses and all(address.startswith("('127.0.0.1', ") for address in addresses)
    assert [event for event, *_ in events if not event.startswith("socket.")] == []


def test_auditor_records_events(auditor):
    with auditor.recording() as events:
        Path(__file__).read_bytes()
    assert events and "docs/test_security.py" in events[0][1]


def test_source_never_executes_input():
    found = set()
    for path in (ROOT / "mock_zuora").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            else:
                names = {node.func.id} if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else set()
            found |= {(path.name, name) for name in names & FORBIDDEN_IN_SOURCE}
    # It starts this package in another process, for tests that ask for one; no server does.
    assert found == {("process.py", "subprocess")}


def test_every_claim_names_existing_tests():
    claims = re.findall(r"^- (.*\n(?:  .*\n)*)", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE)
    assert len(claims) > 15
    named = {claim: re.findall(r"`([\w/]+\.py)::(test_\w+)`", claim) for claim in claims}
    assert [claim for claim, tests in named.items() if not tests] == []
    for file, name in [each for tests in named.values() for each in tests]:
        assert re.search(rf"^(?:async )?def {name}\(", (ROOT / "tests" / file).read_text("utf-8"), re.MULTILINE), name
