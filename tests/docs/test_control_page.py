"""The examples of docs/control.md run, and the page is complete."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from mock_zuora import MockZuora
from mock_zuora.admin.access_control import OPEN_PATHS
from mock_zuora.config.settings import ControlMode
from mock_zuora.control import journal
from mock_zuora.control.faults import FaultRule
from mock_zuora.control.options import MAX_WAIT_SECONDS
from mock_zuora.control.reset import EVERY_SCOPE
from mock_zuora.control.services import OPERATIONS
from tests.platforms import skip_without

PAGE = (Path(__file__).parents[2] / "docs" / "control.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", blocks("python"), ids=["handle", "tenants"])
def test_python_examples_run(example, capsys):
    exec(compile(example, "docs/control.md", "exec"), {})
    assert capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_curl_examples_run_without_errors(shell, tmp_path):
    skip_without(shell, "curl")
    example = "".join(blocks("sh"))
    with MockZuora() as zuora:
        script = "set -eu\n" + example.replace("http://127.0.0.1:8080", zuora.url).replace("curl -s", "curl -sS")
        done = subprocess.run([shell, "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60)
        assert done.returncode == 0, done.stderr
    assert '{"error":' not in done.stdout
    assert json.loads((tmp_path / "acme.json").read_text("utf-8"))["tenant"] == "acme"


def test_curl_examples_use_most_control_operations():
    example = "".join(blocks("sh"))
    used = re.findall(r"\$control(/[^\s?\"]*)", example)
    variable = (
        r"\$job|\$request|(?<=errors/)\d+|(?<=snapshots/)one|(?<=outcomes/)failure-2|(?<=records/|objects/)(?:Vehicle|Boat)"
        r"|(?<=tenants/)acme"
    )
    paths = {re.sub(variable, "*", path) for path in used}
    assert paths <= {re.sub(r"\{\w+\}", "*", path) for _, path in OPERATIONS}
    assert len(paths) > len(OPERATIONS) / 2


@pytest.mark.parametrize("word", [*sorted(EVERY_SCOPE), *ControlMode, *sorted(OPEN_PATHS)], ids=str)
def test_page_names_every_scope_mode_and_open_path(word):
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize(
    "shown",
    [
        f"{journal.MAX_REQUESTS:,} requests",
        f"{journal.MAX_BYTES // 1024**2} MiB",
        f"{journal.MAX_RECORDED_BODY // 1024} KiB",
        f"at most {MAX_WAIT_SECONDS}",
    ],
)
def test_limits_on_the_page_are_correct(shown):
    assert shown in PAGE


def test_page_names_every_field_of_a_fault():
    assert [name for name in FaultRule.__dataclass_fields__ if f"`{name}`" not in PAGE] == []
