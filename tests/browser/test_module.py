"""The module passes the type checker of TypeScript, which reads its JSDoc types."""

import shutil
import subprocess
from importlib.resources import files

import pytest

pytestmark = pytest.mark.browser

OPTIONS = (
    "--noEmit", "--allowJs", "--checkJs", "--strict", "--target", "es2022", "--module", "es2022", "--lib",
    "es2022,dom,dom.iterable",
)  # fmt: skip


@pytest.mark.skipif(shutil.which("npx") is None, reason="npm is not installed")
def test_types_of_the_module_are_right(tmp_path):
    module = files("mock_zuora.admin.inspector") / "assets" / "inspector.js"
    command = ["npx", "--yes", "--package", "typescript@5", "tsc", *OPTIONS, str(module)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, "")
