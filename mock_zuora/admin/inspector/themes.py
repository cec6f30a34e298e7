"""Light, dark, or as the system has it: the theme that a browser chose, kept in a cookie."""

from typing import Final

from starlette.types import Scope

from mock_zuora.admin.sessions import cookies_of

THEMES: Final = ("system", "light", "dark")
THEME_COOKIE: Final = "mock_zuora_theme"


def theme_of(scope: Scope) -> str:
    """The theme of the browser that sent a request."""
    theme = cookies_of(scope).get(THEME_COOKIE, "")
    return theme if theme in THEMES else THEMES[0]
