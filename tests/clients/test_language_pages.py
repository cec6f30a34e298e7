"""The programs of docs/languages/ run, and HTTP clients repeat the requests that the pages name."""

import shutil
from pathlib import Path

import pytest

from mock_zuora import MockZuora
from scripts.docs.blocks import DOCS, blocks_of
from tests.clients.programs import run
from tests.platforms import skip_without

pytestmark = pytest.mark.clients

HERE = Path(__file__).parent
EXAMPLES = DOCS.parent / "examples"
BLOCKS = {block.title: block for page in (DOCS / "languages").glob("*.md") for block in blocks_of(page) if block.title}


@pytest.fixture(scope="module")
def server():
    with MockZuora() as zuora:
        yield zuora


def write(name, folder):
    (folder / name).write_text(BLOCKS[name].text, "utf-8")


def check_that_no_tenant_is_left(server):
    assert [each.name for each in server.tenants()] == ["default"]


def test_documented_node_test_passes(server, tmp_path):
    skip_without("node")
    write("retry.test.mjs", tmp_path)
    shutil.copy(EXAMPLES / "with_node" / "mock-zuora.js", tmp_path / "mock-zuora.js")
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    done = run("node", "--test", folder=tmp_path, ZUORA_URL=server.url)
    assert done.returncode == 0 and "# pass 1\n" in done.stdout, done.stdout
    check_that_no_tenant_is_left(server)


def test_documented_java_program_works(server, tmp_path):
    skip_without("java", "javac")
    write("Retry.java", tmp_path)
    sources = [str(EXAMPLES / "with_java" / name) for name in ("MockZuora.java", "ZuoraJobs.java")]
    compiled = run("javac", "-d", ".", "Retry.java", *sources, folder=tmp_path)
    assert compiled.returncode == 0, compiled.stderr
    done = run("java", "Retry", folder=tmp_path, ZUORA_URL=server.url)
    assert (done.stdout, done.stderr) == ("1 refused request\ntrue\n", "")
    check_that_no_tenant_is_left(server)


def test_documented_go_test_passes(server, tmp_path):
    skip_without("go")
    write("zuora_test.go", tmp_path)
    (tmp_path / "go.mod").write_text("module example\n\ngo 1.21\n", "utf-8")
    done = run("go", "test", "-count=1", "-v", folder=tmp_path, ZUORA_URL=server.url)
    assert done.returncode == 0 and "--- PASS: TestClientIsToldToWait" in done.stdout, done.stdout + done.stderr
    check_that_no_tenant_is_left(server)


# The traps


@pytest.fixture
def zuora(server):
    """A tenant that resets the connection of the second GET and of the second POST of a client."""
    with server.tenant() as zuora:
        for method in ("GET", "POST"):
            zuora.faults.add("/objects/jobs", method, reset=True, nth=2)
        yield zuora


def sent(zuora, *command, folder):
    """What a program prints, and how often each of its requests arrived."""
    done = run(*command, folder=folder, ZUORA_URL=zuora.url, ZUORA_TOKEN=zuora.token())
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1], [zuora.requests.count(method=method) for method in ("GET", "POST")]


def test_fetch_of_node_repeats_nothing(zuora, tmp_path):
    skip_without("node")
    lines, counts = sent(zuora, "node", str(HERE / "repeats.mjs"), folder=tmp_path)
    assert lines == ["GET 200", "GET TypeError", "POST 200", "POST TypeError"] and counts == [2, 2]


def test_http_url_connection_repeats_a_post_and_has_no_patch(zuora, tmp_path):
    skip_without("java")
    lines, counts = sent(zuora, "java", str(HERE / "Repeats.java"), folder=tmp_path)
    assert lines == ["GET 200", "GET 200", "POST 200", "POST 200", "java.net.ProtocolException"]
    assert counts == [3, 3] and zuora.jobs.counts().total == 3


def test_option_turns_off_the_repetition_of_a_post(zuora, tmp_path):
    skip_without("java")
    lines, counts = sent(zuora, "java", "-Dsun.net.http.retryPost=false", str(HERE / "Repeats.java"), folder=tmp_path)
    assert lines[2:4] == ["POST 200", "POST java.net.SocketException"] and counts == [3, 2]


def test_go_repeats_a_get_and_a_post_with_an_idempotency_key(zuora, tmp_path):
    skip_without("go")
    shutil.copy(HERE / "repeats.go", tmp_path / "main.go")
    lines, counts = sent(zuora, "go", "run", "main.go", folder=tmp_path)
    assert lines == ["GET 200", "GET 200", "POST 200", "POST 200"] and counts == [3, 3]


def test_go_does_not_repeat_a_post_without_an_idempotency_key(zuora, tmp_path):
    skip_without("go")
    shutil.copy(HERE / "repeats.go", tmp_path / "main.go")
    lines, counts = sent(zuora, "go", "run", "main.go", "without-key", folder=tmp_path)
    assert lines[2:] == ["POST 200", "POST failed"] and counts == [3, 2]
