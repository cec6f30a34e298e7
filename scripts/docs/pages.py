"""The generated pages and their generators."""

from collections.abc import Callable, Mapping
from typing import Final

from scripts.docs import assumptions, errors, fidelity, job_states, settings, versions

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "assumptions": assumptions.page,
    "errors": errors.page,
    "fidelity": fidelity.page,
    "settings": settings.page,
    "versions": versions.page,
}

PICTURES: Final[Mapping[str, Callable[[], str]]] = {
    "job-states": lambda: job_states.picture_file("create"),
    "delete-job-states": lambda: job_states.picture_file("delete"),
}
"""The generated pictures and their generators."""
