"""The generated pages of docs/ and the generated files of examples/ are current."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from mock_zuora.admin.inspector.state_machine import picture
from mock_zuora.control.ledger import behaviours
from scripts.docs import fidelity
from scripts.docs.__main__ import EXAMPLES, main
from scripts.docs.blocks import DOCS
from scripts.docs.pages import EXAMPLE_FILES, PAGES, PICTURES


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_current(name):
    assert (DOCS / f"{name}.md").read_text("utf-8") == PAGES[name](), "make pages updates it"


@pytest.mark.parametrize("name", PICTURES)
def test_generated_picture_is_current(name):
    assert (DOCS / f"{name}.svg").read_text("utf-8") == PICTURES[name](), "make pages updates it"


@pytest.mark.parametrize("name", EXAMPLE_FILES)
def test_generated_file_of_an_example_is_current(name):
    assert (EXAMPLES / name).read_text("utf-8") == EXAMPLE_FILES[name](), "make pages updates it"


@pytest.mark.parametrize(("operation", "name"), [("create", "job-states"), ("delete", "delete-job-states")])
def test_picture_of_the_docs_is_that_of_the_inspector(operation, name):
    shown = ET.parse(DOCS / f"{name}.svg").getroot()
    drawn = [each.get("d") for each in shown.iter() if each.get("class", "").startswith("arrow")]
    assert drawn == [each.path for each in picture(operation).arrows]
    words = [each.text for each in shown.iter() if each.tag.endswith("text")]
    assert words == [each.status.replace("_", " ") for each in picture(operation).boxes]


def test_every_error_code_has_one_anchor():
    page = (DOCS / "errors.md").read_text("utf-8")
    anchors = re.findall(r'<span id="(\d{8})">', page)
    assert len(anchors) == len(set(anchors)) > 50
    assert set(anchors) == set(re.findall(r"^\| (?:<span id=\"\d+\">)?`(\d{8})`", page, re.MULTILINE))


def test_only_the_named_pages_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.docs.__main__.DOCS", tmp_path)
    main(["versions", "job-states"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job-states.svg", "versions.md"]


def test_fidelity_page_says_which_rows_a_probe_checks(monkeypatch):
    first, second = behaviours()[:2]
    monkeypatch.setattr(fidelity, "behaviours", lambda: (replace(first, probe="job-life"), replace(second, probe=None)))
    checked, other = (line for line in fidelity.page().splitlines() if line.startswith("<details"))
    assert "checked by <code>mock-zuora verify</code> (job-life)" in checked and "verify" not in other
