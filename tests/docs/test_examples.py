"""Every example of docs/ is tried: sessions and programs on a server, test files by pytest, files as what they are."""

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from mock_zuora.config.seed_file import plans_from
from mock_zuora.config.settings import Settings, field_of, settings_from
from mock_zuora.server.server import Server
from scripts.docs.blocks import DOCS, blocks_of
from scripts.docs.pages import PAGES

ROOT = DOCS.parent
THIS = Path(__file__)
URL = "http://127.0.0.1:8080"
TRIED_ELSEWHERE = {"control.md", "docker.md", "performance.md", "testing.md"}
"""Pages whose examples need more than this file has; other tests, which name them, try those."""
MADE = {f"{name}.md" for name in PAGES}
"""Pages that are made from the code; the JSON on them is what the code made."""
BLOCKS = [
    block
    for path in sorted(DOCS.rglob("*.md"))
    if path.relative_to(DOCS).as_posix() not in TRIED_ELSEWHERE
    for block in blocks_of(path)
]
BETWEEN = "----- the next block -----\n"


def blocks(language, *, titled):
    return [block for block in BLOCKS if block.language == language and (block.title is not None) == titled]


def pages_with(language):
    return sorted({block.page for block in BLOCKS if block.language == language})


@pytest.fixture
def url():
    """The URL of a server as somebody starts it who reads the page."""
    server = Server(Settings(port=0))
    server.start()
    yield server.url
    server.stop()


def test_code_blocks_have_only_tested_languages():
    tried = {("sh", False), ("bash", False), ("text", False), ("python", False), ("python", True), ("toml", True)}
    said = {(block.language, block.title is not None): str(block) for block in BLOCKS}
    of_code = {("json", False)} if {block.page for block in blocks("json", titled=False)} <= MADE else set()
    assert {where for kind, where in said.items() if kind not in tried | of_code} == set()


@pytest.mark.parametrize("page", sorted(TRIED_ELSEWHERE))
def test_page_excluded_here_is_tested_elsewhere(page):
    others = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path != THIS]
    assert not (DOCS / page).exists() or any(page in text for text in others)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="no bash or no curl here")
@pytest.mark.parametrize("page", pages_with("bash"))
def test_shell_session_runs_and_prints_the_documented_output(url, page):
    """The blocks of a page are one session; a block of text is what the block before it prints."""
    of_page = [block for block in BLOCKS if block.page == page and block.language in ("bash", "text")]
    sessions = [block for block in of_page if block.language == "bash"]
    script = f"printf '%s' {shlex.quote(BETWEEN)}\n".join(block.text.replace(URL, url) for block in sessions)
    ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    printed = dict(zip(map(str, sessions), ran.stdout.split(BETWEEN), strict=True))
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
    ran = pytester.runpytest_inprocess("-p", "mock_zuora", "-p", "no:cacheprovider", "-W", "error")
    assert ran.ret == pytest.ExitCode.OK
    ran.assert_outcomes(passed=sum(block.text.count("\ndef test_") for block in files))


@pytest.mark.parametrize("block", blocks("toml", titled=True), ids=str)
def test_seed_file_is_valid(block):
    assert block.title == "seed.toml"
    [tenant] = plans_from(tomllib.loads(block.text))
    assert (len(tenant.users), len(tenant.clients), len(tenant.definitions), len(tenant.records)) == (2, 1, 1, 1)


@pytest.mark.parametrize("block", blocks("sh", titled=False), ids=str)
def test_command_is_valid(block):
    for line in block.text.splitlines():
        match shlex.split(line):
            case ["mock-zuora", "serve", *flags]:
                said = {field_of(flag.removeprefix("--").replace("-", "_")): value for flag, value in pairs(flags)}
                assert settings_from(said).model_fields_set == said.keys()
            case ["make", target]:
                assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
            case ["docker", "build" | "run", *_]:
                # docs/docker.md has the same commands, and its own tests.
                assert "mock-zuora" in line
            case other:
                assert other == ["pip", "install", "."]


def pairs(flags):
    return zip(flags[::2], flags[1::2], strict=True)
