"""The control operations by subject. Importing this package registers all of them in ``OPERATIONS``."""

from mock_zuora.control.operations import OPERATIONS, ControlOperation, run_operation
from mock_zuora.control.services import (
    clock,
    definitions,
    faults,
    info,
    job_outcomes,
    jobs,
    objects,
    records,
    requests,
    settings,
    snapshots,
    state,
    tenants,
    tokens,
)

__all__ = [
    "OPERATIONS", "ControlOperation", "clock", "definitions", "faults", "info", "job_outcomes", "jobs", "objects",
    "records", "requests", "run_operation", "settings", "snapshots", "state", "tenants", "tokens",
]  # fmt: skip
