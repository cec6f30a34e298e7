"""docs/performance.md: its commands are there, its table has the budgets of the bench, its picture shows."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "performance.md").read_text("utf-8")
BENCH = "\n".join(path.read_text("utf-8") for path in (ROOT / "benchmarks").glob("*_rows.py"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.parametrize("target", ["bench", "bench-short", "bench-growth"])
def test_the_commands_of_the_bench_are_there(target):
    said = PAGE + (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    assert f"`make {target}`" in said or f"`make {target} ARGS" in said
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_the_table_has_the_budgets_of_the_bench():
    shown = {float(each) for each in re.findall(r"\| (?:at least|at most|under) ([\d.]+)", PAGE)}
    judged = {
        float(each) for each in re.findall(r"budget=([\d.]+)|, ([\d.]+)\)(?:,|$)", BENCH) for each in each if each
    }
    assert shown <= judged


def test_the_files_that_the_page_names_are_there():
    named = re.findall(r"`((?:mock_zuora|benchmarks)/[\w/]+\.\w+)`", PAGE)
    assert named
    assert [each for each in named if not (ROOT / each).exists() and not (ROOT / "mock_zuora" / each).exists()] == []


def test_the_picture_of_growth_has_a_panel_for_each_thing_that_grows():
    words = {each.text for each in ET.parse(ROOT / "docs" / "performance.svg").iter() if each.text}
    assert {
        "finished jobs of the tenant",
        "records of the object",
        "tenants of the server",
        "rows of the file",
    } <= words
