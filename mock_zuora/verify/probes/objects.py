"""Probes of objects and their definitions."""

from collections.abc import Callable
from typing import Final

from mock_zuora.verify.finding import Inconclusive, choice, inconclusive, other
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import INTEGER, RECORDS, ProbedTenant

NOT_ALLOWED: Final = "71000530"
"""The error code for a filterable field whose definition does not allow that."""
_MANY: Final = 49
"""Fields of an object that has one more, without reaching the limit of 50."""
_UNKNOWN: Final = {(400, "71000220"): "400", (404, "71000040"): "404"}


@probe("unknown-object", "lists the records of an object that does not exist", requests=1)
def unknown_object(tenant: ProbedTenant) -> Found:
    response = tenant.call("GET", f"{RECORDS}/{tenant.unused_name()}")
    if response.is_denied:
        yield "unknown-object", inconclusive(response.seen)
    else:
        found = _UNKNOWN.get((response.status, response.code))
        yield "unknown-object", choice(found, response.seen) if found else other(response.seen)


@probe("text-limit", "defines filterable text fields of several lengths", requests=3, objects=1)
def text_limit(tenant: ProbedTenant) -> Found:
    def define(length: int) -> Response:
        note = {"type": "string", "maxLength": length}
        return tenant.define({"note__c": note}, filterable=["note__c"])[1]

    limit, seen = _largest(define, (512, 255))
    yield "text-limit", choice(str(limit), f"of a filterable text, {seen}") if limit else other(seen)


@probe("filterable-limit", "defines objects with many filterable fields", requests=4, objects=1)
def filterable_limit(tenant: ProbedTenant) -> Found:
    def define(number: int) -> Response:
        names = [f"field{each}__c" for each in range(number)]
        return tenant.define(dict.fromkeys(names, INTEGER), filterable=names)[1]

    many = define(_MANY)
    if many.is_success:
        yield "filterable-limit", choice("none", f"an object with {_MANY} filterable fields was accepted")
        return
    limit, seen = _largest(define, (10,))
    yield "filterable-limit", choice("10", f"of filterable fields, {seen}") if limit else other(seen)


def _largest(define: Callable[[int], Response], candidates: tuple[int, ...]) -> tuple[int | None, str]:
    """Which candidate is accepted while the next number is refused, the largest candidate first; and what was seen.

    Raises Inconclusive if even the smallest is refused, so that the number cannot be the cause.
    """
    for each in candidates:
        allowed = define(each)
        if allowed.is_success:
            refused = define(each + 1)
            is_limit = refused.code == NOT_ALLOWED
            return each if is_limit else None, f"{each} was accepted; {each + 1}: {refused.seen}"
    raise Inconclusive(f"even {candidates[-1]} is refused; {allowed.seen}")
