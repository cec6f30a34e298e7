"""docs/performance.md: its commands and files exist, and its table and picture are complete."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.files import file_of
from benchmarks.growth import OBJECT
from benchmarks.http_requests import send_json
from benchmarks.load_rows import server_with_records
from mock_zuora.domain.assumptions.catalogue.files import FILE_LIMIT

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "performance.md").read_text("utf-8")
BENCHMARKS = "\n".join(path.read_text("utf-8") for path in (ROOT / "benchmarks").glob("*_rows.py"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.parametrize("target", ["bench", "bench-short", "bench-growth"])
def test_make_target_is_documented_and_exists(target):
    documents = PAGE + (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    assert f"`make {target}`" in documents or f"`make {target} ARGS" in documents
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_table_has_only_budgets_of_the_benchmarks():
    documented = {float(each) for each in re.findall(r"\| (?:at least|at most|under) ([\d.]+)", PAGE)}
    found = re.findall(r"budget=([\d.]+)|, ([\d.]+)\)(?:,|$)", BENCHMARKS)
    assert documented and documented <= {float(each) for groups in found for each in groups if each}


def test_named_files_exist():
    named = re.findall(r"`((?:mock_zuora|benchmarks)/[\w/]+\.\w+)`", PAGE)
    assert named
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_growth_picture_has_a_panel_per_dimension():
    words = {each.text for each in ET.parse(ROOT / "docs" / "performance.svg").iter() if each.text}
    assert {
        "finished jobs of the tenant",
        "records of the object",
        "tenants of the server",
        "rows of the file",
    } <= words


def test_file_of_the_benchmark_is_as_large_as_the_server_accepts():
    size, limit = len(file_of().encode()), int(FILE_LIMIT.default)
    assert 0.99 * limit < size <= limit


def test_growth_is_measured_from_a_server_without_records():
    with server_with_records(0) as server:
        assert send_json(server, "GET", OBJECT)["records"] == []
