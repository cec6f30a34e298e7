"""The generated pages and their generators."""

from collections.abc import Callable, Mapping
from typing import Final

from scripts.docs import assumptions, errors, fidelity, settings, versions

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "assumptions": assumptions.page,
    "errors": errors.page,
    "fidelity": fidelity.page,
    "settings": settings.page,
    "versions": versions.page,
}
