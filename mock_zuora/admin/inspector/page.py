"""What a view gets and returns, and the table of all views."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from mock_zuora.control.context import Control

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

    def number(self, name: str) -> int:
        """A parameter that is a number from 0; 0 for any other text."""
        text = self.query.get(name, "")
        return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a view shows: a template with its values."""

    template: str
    title: str
    watch: str
    """The kinds of changes after which the page is fetched again, with spaces; see ``control/changes.py``."""
    up: str | None = None
    """URL of the page that Esc leads to."""
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
