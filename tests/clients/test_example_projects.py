"""The tests of the example projects in Node and Java pass, and fail for a client with a bug."""

import shutil
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from mock_zuora import MockZuora
from tests.clients.programs import run
from tests.platforms import skip_without

pytestmark = pytest.mark.clients

EXAMPLES = Path(__file__).parents[2] / "examples"
NODE, JAVA = EXAMPLES / "with_node", EXAMPLES / "with_java"


@pytest.fixture(scope="module")
def server():
    with MockZuora() as zuora:
        yield zuora


@pytest.fixture
def node_project(tmp_path):
    """A copy of the Node project, without its packages."""
    skip_without("node")
    ignored = shutil.ignore_patterns("node_modules")
    return Path(shutil.copytree(NODE, tmp_path / "with_node", ignore=ignored))


@pytest.fixture
def packages(request, node_project):
    """The packages of the Node project. Each version of its lock file is installed once, into the cache of pytest."""
    skip_without("npm")
    cache = request.config.cache.mkdir("npm")
    installed = cache / sha256((NODE / "package-lock.json").read_bytes()).hexdigest()[:16]
    if not installed.exists():
        folder = Path(tempfile.mkdtemp(dir=cache))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NODE / name, folder)
        done = run("npm", "ci", "--silent", "--no-audit", "--no-fund", folder=folder)
        if done.returncode:
            pytest.skip(f"npm ci failed: {done.stderr.strip()[-200:]}")
        with suppress(OSError):  # another worker has been faster
            folder.rename(installed)
    (node_project / "node_modules").symlink_to(installed / "node_modules")


@pytest.fixture
def java_project(tmp_path):
    skip_without("java", "javac")
    return Path(shutil.copytree(JAVA, tmp_path / "with_java"))


def run_node_tests(server, folder):
    return run("node", "--test", folder=folder, ZUORA_URL=server.url)


def run_java_tests(server, folder):
    compiled = run("javac", "-d", "build", *(path.name for path in sorted(folder.glob("*.java"))), folder=folder)
    assert compiled.returncode == 0, compiled.stderr
    return run("java", "-cp", "build", "ZuoraJobsTest", folder=folder, ZUORA_URL=server.url)


def change(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def check_that_no_tenant_is_left(server):
    assert [each.name for each in server.tenants()] == ["default"]


def test_tests_with_node_pass(server, node_project):
    done = run_node_tests(server, node_project)
    assert done.returncode == 0, done.stdout
    assert "# pass 11\n" in done.stdout
    check_that_no_tenant_is_left(server)


def test_tests_with_node_find_a_bug(server, node_project):
    change(node_project / "zuora-jobs.js", "[429, 503]", "[429]")
    done = run_node_tests(server, node_project)
    assert done.returncode == 1
    assert "not ok 3 - a 503 is retried after the time in Retry-After" in done.stdout
    check_that_no_tenant_is_left(server)


def test_tests_with_vitest_pass_and_compile(server, node_project, packages):
    done = run("npx", "vitest", "run", folder=node_project, ZUORA_URL=server.url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (checked := run("npx", "tsc", folder=node_project)).returncode == 0, checked.stdout
    change(node_project / "zuora-jobs.vitest.ts", "processing_time: 100", "processing_tim: 100")
    assert "'processing_tim' does not exist in type 'TenantOptions'" in run("npx", "tsc", folder=node_project).stdout
    check_that_no_tenant_is_left(server)


def test_tests_with_java_pass(server, java_project):
    done = run_java_tests(server, java_project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 11
    check_that_no_tenant_is_left(server)


def test_tests_with_java_find_a_bug(server, java_project):
    change(java_project / "ZuoraJobs.java", "status == 429 || status == 503", "status == 429")
    done = run_java_tests(server, java_project)
    assert done.returncode == 1
    assert "FAILED busyServerIsRetriedAfterRetryAfter" in done.stdout
    check_that_no_tenant_is_left(server)
