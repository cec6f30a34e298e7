"""Keeps headers that refuse almost every call from hiding what lies behind them.

A key of a few letters belongs to another call already, a body is no gzip, a record is in no such version: one call in
eight goes out so all the same.
"""

import zlib

import schemathesis

REFUSING = ("Content-Encoding", "If-Match")


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Changes the headers of seven calls in eight; which, the case's id says."""
    if zlib.crc32(case.id.encode()) % 8 == 0 or not case.headers:
        return
    for name in REFUSING:
        case.headers.pop(name, None)
    key = case.headers.get("Idempotency-Key")
    if key is not None and 0 < len(key) < 200:
        case.headers["Idempotency-Key"] = f"{key}-{case.id}"
