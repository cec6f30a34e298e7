"""Two pictures of boxes: the packages in layers, and how clients, tests, server and tenants belong together."""

import ast
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

ROOT: Final = Path(__file__).parents[2]
_STYLE: Final = """
  rect { fill: #f3f5f8; stroke: #838c93 }
  text { fill: #1d2327; font: 13px system-ui, sans-serif }
  .frame { fill: none; stroke-dasharray: 4 4 }
  .name { font-weight: 600; font-size: 15px }
  .arrow { fill: none; stroke: #566068; stroke-width: 1.5 }
  .head { fill: #566068 }
  @media (prefers-color-scheme: dark) {
    rect { fill: #22272c; stroke: #838c93 }
    .frame { fill: none }
    text { fill: #e6e9ec }
    .arrow { stroke: #a3adb5 }
    .head { fill: #a3adb5 }
  }
"""
_WIDTH: Final = 900
_GAP: Final = 12
_HEIGHT: Final = 58
_CHARACTER: Final = 6.6
"""The mean width of a character."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with a name and lines of text below it."""

    x: int
    y: int
    width: int
    height: int
    name: str
    lines: tuple[str, ...] = ()

    def svg(self) -> str:
        """The elements of the box."""
        texts = [f'<text class="name" x="{self.x + 12}" y="{self.y + 24}">{escape(self.name)}</text>']
        for number, line in enumerate(self.lines):
            texts.append(f'<text x="{self.x + 12}" y="{self.y + 45 + 18 * number}">{escape(line)}</text>')
        frame = f'<rect x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}" rx="6"/>'
        return "\n".join([frame, *texts])


def layers_picture() -> str:
    """The packages of the code, from the contract that import-linter checks, with their docstrings."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = [
        [name.strip().removeprefix("mock_zuora.") for name in layer.split("|")]
        for layer in contracts[0]["layers"]
        if "__main__" not in layer
    ]
    boxes = [box for row, names in enumerate(layers) for box in _row(16 + row * (_HEIGHT + _GAP), names)]
    height = 16 + len(layers) * (_HEIGHT + _GAP)
    return _svg("The packages in layers. Imports point down only.", height, [box.svg() for box in boxes])


def _row(y: int, names: list[str]) -> Iterable[Box]:
    width = (_WIDTH - 32 - _GAP * (len(names) - 1)) // len(names)
    for column, package in enumerate(names):
        yield Box(16 + column * (width + _GAP), y, width, _HEIGHT, package, (_first_sentence(package, width),))


def _first_sentence(package: str, width: int) -> str:
    """The first sentence of the package's docstring, or its part before the colon if the sentence does not fit."""
    module = ast.parse((ROOT / "mock_zuora" / package / "__init__.py").read_text("utf-8"))
    sentence = (ast.get_docstring(module) or "").splitlines()[0].split(". ")[0].rstrip(".").replace("`", "")
    return sentence if len(sentence) * _CHARACTER <= width - 24 else sentence.split(": ")[0]


def parts_picture() -> str:
    """A client and a test on the left, the APIs of the server in the middle, its tenants on the right."""
    client = Box(16, 40, 210, 76, "your client", ("the code under test, or", "another program"))
    test = Box(16, 188, 210, 76, "your test", ("or you, in the inspector",))
    emulated = Box(330, 40, 230, 76, "emulated API", ("/oauth/token, /objects/…", "what Zuora has"))
    control = Box(330, 188, 230, 76, "control API", ("/__mock/v1/…", "clock, faults, outcomes, …"))
    tenants = [
        Box(664, 16 + 98 * number, 220, 86, f"tenant {name}", ("objects, records, jobs", "clock, settings, requests"))
        for number, name in enumerate(("default", "acme", "test-42"))
    ]
    arrows = [_arrow(226, 78, 330), _arrow(226, 226, 330), _arrow(560, 78, 664), _arrow(560, 226, 664)]
    boxes = [box.svg() for box in (client, test, emulated, control, *tenants)]
    title = "Clients send requests to the emulated API, tests to the control API. Both concern one tenant."
    server = (
        '<rect class="frame" x="306" y="2" width="592" height="336" rx="8"/><text x="318" y="328">one server</text>'
    )
    return _svg(title, 340, [server, *arrows, *boxes])


def _arrow(x: int, y: int, end: int) -> str:
    return f'<path class="arrow" d="M{x + 6} {y}H{end - 10}"/><path class="head" d="M{end - 4} {y}l-10 -5v10z"/>'


def _svg(title: str, height: int, parts: Iterable[str]) -> str:
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{title}">'
    )
    return "\n".join([opening, f"<style>{_STYLE}</style>", *parts, "</svg>"]) + "\n"
