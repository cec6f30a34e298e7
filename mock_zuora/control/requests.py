"""What can be said to a control call: the one description of its fields, whichever door they come through."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mock_zuora.config.settings import TEN_YEARS
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs.job import Operation, Status

MAX_WAIT_SECONDS: Final = 600
"""Real seconds; the longest that a call waits or is delayed."""
_NAME: Final = re.compile(r"[^/\x00-\x1f\x7f]{1,200}")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,1000}")
_SERVICE_LIMIT: Final = 71012560
_SERVICE_LIMIT_MESSAGE: Final = "Service limit reached, please retry later."

Scope = Literal["jobs", "records", "tokens", "clock", "faults", "journal", "settings", "snapshots"]
"""What a reset can be limited to. ``records`` are the objects with their records, and take the jobs along; ``jobs`` go
with their files and errors, the outcomes planned for them, idempotency keys and counters; ``tokens`` with the users
and OAuth clients that control calls added."""


def _listed(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


def _checked_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{quote(text)} is not valid: expected 1 to 200 characters, no slash among them")
    return text


def _checked_path(pattern: str) -> str:
    if not pattern.startswith(("/", "*")) or "?" in pattern:
        raise ValueError(
            f"{quote(pattern)} is no path's: expected a pattern that begins with / or *, without host and query"
        )
    return pattern


def _checked_error(error: object) -> object:
    if not isinstance(error, list | tuple) or len(error) != 2:
        raise ValueError(f"{quote(error)} is not valid: expected an error number and a message")
    return error


Name = Annotated[str, AfterValidator(_checked_name)]
Code = Annotated[int, Field(ge=10_000_000, le=99_999_999)]
Message = Annotated[str, Field(min_length=1, max_length=1_000)]
PathPattern = Annotated[str, Field(max_length=1_000), AfterValidator(_checked_path)]
Error = Annotated[tuple[Code, Message], BeforeValidator(_checked_error)]
Wait = Annotated[float, Field(ge=0, le=MAX_WAIT_SECONDS, allow_inf_nan=False)]


class Said(BaseModel):
    """Nothing; and nothing that is not expected, anywhere."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class NewTenant(Said):
    """A tenant to be."""

    name: Name | None = Field(default=None, description="without one it gets one")


class WhatToReset(Said):
    """How much of a tenant goes back to what it began with."""

    scope: Annotated[list[Scope], BeforeValidator(_listed)] = Field(
        default_factory=list, description="only these parts, separated by commas; without it everything"
    )


class NewClient(Said):
    """An OAuth client to be."""

    user: str | None = Field(
        default=None, min_length=1, description="whom its tokens act as; the first user if left out"
    )


class NewToken(Said):
    """A bearer token to be."""

    user: str | None = Field(
        default=None, min_length=1, description="whom it acts as; an unknown one is added, with every permission"
    )
    permissions: Annotated[list[Permission], BeforeValidator(_listed)] | None = Field(
        default=None, description="what it may do; what its user may if left out"
    )


class ClockChange(Said):
    """How the clock goes on."""

    frozen: bool | None = Field(default=None, description="true stops it, false lets it run like real time")
    speed: float | None = Field(
        default=None, ge=0, le=1_000_000, allow_inf_nan=False, description="its seconds in a real second; 0 stops it"
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "ClockChange":
        if (self.frozen is None) == (self.speed is None):
            raise ValueError("expected one of frozen and speed")
        return self


class Ahead(Said):
    """How far the clock moves."""

    seconds: float = Field(ge=0, le=TEN_YEARS, allow_inf_nan=False)


class JobWait(Said):
    """What is waited for, and for how long."""

    status: Status | None = Field(default=None, description="any final status if left out")
    timeout: Wait = Field(default=5.0, description="real seconds")


class WhichJobs(Said):
    """The next job of this object and operation."""

    object: str | None = Field(default=None, min_length=1, description="any if left out")
    operation: Operation | None = Field(default=None, description="any if left out")


class FailureWanted(WhichJobs):
    """How the next job fails."""

    code: Code = _SERVICE_LIMIT
    message: Message = _SERVICE_LIMIT_MESSAGE
    after_records: int = Field(default=0, ge=0, description="how many records it has written or deleted by then")


class RejectionWanted(WhichJobs):
    """Which rows of the next file are rejected."""

    rows: dict[Annotated[int, Field(ge=2)], Error] = Field(
        default_factory=dict, description="error number and message by row; row 1 is the header"
    )
    where: dict[str, str] = Field(
        default_factory=dict, description="texts by column: every row that says all of them is rejected"
    )
    code: Code = Field(default=71012520, description="the error number of the rows that where finds")
    message: Message = Field(default="This row was rejected on purpose.", description="and their message")

    @model_validator(mode="after")
    def _says_which(self) -> "RejectionWanted":
        if not self.rows and not self.where:
            raise ValueError("expected rows, where, or both")
        if not self.where and {"code", "message"} & self.model_fields_set:
            raise ValueError("code and message go with where; in rows, each row has its own")
        return self


class NewFault(Said):
    """Which calls a fault hits, and what it does to them."""

    path: PathPattern | None = Field(default=None, description="a pattern: * within one segment, ** anything")
    method: str | None = Field(default=None, pattern=r"^[A-Za-z]{1,20}$")
    operation: str | None = Field(default=None, description="an operation id of the API's document")
    status: int | None = Field(default=None, ge=400, le=599, description="answers with it, in the API's error shape")
    code: Code | None = Field(default=None, description="the error number of that answer")
    message: Message | None = Field(default=None, description="the message of that answer")
    headers: dict[str, str] = Field(default_factory=dict, description="headers of that answer")
    retry_after: int | None = Field(default=None, ge=0, le=86_400, description="seconds, in its Retry-After header")
    delay: Wait = Field(default=0.0, description="real seconds before anything else happens")
    reset: bool = Field(default=False, description="resets the connection, without an answer")
    truncate: bool = Field(default=False, description="cuts the answer off half-way through its body")
    stall: bool = Field(default=False, description="stops half-way through the body, and keeps the connection open")
    times: int | None = Field(default=None, ge=1, description="how often it hits; always if left out")
    nth: int | None = Field(default=None, ge=1, description="hits only the n-th call that it matches")
    probability: float = Field(default=1.0, gt=0, le=1, description="drawn from the random seed")

    @model_validator(mode="after")
    def _does_one_thing(self) -> "NewFault":
        effects = [name for name in ("reset", "truncate", "stall") if getattr(self, name)]
        if self.status is not None:
            effects.insert(0, "status")
        if len(effects) > 1:
            raise ValueError(f"{' and '.join(effects)} do not go together; expected one of them")
        if not effects and not self.delay:
            raise ValueError("expected one of status, delay, reset, truncate, stall")
        if self.status is None and {"code", "message", "headers", "retry_after"} & self.model_fields_set:
            raise ValueError("code, message, headers and retry_after go with status")
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise ValueError("headers: expected names of letters, digits and - and values of US-ASCII characters")
        return self


class RequestSearch(Said):
    """Which calls are looked for."""

    method: str | None = Field(default=None, description="any if left out")
    path: PathPattern | None = Field(default=None, description="a pattern: * within one segment, ** anything")
    status: int | None = Field(default=None, description="of the answer")


class RequestWait(RequestSearch):
    """Which calls are waited for, and for how long."""

    count: int = Field(default=1, ge=1)
    timeout: Wait = Field(default=5.0, description="real seconds")
