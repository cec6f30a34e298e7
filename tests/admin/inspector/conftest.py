"""Pages without a browser: requests to the app, and the HTML of the responses."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

import bs4
import httpx2
import pytest

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>javascript:alert(1)"
"""A text that a page must show as text wherever it comes from."""


class Html:
    """A page that was received."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.soup = bs4.BeautifulSoup(response.text, "html.parser")

    def all(self, selector: str) -> list[str]:
        """The texts of the elements that a CSS selector matches, without repeated spaces."""
        return [" ".join(each.get_text(" ").split()) for each in self.soup.select(selector)]

    def one(self, selector: str) -> str:
        """The text of the only element that a CSS selector matches."""
        [found] = self.all(selector)
        return found

    def links(self, selector: str = "a") -> list[str]:
        """Where the links lead that a CSS selector matches."""
        return [str(each["href"]) for each in self.soup.select(selector)]

    def rows(self, selector: str = "main tbody tr") -> list[list[str]]:
        """The texts of the cells of a table by row."""
        return [
            [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
            for row in self.soup.select(selector)
        ]

    @property
    def is_harmless(self) -> bool:
        """Whether no text of a client has become markup or the target of a link."""
        scripts = [each.get("src") for each in self.soup.select("script")]
        links = [*self.links("[href]"), *[str(each["action"]) for each in self.soup.select("[action]")]]
        handlers = [name for each in self.soup.find_all(True) for name in each.attrs if name.startswith("on")]
        return (
            scripts in ([], ["/__mock/inspector/assets/inspector.js"])
            and not handlers
            and not self.soup.select("[src=x], [style]")
            and all(each.startswith(("/", "#")) for each in links)
        )


@pytest.fixture
async def browser(api) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without a token that accepts pages."""
    async with api.client(Accept="text/html") as client:
        del client.headers["Authorization"]
        yield client


@pytest.fixture
def open_page(browser) -> Callable[..., Awaitable[Html]]:
    """Opens a page by its path and query."""

    async def open_page(path: str = "/__mock/", /, **query: object) -> Html:
        params = {name: str(value) for name, value in query.items()}
        return Html(await browser.get(path, params=params or None))

    return open_page


@pytest.fixture
def press(browser) -> Callable[..., Awaitable[Html]]:
    """Submits the form of a page that runs a control operation; returns the page that follows.

    Of several such forms, ``fields`` selects one by its fixed values, and fills in the others.
    """

    async def press(page: Html, operation: str, /, **fields: str) -> Html:
        for form in page.soup.select(f'form[action="/__mock/inspector/actions/{operation}"]'):
            values = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
            for each in form.select("select[name]"):
                chosen = each.select_one("option[selected]") or each.select_one("option")
                values[str(each["name"])] = "" if chosen is None else str(chosen.get("value", chosen.get_text()))
            values |= {str(each["name"]): each.get_text() for each in form.select("textarea[name]")}
            hidden = {str(each["name"]): str(each["value"]) for each in form.select("input[type=hidden]")}
            named = {each.partition(":")[0]: each for each in values}
            filled = {named.get(name.partition(":")[0], ""): value for name, value in fields.items()}
            if all(name and value in fixed_values(hidden, name, value) for name, value in filled.items()):
                response = await browser.post(str(form["action"]), data=values | filled | hidden, follow_redirects=True)
                return Html(response)
        raise AssertionError(f"the page has no form {operation} with {fields}")

    return press


def fixed_values(hidden: dict[str, str], name: str, value: str) -> tuple[str, ...]:
    """What selects a form by a fixed value: its JSON, or the text that it is. Any value if it is not fixed."""
    if name not in hidden:
        return (value,)
    decoded = json.loads(hidden[name]) if name.endswith(":json") else hidden[name]
    return hidden[name], str(decoded)


def query_of(url: str) -> dict[str, list[str]]:
    """The query of a URL."""
    return parse_qs(urlsplit(url).query)
