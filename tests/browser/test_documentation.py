"""The built documentation in a browser: accessible, no wider than the screen, and nothing loaded from other hosts."""

import http.server
import threading
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.site import build_site

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # The theme makes wide tables scroll without a key for it.
    "rules": {"scrollable-region-focusable": {"enabled": False}},
}


class Files(http.server.SimpleHTTPRequestHandler):
    """Serves files without a log."""

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def url(site):
    """The URL of a server of the site."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=site))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_pages_are_accessible_and_fit(chromium, site, url, width, theme):
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    foreign = []
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(url) else None)
    wrong = {}
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if path.name != "404.html")
    assert len(pages) > 40
    if width == 390:
        pages = ["index.html", "quickstart.html", "api.html", "fidelity.html", "settings.html", "languages/node.html"]
    for name in pages:
        page.goto(f"{url}/{name}")
        violations = Axe().run(page, options=RULES).response["violations"]
        problems = [f"{each['id']}: {node['html'][:150]}" for each in violations for node in each["nodes"]]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            problems.append(f"{wide} px wide")
        if problems:
            wrong[name] = problems
    context.close()
    assert wrong == {}
    assert foreign == []


def test_fidelity_page_is_filtered(chromium, url):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{url}/fidelity.html")
    shown = page.locator("details.behaviour:visible")
    every = shown.count()
    page.get_by_role("searchbox", name="Filter").fill("71013620 upload")
    assert 0 < shown.count() < every / 4
    assert "behaviours" in page.locator(".behaviour-filter output").inner_text()
    page.goto(f"{url}/fidelity.html#jobs-04")
    assert page.locator("#jobs-04").get_attribute("open") is not None
    context.close()
