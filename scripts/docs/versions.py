"""Generates docs/versions.md from the table of versions."""

import json
from itertools import groupby
from typing import Final

from mock_zuora.api.responses import error_json
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE, ErrorFormat, VersionProfile
from mock_zuora.domain.refusals import job_not_found
from scripts.docs.markdown import code, table

HEAD: Final = f"""\
# Versions

The header `Zuora-Version` selects the format of the response. Without the header, the version of the tenant applies:
the setting `version`, {DEFAULT_VERSION} by default. A version that is not in this table is processed as
{DEFAULT_VERSION} with a fidelity warning. In strict mode it is refused.

"""
FORMAT: Final = """
## `{name}`

```json
{body}
```
"""
FOOT: Final = """
For operations on records, both formats also have `details`: a `code`, a `message` and the `record` for each refused
record. The [fidelity ledger](fidelity.md#versions-04) has the sources of the two formats.

## Additional versions

The setting `versions` adds versions to the table or changes listed ones. It sets the `envelope` (the error format), the
names of `statuses`, or both. For example, the reference of 2021 called the status `accepted` `open`:

```sh
mock-zuora serve --versions '{"2021": {"statuses": {"accepted": "open"}}}'
```

`make pages` generates this page from `mock_zuora/api/versions.py`.
"""
JOB_ID: Final = "5112347a-f7a1-4373-99df-c082984de7be"


def page() -> str:
    """Returns the page as Markdown."""
    rows = [
        [", ".join(map(code, versions)), f"[{code(name)}](#{name})"]
        for name, versions in groupby(TABLE, lambda version: TABLE[version].error_format.value)
    ]
    parts = [HEAD, table(["versions", "error body"], rows)]
    problem = job_not_found(JOB_ID).problem
    for error_format in ErrorFormat:
        error = error_json(problem, VersionProfile(error_format), process_id="9C4F08D0A1B2C3D4", request_id=JOB_ID)
        body = json.dumps(error, indent=2)
        parts.append(FORMAT.format(name=error_format.value, body=body))
    return "".join([*parts, FOOT])
