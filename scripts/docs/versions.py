"""docs/versions.md, from the table of versions."""

import json
from itertools import groupby
from typing import Final

from mock_zuora.api.responses import error_json
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE, ErrorFormat, VersionProfile
from mock_zuora.domain.refusals import job_not_found
from scripts.docs.markdown import code, table

HEAD: Final = f"""\
# Versions

`Zuora-Version` picks the form of the answer. A call without the header gets the version of its tenant (the setting
`version`), {DEFAULT_VERSION} unless that is set. Any other value is processed as {DEFAULT_VERSION}, with a fidelity
warning; with `strict` it is refused.

"""
ENVELOPE: Final = """
## `{name}`

```json
{body}
```
"""
FOOT: Final = """
Operations on records have `details` beside either of them, a `code`, a `message` and the `record` for each that was
refused. Where the two forms are known from, [fidelity](fidelity.md#versions-04) says.

## Versions of your own

The setting `versions` adds rows to the table, or changes some: an `envelope`, names of `statuses`, or both. The
reference of 2021, say, called the status `accepted` by another name:

```sh
mock-zuora serve --versions '{"2021": {"statuses": {"accepted": "open"}}}'
```

This page is made from `mock_zuora/api/versions.py` by `make pages`.
"""
AN_ID: Final = "5112347a-f7a1-4373-99df-c082984de7be"


def page() -> str:
    """The page."""
    rows = [
        [", ".join(map(code, versions)), f"[{code(name)}](#{name})"]
        for name, versions in groupby(TABLE, lambda version: TABLE[version].error_format.value)
    ]
    parts = [HEAD, table(["versions", "error body"], rows)]
    problem = job_not_found(AN_ID).problem
    for envelope in ErrorFormat:
        error = error_json(problem, VersionProfile(envelope), process_id="9C4F08D0A1B2C3D4", request_id=AN_ID)
        body = json.dumps(error, indent=2)
        parts.append(ENVELOPE.format(name=envelope.value, body=body))
    return "".join([*parts, FOOT])
