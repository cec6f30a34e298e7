"""The page about limits has the bounds of the code."""

from pathlib import Path

import pytest

from mock_zuora.control import journal
from mock_zuora.domain import limits
from mock_zuora.domain.jobs import csv_file
from mock_zuora.server import state_writer

ROWS = {
    cells[0]: cells[2]
    for line in Path("docs/limits.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
}
BOUNDS = {
    "finished jobs": [limits.MAX_FINISHED_JOBS],
    "rows of a file": [csv_file.MAX_ROWS],
    "row errors of one job": [limits.MAX_ROW_ERRORS_OF_JOB],
    "row errors of all jobs": [limits.MAX_ROW_ERRORS],
    "expired access tokens": [limits.MAX_EXPIRED_TOKENS],
    "access tokens": [limits.MAX_TOKENS],
    "idempotency keys": [limits.MAX_KEYS, limits.MAX_KEY_BYTES],
    "requests in the journal": [journal.MAX_REQUESTS, journal.MAX_BYTES],
    "fidelity warnings in the journal": [journal.MAX_WARNINGS],
    "beginnings of uploaded files": [limits.MAX_RECEIVED_FILES, limits.MAX_RECEIVED_FILE_BYTES],
    "terms of a query": [limits.MAX_QUERY_TERMS],
    "custom objects that one request defines": [limits.MAX_DEFINITIONS_OF_REQUEST],
    "nested levels of a JSON body": [limits.MAX_JSON_NESTING],
    "faults": [limits.MAX_FAULTS],
    "snapshots": [limits.MAX_SNAPSHOTS],
    "users": [limits.MAX_USERS],
    "OAuth clients": [limits.MAX_CLIENTS],
    "planned outcomes": [limits.MAX_PLANNED_OUTCOMES],
    "changes that wait while the state file cannot be written": [state_writer.MAX_UNWRITTEN],
    "tenants of a server": [limits.MAX_TENANTS],
}


@pytest.mark.parametrize(("what", "bounds"), BOUNDS.items())
def test_bound_is_that_of_the_code(what, bounds):
    assert all(f"{bound:,}" in ROWS[what] for bound in bounds), ROWS[what]


def test_every_bound_is_on_the_page():
    listed = {bound for bounds in BOUNDS.values() for bound in bounds}
    assert {value for name, value in vars(limits).items() if name.startswith("MAX_")} <= listed
