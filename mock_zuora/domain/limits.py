"""The bounds of what a server keeps in memory, per tenant unless they say otherwise, and the warning about drops (M).

What requests create is dropped beyond its bound, oldest first. What a person creates is refused beyond it. Read the
bounds as attributes of this module, so that a test can change them.
"""

import logging
from enum import Enum

from mock_zuora.domain.clock import HOUR
from mock_zuora.domain.errors import quote

MAX_FINISHED_JOBS = 10_000
MAX_ROW_ERRORS_OF_JOB = 10_000
"""Row errors that are kept of one job; the others are only counted."""
MAX_ROW_ERRORS = 50_000
"""Row errors of all jobs."""
MAX_TOKENS = 100_000
MAX_EXPIRED_TOKENS = 1_000
"""Expired access tokens, which are kept so that they are refused as expired."""
MAX_KEYS = 10_000
"""Idempotency keys with their responses."""
MAX_KEY_BYTES = 64 * 1024 * 1024
"""Bytes of the responses of idempotency keys."""

MAX_RECEIVED_FILES = 1_000
"""Uploaded files whose beginning is kept."""
MAX_RECEIVED_FILE_BYTES = 8 * 1024 * 1024
"""Bytes of these beginnings."""

MAX_QUERY_TERMS = 500
"""Terms of a query of records."""
MAX_DEFINITIONS_OF_REQUEST = 100
"""Custom objects that one request defines."""
MAX_JSON_NESTING = 100
"""Levels of nested objects and lists in the JSON of a request."""

MAX_FAULTS = 1_000
MAX_SNAPSHOTS = 100
MAX_USERS = 1_000
MAX_CLIENTS = 1_000
MAX_PLANNED_OUTCOMES = 1_000
MAX_TENANTS = 10_000
"""Tenants of a server."""
TENANT_LIFETIME = HOUR
"""Real time after its last request when a tenant that a control request created is removed."""

logger = logging.getLogger("mock_zuora.limits")


class Drop(Enum):
    """A kind of item that is dropped because of its bound."""

    FINISHED_JOBS = "it has more than {MAX_FINISHED_JOBS:,} finished jobs; the oldest are dropped with their row errors"
    ROW_ERRORS_OF_JOB = "a job has more than {MAX_ROW_ERRORS_OF_JOB:,} rejected rows; the others are only counted"
    ROW_ERRORS = "its jobs have more than {MAX_ROW_ERRORS:,} rejected rows; those of the oldest jobs are dropped"
    TOKENS = "it has more than {MAX_TOKENS:,} access tokens; the oldest are dropped"
    EXPIRED_TOKENS = "it has more than {MAX_EXPIRED_TOKENS:,} expired access tokens; the oldest are dropped"
    KEYS = (
        "it has more than {MAX_KEYS:,} idempotency keys, or {MAX_KEY_BYTES:,} bytes of their responses; "
        "the oldest are dropped"
    )


def warn_dropped(tenant: str, drop: Drop) -> None:
    """Logs that something of a tenant was dropped. Call it once per kind and tenant."""
    logger.warning("tenant %s: %s. This is logged once.", quote(tenant), drop.value.format_map(globals()))
