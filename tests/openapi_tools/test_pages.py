"""The commands of docs/how-to/postman.md and docs/how-to/generate-clients.md run as they are shown."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from mock_zuora import MockZuora

pytestmark = pytest.mark.openapi_tools
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
URL = "http://127.0.0.1:8080"
MADE = {"postman.md": {"collection.json"}, "generate-clients.md": {"zuora.ts", "mock.ts", "zuora", "orval.ts"}}
NEEDS_ZSH = pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
SHELLS = ["bash", pytest.param("zsh", marks=NEEDS_ZSH)]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("page", MADE)
def test_commands_of_the_page_run(run, tmp_path, page, shell):
    blocks = re.findall(r"```sh\n(.*?)```", (HOW_TO / page).read_text("utf-8"), re.DOTALL)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with MockZuora(auth="lenient", transitions="time") as zuora:
        run(shell, "-ec", "\n".join(blocks).replace(URL, zuora.url), PATH=path)
    assert MADE[page] <= {each.name for each in tmp_path.iterdir()}
