"""Generates docs/versions.md from the table of versions."""

from typing import Final

from mock_zuora.api.versions import DEFAULT_VERSION, TABLE
from scripts.docs.markdown import code

HEAD: Final = f"""\
# Versions

The header `Zuora-Version` selects the format of the response. Without the header, the version of the tenant applies:
the setting `version`, {DEFAULT_VERSION} by default. A version that is not in this table is processed as
{DEFAULT_VERSION} with a fidelity warning. In strict mode it is refused.

"""
FOOT: Final = """
The body of an error is the same in every version, `{"code": 71013040, "message": "…"}`, unless the assumption
[`error-body`](assumptions.md) says otherwise. For operations on records it also has `details`: a `code`, a `message`
and the `record` for each refused record.

## Additional versions

The setting `versions` adds versions to the table or changes listed ones. A row has choices of
[assumptions](assumptions.md). For example, the reference of 2021 called the status `accepted` `open`:

```sh
mock-zuora serve --versions '{"2021": {"accepted-name": "open"}}'
```

`make pages` generates this page from `mock_zuora/api/versions.py`.
"""


def page() -> str:
    """Returns the page as Markdown."""
    return "".join([HEAD, f"{', '.join(map(code, TABLE))}\n", FOOT])
