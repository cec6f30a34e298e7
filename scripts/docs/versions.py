"""Generates docs/versions.md from the table of versions."""

from typing import Final

from mock_zuora.api.versions import DEFAULT_VERSION, TABLE
from scripts.docs.markdown import code, table

HEAD: Final = f"""\
# Versions

The header `Zuora-Version` selects the format of the response. Without the header, the version of the tenant applies:
the setting `version`, {DEFAULT_VERSION} by default. A version that is not in this table is processed as
{DEFAULT_VERSION} with a fidelity warning. In strict mode it is refused.

"""
CHOICES: Final = """
## What depends on the version

A version chooses for these [assumptions](assumptions.md), unless a user does. The rows follow the dates of Zuora's
samples.

"""
FOOT: Final = """
The body of an error is the same in every version, `{"code": 71013040, "message": "…"}`, unless the assumption
[`error-body`](assumptions.md) says otherwise. For operations on records it also has `details`: a `code`, a `message`
and the `record` for each refused record.

## Additional versions

The setting `versions` adds versions to the table or changes listed ones. A row has choices of
[assumptions](assumptions.md); where the row of a new version has none, the choices of 186.0 apply. For example, the
reference of 2021 called the first status `open` instead of `accepted`:

```sh
mock-zuora serve --versions '{"2021": {"accepted-name": "open"}}'
```

`make pages` generates this page from `mock_zuora/api/versions.py`.
"""


def page() -> str:
    """Returns the page as Markdown."""
    names = dict.fromkeys(name for choices in TABLE.values() for name in choices)
    numbered, dated = TABLE[DEFAULT_VERSION], list(TABLE.values())[-1]
    rows = [[code(name), code(numbered[name]), code(dated[name])] for name in names]
    return "".join(
        [
            HEAD, f"{', '.join(map(code, TABLE))}\n",
            CHOICES, table(["assumption", "up to 341.0", "from 2024-05-20"], rows), FOOT,
        ]
    )  # fmt: skip
