"""Names and values that the methods of ``MockZuora`` accept, for mypy and editors.

They repeat settings and enums whose modules need pydantic or are internal; a test compares them.
"""

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypedDict

JobStatus = Literal["accepted", "pending", "in_progress", "completed", "failed", "cancelled"]
JobOperation = Literal["create", "update", "delete"]
HttpMethod = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""The methods of faults and of searches, which accept lower case, too."""
BreakingEffect = Literal["reset", "truncate", "stall"]
Permission = Literal["view", "edit", "delete"]
Permissions = Permission | Iterable[Permission]
"""One permission or several."""
ResetScope = Literal["jobs", "records", "tokens", "clock", "faults", "journal", "settings", "snapshots"]

FilePath = str | PathLike[str]
Rows = Any
"""Mappings of values by field, as an iterable or a DataFrame, or the path of a CSV file."""


class FaultEffect(TypedDict, total=False):
    """What a fault does; see ``faults.add``. None is the same as nothing."""

    status: int | None
    code: int | None
    message: str | None
    body: str | None
    content_type: str | None
    headers: Mapping[str, str] | None
    retry_after: int | None
    delay: float | None
    reset: bool | None
    truncate: bool | None
    stall: bool | None


class TenantSettingValues(TypedDict, total=False):
    """Settings of one tenant, in the order of ``mock-zuora serve --help``. Delays are seconds of its clock."""

    transitions: Literal["immediate", "time", "polls", "manual"]
    accept_delay: float
    queue_delay: float
    processing_time: float
    processing_polls: int
    concurrent_job_limit: int
    rate_limits: str | None
    auth: Literal["lenient", "strict"]
    strict: bool
    definitions: Literal["auto", "strict"]
    execution_order: Literal["fifo", "shuffled"]
    read_delay: float
    version: str | None
    assume: Mapping[str, str | Mapping[str, Any]] | FilePath


class ServerSettingValues(TenantSettingValues, total=False):
    """Settings of a server. ``seed`` is a path or a document."""

    host: str
    port: int
    seed: FilePath | Mapping[str, Any] | None
    versions: Mapping[str, Any]
    random_seed: str | None
    log_format: Literal["text", "json"]
    log_level: Literal["debug", "info", "warning", "error"]
    request_log: bool
    control: Literal["local", "open", "token"]
    control_token: str | None
    inspector: Literal["on", "read-only", "off"]
    allowed_host: str | Sequence[str]
    cors_origin: str | Sequence[str]
    tls: bool
    tls_cert: FilePath | None
    tls_key: FilePath | None
    tls_ca_file: FilePath | None
    state: str | None
    mounts: str | None
