"""Generates docs/settings.md from the settings class."""

from typing import Final

from pydantic.fields import FieldInfo

from mock_zuora.config.address import variable_of
from mock_zuora.config.settings import GROUPS, Settings, choices_of, flag_of
from mock_zuora.config.tenant_options import TenantOptions
from scripts.docs.markdown import code, table

HEAD: Final = """\
# Settings

Each setting is a flag of `mock-zuora serve`, an environment variable and a keyword argument of `MockZuora()`. Those of
a tenant are also keys of `settings` in a seed file, and can be changed while the server runs: `zuora.configure(...)` in
a test, `PATCH /__mock/v1/settings` over HTTP. Flags take precedence over environment variables, these over the seed
file, and that over the defaults. The choices of [`assume`](assumptions.md) are merged by name, and those of a
seed take precedence over flags and variables.

Invalid configuration (a wrong value, or a variable with the prefix `MOCK_ZUORA_` that is not a setting) stops the
server from starting: it exits with status 2 and one line that names the mistake. Booleans are `true` or `false`; the
flag of a boolean needs no value. Durations are in seconds and may have fractions.
"""
HOW_JOBS_PROGRESS: Final = """
## How jobs progress

The status of a job depends on the requests for it, on `transitions` and on the clock of its tenant:

- `time`: processing starts after `queue_delay` and ends after a further `processing_time`.
- `immediate`: the upload still returns `in_progress`; the next request finds the job finished.
- `polls`: the first `processing_polls` retrievals return `in_progress`, and the next one returns the final status.
- `manual`: a job changes its status only on request, by `zuora.jobs.step(job)` or `POST /__mock/v1/jobs/{id}/step`.

Jobs with up to 2,000 rows are finished at the first request after they are due. Longer files are processed in chunks in
the background, so that other requests do not wait for them.
"""
FOOT: Final = """
`mock-zuora serve --help` lists the same settings in the same groups. `make pages` generates this page from
`mock_zuora/config/settings.py`.
"""


def page() -> str:
    """Returns the page as Markdown."""
    return "".join([HEAD, *map(_group, GROUPS), HOW_JOBS_PROGRESS, FOOT])


def _group(title: str) -> str:
    heads = ["setting", "of", "flag", "variable", "default", "description"]
    rows = [_cells(name, Settings.model_fields[name]) for name in GROUPS[title]]
    return f"\n## {title.capitalize()}\n\n{table(heads, rows)}"


def _cells(name: str, field: FieldInfo) -> list[str]:
    default = _default(field)
    owner = "tenant" if name in TenantOptions.model_fields else "server"
    names = [code(name), owner, code(flag_of(name)), code(variable_of(name))]
    return [*names, default and code(default), _description(name, field)]


def _default(field: FieldInfo) -> str:
    if field.default is None or field.default_factory is not None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def _description(name: str, field: FieldInfo) -> str:
    values = [] if field.annotation is bool else choices_of(name)
    description = field.description or ""
    if all(value in description for value in values):
        return description
    return f"{description}; one of {', '.join(map(code, values))}"
