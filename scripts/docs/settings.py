"""docs/settings.md, from the class of the settings."""

from enum import StrEnum
from typing import Final

from pydantic.fields import FieldInfo

from mock_zuora.config.address import variable_of
from mock_zuora.config.settings import Settings, TenantOptions, flag_of
from scripts.docs.markdown import code, table

HEAD: Final = """\
# Every setting

Each setting is a flag of `mock-zuora serve`, an environment variable and a keyword of `MockZuora()`. Those of a tenant
are keys of its `settings` in a seed file as well, and can be changed while the server runs: `zuora.configure(...)` in
a test, `PATCH /__mock/v1/settings` over HTTP. A flag beats the environment, which beats the seed, which beats the
default.

What cannot be (a wrong value, a variable with the prefix `MOCK_ZUORA_` that is no setting) ends the start with exit
status 2 and one line that names it. Booleans are `true` or `false`; a flag for one may stand alone. Durations are
seconds, with fractions.
"""
HOW_JOBS_MOVE: Final = """
## How jobs move

What a job's status is follows from what happened to it, from `transitions`, and from its tenant's clock:

- `time`: processing starts after `queue_delay` and ends `processing_time` later.
- `immediate`: the upload still answers `in_progress`; the next look finds the job ended.
- `polls`: so many retrievals of the job see `in_progress`, the next one sees the end.
- `manual`: a job moves when it is told to, by `zuora.jobs.step(job)` or `POST /__mock/v1/jobs/{id}/step`.

Files of up to 2,000 rows have ended at the first look after their time. Longer ones are taken in slices in the
background, so that no other request waits for them.
"""
OF_A_TENANT: Final = "\n## Of each tenant\n\n"
OF_THE_SERVER: Final = "\n## Of the server\n\n"
FOOT: Final = """
`mock-zuora serve --help` says the same. This page is made from `mock_zuora/config/settings.py` by `make pages`.
"""


def page() -> str:
    """The page."""
    fields = Settings.model_fields
    of_tenant = [_cells(name, field) for name, field in fields.items() if name in TenantOptions.model_fields]
    of_server = [_cells(name, field) for name, field in fields.items() if name not in TenantOptions.model_fields]
    heads = ["setting", "flag", "variable", "default", "what it does"]
    return "".join(
        [HEAD, OF_A_TENANT, table(heads, of_tenant), OF_THE_SERVER, table(heads, of_server), HOW_JOBS_MOVE, FOOT]
    )


def _cells(name: str, field: FieldInfo) -> list[str]:
    default = _default(field)
    return [code(name), code(flag_of(name)), code(variable_of(name)), default and code(default), _what(field)]


def _default(field: FieldInfo) -> str:
    if field.default is None or field.default_factory is not None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def _what(field: FieldInfo) -> str:
    kind = field.annotation
    values = [each.value for each in kind] if isinstance(kind, type) and issubclass(kind, StrEnum) else []
    description = field.description or ""
    if not values or all(value in description for value in values):
        return description
    return f"{description}; one of {', '.join(map(code, values))}"
