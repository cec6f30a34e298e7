"""The Python example of docs/docker.md runs."""

import re
from pathlib import Path

import pytest
from testcontainers.core.config import testcontainers_config

import mock_zuora.testing.container
from mock_zuora.testing.container import MockZuoraContainer

pytestmark = pytest.mark.docker

PAGE = Path(__file__).parents[2] / "docs" / "docker.md"


def test_testcontainers_example_runs(image, monkeypatch, capsys):
    monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)
    monkeypatch.setattr(mock_zuora.testing.container, "MockZuoraContainer", lambda: MockZuoraContainer(image))
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)

    exec(example, {})

    output = capsys.readouterr().out
    assert re.match(r"http://\S+:\d+\n", output)
    assert "Volvo" in output
