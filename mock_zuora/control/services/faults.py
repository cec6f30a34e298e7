"""The faults of a tenant."""

from dataclasses import dataclass, field
from typing import Any

from mock_zuora.control.bounds import require_room
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid, Unknown
from mock_zuora.control.faults import BREAKING_EFFECTS, EFFECT_OPTIONS, MATCHING_OPTIONS, Fault, FaultRule
from mock_zuora.control.operations import OPERATIONS, operation
from mock_zuora.control.options import STRICT
from mock_zuora.domain import limits
from mock_zuora.domain.errors import expected, quote


@operation("faults.all", "GET", "/faults")
async def list_faults(control: Control, tenant: str) -> list[Fault]:
    """Lists the faults of a tenant with their hits, in the order in which they were added."""
    return control.instruments(tenant).faults.all()


@operation("faults.add", "POST", "/faults")
async def add_fault(control: Control, tenant: str, rule: FaultRule) -> Fault:
    """Adds a fault for requests by path, operation and method: all of them, a number of them, the n-th, or at random.

    Of several faults that match a request, the first one hits. Requests without a valid token are never hit.
    """
    check_operation(control, rule.operation)
    faults = control.instruments(tenant).faults
    require_room("faults", tenant, len(faults) + 1, limits.MAX_FAULTS)
    return faults.add(rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSequence:
    """Which requests the faults of a sequence match, and what happens to them, one after the other."""

    __pydantic_config__ = STRICT
    effects: list[int | str | dict[str, Any] | None] = field(
        metadata={
            "description": "for each matching request a status, reset, truncate, stall, null for the usual response, "
            "or an object with options of a fault that say what it does",
            "min_length": 1,
            "max_length": limits.MAX_FAULTS,
        }
    )
    path: str | None = None
    method: str | None = None
    operation: str | None = None
    match_headers: dict[str, str] = field(default_factory=dict)
    match_body: str | None = None

    def rule(self, number: int) -> FaultRule | None:
        """The rule for the n-th matching request; None for the usual response. Raises Invalid."""
        effect = self.effects[number - 1]
        where = f"effects.{number - 1}"
        if effect is None:
            return None
        if isinstance(effect, str):
            if effect not in BREAKING_EFFECTS:
                raise Invalid(
                    f"{where}: {quote(effect)} is not valid; expected a status, {', '.join(BREAKING_EFFECTS)} or null"
                )
            effect = {effect: True}
        elif isinstance(effect, int):
            effect = {"status": effect}
        if unknown := [name for name in effect if name not in EFFECT_OPTIONS]:
            raise Invalid(f"{where}: {quote(unknown[0])} is not valid here; {expected(EFFECT_OPTIONS)}")
        given = {name: value for name, value in effect.items() if value is not None}
        matching = {name: getattr(self, name) for name in MATCHING_OPTIONS}
        try:
            rule: FaultRule = OPERATIONS["POST", "/faults"].arguments({**matching, **given, "nth": number})["rule"]
        except Invalid as error:
            raise Invalid(f"{where}: {error}") from None
        return rule


@operation("faults.sequence", "POST", "/faults/sequence")
async def add_faults_in_sequence(control: Control, tenant: str, sequence: FaultSequence) -> list[Fault]:
    """Adds faults that hit consecutive matching requests, one each; none of them if any is invalid.

    Returns the faults. There is none for a request that gets its usual response.
    """
    rules = [rule for number in range(1, len(sequence.effects) + 1) if (rule := sequence.rule(number)) is not None]
    check_operation(control, sequence.operation)
    faults = control.instruments(tenant).faults
    require_room("faults", tenant, len(faults) + len(rules), limits.MAX_FAULTS)
    return [faults.add(rule) for rule in rules]


def check_operation(control: Control, name: str | None) -> None:
    """Raises Invalid for an operation that the API does not have."""
    if name is not None and name not in control.operation_ids:
        known = ", ".join(sorted(control.operation_ids))
        raise Invalid(f"operation: {quote(name)} is not valid; expected one of {known}")


@operation("faults.clear", "DELETE", "/faults")
async def clear_faults(control: Control, tenant: str) -> None:
    """Removes every fault of a tenant."""
    control.instruments(tenant).faults.clear()


@operation("faults.get", "GET", "/faults/{id}")
async def get_fault(control: Control, tenant: str, *, id: str) -> Fault:
    """Returns a fault with its current hits."""
    fault = control.instruments(tenant).faults.get(id)
    if fault is None:
        raise Unknown(f"id: tenant {quote(tenant)} has no fault {quote(id)}")
    return fault


@operation("faults.remove", "DELETE", "/faults/{id}")
async def remove_fault(control: Control, tenant: str, *, id: str) -> None:
    """Removes a fault."""
    fault = await get_fault(control, tenant, id=id)
    control.instruments(tenant).faults.remove(fault.id)
