"""How values are shown, and that long pages are rendered in chunks."""

from datetime import UTC, datetime

import pytest

from mock_zuora.admin.inspector import rendering
from mock_zuora.admin.inspector.json_text import indented
from mock_zuora.admin.inspector.rendering import (
    clock_text,
    code_text,
    environment,
    json_text,
    milliseconds_text,
    number_text,
    page_response,
    size_text,
)


def test_numbers_are_shown_with_units():
    assert [size_text(each) for each in (0, 1023, 1536, 5 * 1024 * 1024)] == ["0 B", "1023 B", "1.5 KiB", "5.0 MiB"]
    assert number_text(1234567) == "1,234,567"
    assert clock_text(datetime(2021, 3, 10, 0, 5, 54, 207000, tzinfo=UTC)) == "2021-03-10 00:05:54"


def test_values_are_shown_as_json():
    assert json_text({"é": [1, None]}) == '{"é": [1, null]}'
    assert indented(json_text({"a": 1})) == '{\n  "a": 1\n}'


def test_backticks_mark_code_and_its_text_is_escaped():
    assert code_text("`<b>` is & `x`.") == "<code>&lt;b&gt;</code> is &amp; <code>x</code>."


def test_every_template_is_valid_and_escapes():
    templates = environment().list_templates()
    assert {"layout.html", "macros.html", "login.html"} <= set(templates)
    for name in templates:
        source = environment().loader.get_source(environment(), name)[0]
        environment().get_template(name)
        assert "| safe" not in source and "|safe" not in source and "autoescape" not in source


@pytest.mark.anyio
async def test_long_page_lets_others_run(monkeypatch):
    steps = []

    async def note():
        steps.append(None)

    monkeypatch.setattr("mock_zuora.control.chunks.let_others_run", note)
    await page_response("plain_error.html", {"title": "x", "error": "y", "theme": "system"})
    before = len(steps)
    monkeypatch.setattr(rendering, "_PER_CHUNK", 1)
    await page_response("plain_error.html", {"title": "x", "error": "y", "theme": "system"})
    assert len(steps) > before


@pytest.mark.parametrize("seconds, text", [(0.0, "< 1 ms"), (0.001, "1 ms"), (1.2, "1,200 ms")])
def test_durations_are_in_milliseconds(seconds, text):
    assert milliseconds_text(seconds) == text
