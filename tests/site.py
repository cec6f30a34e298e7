"""The site of the documentation, built from a copy as `make docs` does."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def build_site(place: Path) -> Path:
    """Builds the site in an empty folder, and returns the folder with its pages."""
    for name in ("docs", "mock_zuora"):
        shutil.copytree(ROOT / name, place / name)
    for name in ("zensical.toml", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
        shutil.copy(ROOT / name, place)
    zensical = Path(sys.executable).parent / "zensical"
    built = subprocess.run(
        [zensical, "build", "--strict"], cwd=place, capture_output=True, encoding="utf-8", timeout=120
    )
    # In strict mode, the build fails for a link to a missing page or anchor.
    assert built.returncode == 0, built.stdout + built.stderr
    return place / "site"
