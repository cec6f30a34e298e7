"""The code and its tests run on macOS and Windows too: what they leave to the platform would differ there."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINUX_ONLY = ("benchmarks", "tests/docker")
"""Folders whose code needs Linux: a Docker engine, or wrk and /proc."""
FILES = [
    path
    for folder in ("mock_zuora", "scripts", "tests", "examples", "docker")
    for path in (ROOT / folder).rglob("*.py")
    if not path.relative_to(ROOT).as_posix().startswith(LINUX_ONLY)
]


def leaves_encoding_open(call):
    """Whether a call reads or writes text in the encoding of the platform, which is not UTF-8 on Windows."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in options or None in options:
        return False
    match name:
        case "read_text":
            return not call.args
        case "write_text":
            return len(call.args) == 1
        case "run" | "Popen" | "check_output":
            return "text" in options or "universal_newlines" in options
        case "open" if isinstance(call.func, ast.Name):
            mode = call.args[1] if len(call.args) > 1 else options.get("mode", ast.Constant("r"))
            return not isinstance(mode, ast.Constant) or "b" not in mode.value
        case _:
            return False


def test_text_has_an_encoding():
    assert len(FILES) > 300
    assert [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and leaves_encoding_open(node)
    ] == []


@pytest.mark.parametrize(
    ("call", "is_open"),
    [
        ("path.read_text()", True),
        ("path.read_text('utf-8')", False),
        ("path.write_text(text)", True),
        ("path.write_text(text, encoding='utf-8')", False),
        ("open(path)", True),
        ("open(path, mode='rb')", False),
        ("subprocess.run(command, text=True)", True),
        ("subprocess.run(command, encoding='utf-8')", False),
        ("pool.run(command)", False),
    ],
)
def test_calls_without_an_encoding_are_found(call, is_open):
    assert leaves_encoding_open(ast.parse(call, mode="eval").body) is is_open


def test_checkouts_have_the_same_line_ends_everywhere():
    assert "* text=auto eol=lf\n" in (ROOT / ".gitattributes").read_text("utf-8")
