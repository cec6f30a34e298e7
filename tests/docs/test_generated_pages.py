"""The generated pages of docs/ are current."""

import pytest

from scripts.docs.__main__ import main
from scripts.docs.blocks import DOCS
from scripts.docs.pages import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_current(name):
    assert (DOCS / f"{name}.md").read_text("utf-8") == PAGES[name](), "make pages updates it"


def test_only_the_named_pages_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.docs.__main__.DOCS", tmp_path)
    main(["versions"])
    assert [path.name for path in tmp_path.iterdir()] == ["versions.md"]
