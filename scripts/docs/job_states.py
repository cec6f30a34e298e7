"""The state machine of jobs as a picture, the same as on the page of a job in the inspector."""

from typing import Final

from mock_zuora.admin.inspector.rendering import environment
from mock_zuora.admin.inspector.state_machine import picture

_STYLE: Final = """
.states rect { fill: #fff; stroke: #838c93; stroke-width: 1.5 }
.states text { fill: #1d2327; font: 600 13px system-ui, sans-serif; text-anchor: middle }
.states .arrow { fill: none; stroke: #566068; stroke-width: 1.5 }
.states .plain path { fill: #566068 }
@media (prefers-color-scheme: dark) {
  .states .arrow { stroke: #a3adb5 }
  .states .plain path { fill: #a3adb5 }
}
"""


def picture_file(operation: str) -> str:
    """The picture of an operation as an SVG file."""
    template = environment().get_template("state_machine.svg")
    return template.render(picture=picture(operation), style=_STYLE) + "\n"
