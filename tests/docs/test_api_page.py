"""The session of the page about the emulated API runs as pasted, in bash and in zsh, with the documented responses."""

import json
import re
import shlex
import subprocess
from itertools import pairwise

import pytest

from mock_zuora import MockZuora
from mock_zuora.config.settings import Settings
from mock_zuora.server.server import Server
from scripts.docs.blocks import DOCS, blocks_of
from tests.platforms import skip_without

BLOCKS = [block for block in blocks_of(DOCS / "api.md") if block.language in ("bash", "json", "text")]
SESSION = [block for block in BLOCKS if block.language == "bash"]
URL = "http://127.0.0.1:8080"
BETWEEN = "----- the next block -----\n"
VARIABLE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|\d{4}-\d\d-\d\dT[\d:.]+Z")


@pytest.fixture(params=["bash", "zsh"])
def shell(request):
    skip_without(request.param, "curl")
    return request.param


@pytest.fixture
def server():
    server = Server(Settings(port=0))
    server.start()
    yield server
    server.stop()


def run_session(shell, url, folder):
    """The output of each block."""
    script = f"printf '%s' {shlex.quote(BETWEEN)}\n".join(block.text.replace(URL, url) for block in SESSION)
    done = subprocess.run([shell, "-e", "-c", script], cwd=folder, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return dict(zip(map(str, SESSION), done.stdout.split(BETWEEN), strict=True))


def comparable(block, printed):
    """What is compared: JSON without ids and dates, and text as it is."""
    return json.loads(VARIABLE.sub("…", printed)) if block.language == "json" else printed


def test_each_response_is_the_documented_one(shell, server, tmp_path):
    printed = run_session(shell, server.url, tmp_path)

    for request, response in pairwise(BLOCKS):
        if response.language != "bash":
            shown, said = comparable(response, response.text), comparable(response, printed[str(request)])
            assert said == shown, f"the response of {request}"


def test_session_has_every_operation(server, tmp_path):
    skip_without("bash", "curl")
    run_session("bash", server.url, tmp_path)

    zuora = MockZuora.connect(server.url)
    requested = {request.operation for request in zuora.requests.find()}
    operations = json.loads((DOCS.parent / "openapi" / "mock_zuora.json").read_text("utf-8"))["paths"].values()
    assert {operation["operationId"] for path in operations for operation in path.values()} - requested == set()
