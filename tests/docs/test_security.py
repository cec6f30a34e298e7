"""SECURITY.md is true: what a day of hostile calls touches, and that each claim names tests that are there.

conftest.py sees those tests pass."""

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
TOUCHES = ("open", "os.", "shutil.", "socket.", "subprocess.", "urllib.", "ftplib.", "tempfile.", "glob.", "ctypes.")
"""Audit events of files, processes and the network."""


class Auditor:
    """Hears of what the interpreter is asked to touch, while it listens."""

    def __init__(self):
        self.heard = None
        sys.addaudithook(self.hear)

    def hear(self, event, said):
        if self.heard is not None and event.startswith(TOUCHES):
            self.heard.append((event, *map(repr, said[:2])))

    @contextmanager
    def listening(self):
        self.heard = []
        try:
            yield self.heard
        finally:
            self.heard = None


AUDITOR = []


@pytest.fixture
def auditor():
    """The auditor of this process; an audit hook cannot be taken away, so there is one."""
    if not AUDITOR:
        AUDITOR.append(Auditor())
    return AUDITOR[0]


async def a_day(client, name):
    """Every kind of call with a hostile name wherever a name can stand; those that are refused count as well."""
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
async def test_a_whole_day_of_calls_touches_no_network_no_process_and_no_file(api, client, auditor):
    api.configure(concurrent_job_limit=1_000, rate_limits=None)
    # The first day loads what is only loaded when it is first asked for.
    await a_day(client, "warm-up")
    with auditor.listening() as touched:
        for name in HOSTILE:
            await a_day(client, name)
    assert touched == []


def test_a_server_binds_loopback_and_calls_nobody(auditor):
    def session():
        with MockZuora() as zuora, MockZuora.connect(zuora.url) as client:
            client.jobs.all()

    session()
    with auditor.listening() as touched:
        session()
    addresses = {said[1] for event, *said in touched if event in ("socket.bind", "socket.connect", "socket.sendto")}
    assert addresses and all(address.startswith("('127.0.0.1', ") for address in addresses)
    assert [event for event, *_ in touched if not event.startswith("socket.")] == []


def test_the_auditor_hears_what_is_touched(auditor):
    with auditor.listening() as touched:
        Path(__file__).read_bytes()
    assert touched and "docs/test_security.py" in touched[0][1]


def test_nothing_in_the_source_runs_input():
    found = set()
    for path in (ROOT / "mock_zuora").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            else:
                names = {node.func.id} if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else set()
            found |= {(path.name, name) for name in names & FORBIDDEN_IN_SOURCE}
    assert found == set()


def test_each_claim_names_tests_that_are_there():
    claims = re.findall(r"^- (.*\n(?:  .*\n)*)", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE)
    assert len(claims) > 15
    named = {claim: re.findall(r"`([\w/]+\.py)::(test_\w+)`", claim) for claim in claims}
    assert [claim for claim, tests in named.items() if not tests] == []
    for file, name in [each for tests in named.values() for each in tests]:
        assert re.search(rf"^(?:async )?def {name}\(", (ROOT / "tests" / file).read_text("utf-8"), re.MULTILINE), name
