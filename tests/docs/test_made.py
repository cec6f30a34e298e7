"""Pages that are made from the code say what the code says now."""

import pytest

from scripts.docs.__main__ import main
from scripts.docs.blocks import DOCS
from scripts.docs.made import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_the_code_makes_it(name):
    assert (DOCS / f"{name}.md").read_text("utf-8") == PAGES[name](), "make pages writes it anew"


def test_only_the_pages_that_are_named_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.docs.__main__.DOCS", tmp_path)
    main(["versions"])
    assert [path.name for path in tmp_path.iterdir()] == ["versions.md"]
