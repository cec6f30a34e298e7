"""Keeps headers that refuse almost every call from hiding what lies behind them.

A body is no gzip, a record is in no such version: one call in eight goes out so all the same. A key of a few letters
belongs to another call already, so each call has its own.
"""

import itertools

import schemathesis

REFUSING = ("Content-Encoding", "If-Match")
LONGEST_KEPT = 200

calls = itertools.count()


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Changes the headers of a call."""
    number = next(calls)
    headers = case.headers or {}
    if number % 8:
        for name in REFUSING:
            headers.pop(name, None)
    key = headers.get("Idempotency-Key")
    if key is not None and 0 < len(key) < LONGEST_KEPT:
        headers["Idempotency-Key"] = f"{key}-{number}"


@schemathesis.hook
def filter_case(context, case):
    """Leaves out wrong bodies with a null: it counts as a field that is not there, which the document does not say."""
    return not (case.meta.generation.mode.is_negative and holds_null(case.body))


def holds_null(value):
    if isinstance(value, dict):
        return any(holds_null(each) for each in value.values())
    if isinstance(value, list):
        return any(holds_null(each) for each in value)
    return value is None
