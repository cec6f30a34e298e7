"""docs/languages/node.md, java.md, go.md and dotnet.md. tests/clients/test_language_pages.py runs their programs."""

import json
import re

import pytest

from mock_zuora.control.services import OPERATIONS
from scripts.docs.blocks import DOCS, blocks_of

PAGES = ["languages/dotnet.md", "languages/go.md", "languages/java.md", "languages/node.md"]
RUN = {"Retry.java", "retry.test.mjs", "zuora_test.go"}
"""The blocks that tests run."""
RUN_BY_HAND = {"container.test.mjs"}
SECTIONS = ["Start the server", "A tenant per test", "HTTPS", "Traps"]
PATHS = {path.split("/")[1] for _, path in OPERATIONS}


def text_of(page):
    return (DOCS / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_page_has_the_same_sections_as_the_others(page):
    assert re.findall(r"^## (.*)$", text_of(page), re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("page", PAGES)
def test_page_says_what_is_not_run(page):
    """A block without a title is one that has not been run."""
    blocks = [block for block in blocks_of(DOCS / page) if block.language != "sh"]
    titled = [block.title for block in blocks if block.title]
    assert set(titled) <= RUN | RUN_BY_HAND
    assert RUN_BY_HAND.isdisjoint(titled) or "run by hand" in text_of(page)
    assert len(titled) == len(blocks) or re.search(r"(?i)part of (our|the) tests", text_of(page))


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_page_start_the_image(page):
    lines = [line for block in blocks_of(DOCS / page) if block.language == "sh" for line in block.text.splitlines()]
    assert lines == ["docker run --rm --publish 127.0.0.1:8080:8080 mock-zuora"]


@pytest.mark.parametrize("page", ["languages/dotnet.md", "languages/go.md", "languages/java.md"])
def test_control_paths_of_the_page_exist(page):
    code = "\n".join(block.text for block in blocks_of(DOCS / page))
    used = set(re.findall(r'(?:control|call|Control)\([\w."]+, \$?"/?(\w+)', code))
    assert len(used) >= 5 and used <= PATHS


@pytest.mark.parametrize("name", ["with_node", "with_java"])
def test_readme_of_the_example_names_its_files(name):
    folder = DOCS.parent / "examples" / name
    named = set(re.findall(r"`([\w.-]+\.\w+)`", (folder / "README.md").read_text("utf-8")))
    files = {path.name for path in folder.iterdir() if path.is_file()}
    assert files - named <= {"README.md", "package.json", "package-lock.json"}
    if name == "with_node":
        assert json.loads((folder / "package.json").read_text("utf-8")).get("dependencies") is None
