"""Generates docs/seed.md from the models of seed files."""

from typing import Final

from pydantic import BaseModel

from mock_zuora.config.seed_file import ClientSeed, Seed, TenantSeed, UserSeed
from scripts.docs.markdown import code, table

HEAD: Final = """\
# Seed files

A seed file has the initial tenants of a server: `mock-zuora serve --seed FILE`, `MOCK_ZUORA_SEED`, or
`MockZuora(seed=...)` with a path or the same document as a mapping. It is TOML or JSON in UTF-8. A folder of such files
is one seed. `zuora.seed(...)`, a mark of a test and `PUT /__mock/v1/seed` take what is below `tenants` for one tenant.

A wrong key or value is refused with one line that names the file, the key and what was expected:
`seed seed.toml: tenants.0.usrs: …`. [The command line](running.md#seed) has an example.
"""
SECTIONS: Final[tuple[tuple[str, type[BaseModel]], ...]] = (
    ("The file", Seed),
    ("`tenants`", TenantSeed),
    ("`users`", UserSeed),
    ("`clients`", ClientSeed),
)
FOOT: Final = """
`make pages` generates this page from `mock_zuora/config/seed_file.py`.
"""


def page() -> str:
    """Returns the page as Markdown."""
    return "".join([HEAD, *(_section(title, model) for title, model in SECTIONS), FOOT])


def _section(title: str, model: type[BaseModel]) -> str:
    rows = [
        [code(name), "yes" if field.is_required() else "", f"{field.description}."]
        for name, field in model.model_fields.items()
    ]
    return f"\n## {title}\n\n{table(['key', 'required', 'value'], rows)}"
