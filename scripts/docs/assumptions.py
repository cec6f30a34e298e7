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
3. `flag`: `--assume put-record=replace`. The flag can be repeated; the last choice of a name wins.
4. `variable`: `MOCK_ZUORA_ASSUME="put-record=replace,job-limit=429"`.
5. `version`: a row of the [version table](versions.md), such as
   `--versions '{"2021": {"error-body": "reasons"}}'`.
6. `default`: the choice that is marked below.

A wrong name or choice stops the server from starting: it exits with status 2 and one line that lists the right
ones.

`mock-zuora assumptions` lists the assumptions. `zuora.assumptions` and `GET /__mock/v1/assumptions` also return the
choices in force for a tenant, where each was set, and whether it made a difference so far. The header
`Mock-Zuora-Reason` and the log name the assumption that a refusal rests on.

## Files of choices

At each of these places except the version table, `assume` can also be the path of a TOML file:
`--assume choices.toml`, `assume = "choices.toml"` in a seed file, which is relative to that file, or
`zuora.configure(assume="choices.toml")`. In a text with commas, files and choices can be mixed:
`--assume choices.toml,job-limit=429`. The server does not read files that a control request names: `PATCH
/__mock/v1/settings` takes their contents as JSON.

[`mock-zuora verify`](how-to/verify.md) writes such a file. It contains what was observed of a Zuora tenant. All keys
except `choice` and `holds` are optional:

```toml title="observed.toml"
error-body = "reasons"  # a choice alone

[put-record]
choice = "merge"
host = "rest.test.zuora.com"
date = "2026-11-26"
reason = "PUT without plate__c returned 200, and the record still had plate__c"

[rows.jobs-01]
holds = true
host = "rest.test.zuora.com"
date = "2026-11-26"
reason = "the job had these 11 fields"
```

`rows` has rows of the [fidelity ledger](fidelity.md). `holds` tells whether the tenant behaved as the row says; it
changes nothing in the emulator. Rows that this version does not have are ignored. What was observed is shown with the
assumption and with its row: by `zuora.assumptions`, `zuora.fidelity()` and `zuora.requests.explain(request)`, by `GET
/__mock/v1/assumptions` and `GET /__mock/v1/fidelity`, and in the [inspector](inspector.md). A later choice for the same
assumption removes its observation.
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
