"""What a view gets and returns, and the table of all views."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote, urlencode

from mock_zuora.control.context import Control

Item = TypeVar("Item")

ROOT: Final = "/__mock/"
"""Path of the first page. Those of the other pages begin with ``PREFIX``."""
PREFIX: Final = "/__mock/inspector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The request for a page, as its view and its templates see it."""

    control: Control
    tenant: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    """The state of the page. Of a parameter that occurs several times, the last value."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The parameters in the path."""
    base_url: str = "http://127.0.0.1:8080"
    """The server's URL as the browser knows it."""
    is_read_only: bool = False
    theme: str = "system"

    def url(self, path: str, /, **query: object) -> str:
        """The URL of another page for the same tenant. Parameters that are None or empty are left out."""
        found = {"tenant": self.query.get("tenant"), **query}
        text = urlencode({name: str(value) for name, value in found.items() if value not in (None, "")})
        return quote(path) + (f"?{text}" if text else "")

    def here(self, /, **query: object) -> str:
        """The URL of this page with other parameters."""
        return self.url(self.path, **{**self.query, "done": None, **query})

    def part_of(self, items: Sequence[Item], size: int) -> "Part[Item]":
        """The items of this page: ``size`` of them from the number in the parameter ``from``; 0 for any other text."""
        text = self.query.get("from", "")
        start = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
        end = start + size
        return Part(
            items=items[start:end],
            total=len(items),
            first=self.here(**{"from": None}) if start else None,
            next=self.here(**{"from": end}) if end < len(items) else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[Item]):
    """The items of a list that a page shows, and the URLs of the first and the next page, None for the page itself."""

    items: Sequence[Item]
    total: int
    first: str | None
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a view shows: a template with its values."""

    template: str
    title: str
    watch: str
    """The kinds of changes after which the page is fetched again, with spaces; see ``control/changes.py``."""
    up: tuple[str, str] | None = None
    """The text and the URL of the link to the list that the page belongs to. Esc leads there, too."""
    values: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Page], Awaitable[View]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A view with its path template, and its name in the navigation."""

    path: str
    handler: Handler
    section: str


VIEWS: Final[list[Entry]] = []
"""All views. A fixed path comes before one with a parameter in its place."""


def view(path: str, section: str) -> Callable[[Handler], Handler]:
    """Registers a view. ``section`` is the page of the navigation that it belongs to."""

    def register(handler: Handler) -> Handler:
        VIEWS.append(Entry(path, handler, section))
        return handler

    return register
