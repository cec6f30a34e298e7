"""Renders templates with Jinja2. Values are escaped, so that no text of a client becomes markup."""

import asyncio
import json
from collections.abc import Generator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, meta
from markupsafe import Markup
from starlette.responses import HTMLResponse

from mock_zuora.admin.inspector.json_text import indented
from mock_zuora.admin.inspector.snippets import curl_of, python_of
from mock_zuora.control.chunks import run_in_chunks

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""The headers of every page. A page loads nothing from elsewhere, and cannot be framed."""
_PER_CHUNK: Final = 300
"""Parts of a page that are rendered at once: about a millisecond of work."""


@cache
def environment() -> Environment:
    """The templates, with their filters and functions."""
    found = Environment(
        loader=PackageLoader("mock_zuora.admin.inspector"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        clock=clock_text, size=size_text, number=number_text, milliseconds=milliseconds_text, json=json_text,
        indented=indented, code=code_text,
    )  # fmt: skip
    found.globals.update(curl=curl_of, python=python_of)
    return found


async def page_response(template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Renders a page in chunks, while other requests are served."""
    if template not in _loaded:
        # In a thread: a template is compiled when it is first used, which takes up to a tenth of a second.
        await asyncio.to_thread(_load, template)
    return HTMLResponse(await run_in_chunks(_rendered(template, values)), status, HEADERS)


_loaded: Final[set[str]] = set()
"""The templates that are compiled, with all that they use."""


def _load(template: str) -> None:
    names = [template]
    for name in names:
        source = environment().loader.get_source(environment(), name)[0]  # type: ignore[union-attr]
        environment().get_template(name)
        used = meta.find_referenced_templates(environment().parse(source))
        names += [each for each in used if each is not None and each not in names]
    _loaded.add(template)


def _rendered(template: str, values: Mapping[str, Any]) -> Generator[None, None, str]:
    parts: list[str] = []
    for part in environment().get_template(template).generate(values):
        parts.append(part)
        if len(parts) % _PER_CHUNK == 0:
            yield
    return "".join(parts)


def clock_text(time: datetime) -> str:
    """A time as ``2021-03-10 00:05:54``, in UTC."""
    return time.isoformat(sep=" ")[:19]


def size_text(count: int) -> str:
    """A number of bytes as ``512 B``, ``1.5 KiB`` or ``2.0 MiB``."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.1f} KiB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MiB"


def number_text(count: int) -> str:
    """A number with commas between thousands."""
    return f"{count:,}"


def milliseconds_text(seconds: float) -> str:
    """A duration, which is recorded in whole milliseconds, as ``< 1 ms`` or ``1,200 ms``."""
    return f"{seconds * 1_000:,.0f} ms" if seconds >= 0.001 else "< 1 ms"


def json_text(value: object) -> str:
    """A value as JSON in one line."""
    return json.dumps(value, ensure_ascii=False)


def code_text(text: str) -> Markup:
    """A text of this package as HTML, with code where it has backticks."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>" if each % 2 else "{}").format(part) for each, part in enumerate(parts)
    )
