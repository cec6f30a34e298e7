"""The documentation site builds, and its pages load nothing from other hosts."""

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mock_zuora
from tests.site import build_site

ROOT = Path(__file__).parent.parent.parent
CONFIG = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]
LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
"""Attributes whose URLs a browser loads automatically."""


class LoadedUrls(HTMLParser):
    """Collects the URLs that a page loads."""

    def __init__(self, text):
        super().__init__()
        self.urls = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in LOADS and values.get("rel") not in ("canonical", "prev", "next"):
            self.urls.append(values.get(LOADS[tag]) or "")


def entries(nav):
    for entry in nav:
        for value in entry.values():
            yield from entries(value) if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.mark.xdist_group("site")
def test_every_page_is_built_and_loads_nothing_from_other_hosts(site):
    pages = list(site.rglob("*.html"))
    assert {path.relative_to(site).with_suffix(".md").as_posix() for path in pages} >= set(pages_of_docs())
    texts = [page.read_text("utf-8") for page in pages]
    loaded = {address for text in texts for address in LoadedUrls(text).urls}
    assert loaded and not [address for address in loaded if re.match(r"(?:[a-z]+:)?//", address)]
    # For pages with these classes, the script of the theme loads code from other hosts.
    assert not [name for name in ("mermaid", "glightbox", "pyodide") if any(f'class="{name}' in text for text in texts)]


@pytest.mark.xdist_group("site")
def test_styles_load_nothing_from_other_hosts(site):
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert styles and not re.findall(r"@import|url\(['\"]?(?:https?:)?//", styles)


@pytest.mark.xdist_group("site")
def test_site_has_a_search_index(site):
    assert "out-of-order" in (site / "search.json").read_text("utf-8")


@pytest.mark.xdist_group("site")
def test_python_reference_has_every_public_name(site):
    ids = {anchor.rpartition(".")[2] for anchor in re.findall(r' id="(mock_zuora[\w.]*)"', _text(site, "python-api"))}
    assert {*mock_zuora.__all__, "MockZuoraContainer"} - {"__version__"} - ids == set()


def _text(site, page):
    return (site / f"{page}.html").read_text("utf-8")


def test_navigation_has_every_page_once():
    named = list(entries(CONFIG["nav"]))
    assert len(named) == len(set(named))
    assert sorted(named) == sorted(pages_of_docs())


def pages_of_docs():
    return [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]


def test_architecture_picture_has_every_package():
    picture = (ROOT / "docs/architecture.svg").read_text("utf-8")
    named = set(re.findall(r'class="name"[^>]*>(\w+)<', picture))
    source = ROOT / "mock_zuora"
    assert named >= {path.parent.name for path in source.glob("*/__init__.py")}
    assert [name for name in named if not (source / name).is_dir() and not (source / f"{name}.py").exists()] == []
