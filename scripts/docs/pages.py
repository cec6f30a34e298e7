"""The generated pages, pictures and files of examples, with their generators."""

from collections.abc import Callable, Mapping
from typing import Final

from scripts.docs import assumptions, diagrams, errors, fidelity, job_states, node_helper, seed, settings, versions

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "assumptions": assumptions.page,
    "errors": errors.page,
    "fidelity": fidelity.page,
    "seed": seed.page,
    "settings": settings.page,
    "versions": versions.page,
}

PICTURES: Final[Mapping[str, Callable[[], str]]] = {
    "job-states": lambda: job_states.picture_file("create"),
    "architecture": diagrams.layers_picture,
    "parts": diagrams.parts_picture,
    "delete-job-states": lambda: job_states.picture_file("delete"),
}
"""The generated pictures and their generators."""

EXAMPLE_FILES: Final[Mapping[str, Callable[[], str]]] = {
    "with_node/mock-zuora.js": node_helper.script,
    "with_node/mock-zuora.d.ts": node_helper.types,
}
"""The generated files below examples/ and their generators."""
