"""Every example in docs/ works: shell sessions, Python programs, test files, seed files and commands."""

import contextlib
import io
import re
import shlex
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from mock_zuora.config.seed_file import templates_from
from mock_zuora.config.settings import Settings, field_of, settings_from
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.assumptions.observed import check_assumed
from mock_zuora.server.server import Server
from scripts.docs.blocks import DOCS, blocks_of
from scripts.docs.pages import PAGES
from tests.platforms import skip_without

ROOT = DOCS.parent
THIS = Path(__file__)
URL = "http://127.0.0.1:8080"
TESTED_ELSEWHERE = {
    "api.md", "control.md", "docker.md", "how-to/generate-clients.md", "how-to/official-client.md", "how-to/postman.md",
    "how-to/vary-assumptions.md", "how-to/verify.md", "https.md", "kubernetes.md", "languages/dotnet.md",
    "languages/go.md", "languages/java.md", "languages/node.md", "performance.md", "testing.md",
}  # fmt: skip
"""Pages whose examples are tested by other test files, which name the page."""
GENERATED = {f"{name}.md" for name in PAGES}
"""Generated pages, whose JSON blocks are generated too."""
BLOCKS = [
    block
    for path in sorted(DOCS.rglob("*.md"))
    if path.relative_to(DOCS).as_posix() not in TESTED_ELSEWHERE
    for block in blocks_of(path)
]
BETWEEN = "----- the next block -----\n"


def blocks(language, *, titled):
    return [block for block in BLOCKS if block.language == language and (block.title is not None) == titled]


def pages_with(language):
    return sorted({block.page for block in BLOCKS if block.language == language})


@pytest.fixture
def url():
    """The URL of a server with default settings on a free port."""
    server = Server(Settings(port=0))
    server.start()
    yield server.url
    server.stop()


def test_code_blocks_have_only_tested_languages():
    tested = {("sh", False), ("bash", False), ("text", False), ("python", False), ("python", True), ("toml", True)}
    found = {(block.language, block.title is not None): str(block) for block in BLOCKS}
    json_blocks = {("json", False)} if {block.page for block in blocks("json", titled=False)} <= GENERATED else set()
    assert {where for kind, where in found.items() if kind not in tested | json_blocks} == set()


@pytest.mark.parametrize("page", sorted(TESTED_ELSEWHERE))
def test_page_excluded_here_is_tested_elsewhere(page):
    others = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path != THIS]
    assert (DOCS / page).is_file() and any(page in text for text in others)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("page", pages_with("bash"))
def test_shell_session_runs_and_prints_the_documented_output(url, page, shell):
    """The blocks of a page form one session. A text block is the output of the block before it."""
    skip_without(shell, "curl")
    of_page = [block for block in BLOCKS if block.page == page and block.language in ("bash", "text")]
    sessions = [block for block in of_page if block.language == "bash"]
    script = f"printf '%s' {shlex.quote(BETWEEN)}\n".join(block.text.replace(URL, url) for block in sessions)
    done = subprocess.run([shell, "-eu", "-c", script], capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    printed = dict(zip(map(str, sessions), done.stdout.split(BETWEEN), strict=True))
    shown = {str(before): block.text for before, block in pairwise(of_page) if block.language == "text"}
    assert {where: printed[where] for where in shown} == shown


@pytest.mark.parametrize("block", blocks("python", titled=False), ids=str)
def test_python_program_runs(url, block):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block.text.replace(URL, url), str(block), "exec"), {})
    assert url in printed.getvalue()


def test_documented_test_files_pass(pytester, monkeypatch):
    files = blocks("python", titled=True)
    assert len({block.title for block in files}) == len(files) >= 5
    for block in files:
        pytester.path.joinpath(block.title).write_text(block.text, "utf-8")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = pytester.runpytest_inprocess("-p", "mock_zuora", "-p", "no:cacheprovider", "-W", "error")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=sum(block.text.count("\ndef test_") for block in files))


@pytest.mark.parametrize("block", blocks("toml", titled=True), ids=str)
def test_file_is_valid(block):
    if block.title == "observed.toml":
        assert len(assumed(check_assumed(tomllib.loads(block.text)), Origin.FLAG)) == 2
        return
    assert block.title == "seed.toml"
    [tenant] = templates_from(tomllib.loads(block.text))
    assert (len(tenant.users), len(tenant.clients), len(tenant.definitions), len(tenant.records)) == (2, 1, 1, 1)


@pytest.mark.parametrize("block", blocks("sh", titled=False), ids=str)
def test_command_is_valid(url, block):
    for line in block.text.splitlines():
        match shlex.split(line):
            case ["mock-zuora", "serve", *flags]:
                settings = {field_of(flag.removeprefix("--").replace("-", "_")): value for flag, value in pairs(flags)}
                assert settings_from(settings).model_fields_set == settings.keys()
            case ["make", target]:
                assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
            case ["curl", *arguments]:
                assert errors_of(url, arguments) == ""
            case ["docker", "build" | "run", *_]:
                # docs/docker.md has the same commands, and its own tests.
                assert "mock-zuora" in line
            case other:
                assert other == ["pip", "install", ".", "pytest", "requests"]


def errors_of(url, arguments):
    """What a documented request of curl was refused with; nothing if it was not."""
    command = ["curl", *(argument.replace(URL, url) for argument in arguments)]
    printed = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=30, check=True).stdout
    return printed if '"error"' in printed else ""


def pairs(flags):
    return zip(flags[::2], flags[1::2], strict=True)
