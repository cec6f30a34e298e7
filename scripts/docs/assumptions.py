"""Generates docs/assumptions.md from the catalogue of assumptions."""

from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from scripts.docs.markdown import code, table

HEAD: Final = """\
# Assumptions

Zuora's documentation leaves some questions open, or answers them in two ways. Each assumption is such a question, with
the possible answers as its choices. Run your tests under the other choices to find out whether your client depends on
the answer.

## How to choose

In order of precedence, with the origin that the server reports:

1. `test`: `zuora.configure(assume={"put-record": "replace"})`, or the marker
   `@pytest.mark.zuora(assume={"put-record": "replace"})`.
2. `seed`: `assume = { put-record = "replace" }` in a seed file, at the top for all tenants, or in a tenant for one.
3. `flag`: `--assume put-record=replace` or `--assume choices.toml`. The flag can be repeated; the last choice of a name
   wins.
4. `variable`: `MOCK_ZUORA_ASSUME="put-record=replace,job-limit=429"`.
5. `version`: a row of the [version table](versions.md), such as
   `--versions '{"2021": {"error-body": "reasons"}}'`.
6. `default`: the choice that is marked below.

A wrong name or choice stops the server from starting: it exits with status 2 and one line that lists the right
ones.

`mock-zuora assumptions` lists the assumptions. `zuora.assumptions` and `GET /__mock/v1/assumptions` also return the
choices in force for a tenant, where each was set, and whether it made a difference so far. The header
`Mock-Zuora-Reason` and the log name the assumption that a refusal rests on.
"""
FOOT: Final = """
`make pages` generates this page from the package `mock_zuora/domain/assumptions/catalogue`.
"""


def page() -> str:
    """Returns the page as Markdown."""
    return "".join([HEAD, *map(_section, ASSUMPTIONS.values()), FOOT])


def _section(each: Assumption) -> str:
    rows = [
        [f"{code(choice)} (default)" if choice == each.default else code(choice), meaning]
        for choice, meaning in each.choices.items()
    ]
    link = f"[{each.row}](fidelity.md#{each.row})"
    choices = table(["choice", "effect"], rows)
    return f"\n## `{each.name}`\n\n{each.question}\n\n{choices}\n{each.evidence} See {link} in the ledger.\n"
