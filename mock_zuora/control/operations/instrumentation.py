"""Faults, the journal with its warnings, and snapshots."""

from mock_zuora.control import results
from mock_zuora.control.faults import Effect, Fault, FaultPlan
from mock_zuora.control.journal import Search
from mock_zuora.control.operations.table import operation
from mock_zuora.control.requests import NewFault, RequestSearch, RequestWait, Said
from mock_zuora.control.verbs import Control


@operation("faults.all", Said, list[results.Fault])
async def faults(control: Control, tenant: str, said: Said) -> list[results.Fault]:
    """Lists a tenant's faults with their hits, in the order in which they were added."""
    return [_fault(each) for each in control.instruments(tenant).faults.all()]


@operation("faults.add", NewFault, results.Fault)
async def add_fault(control: Control, tenant: str, said: NewFault) -> results.Fault:
    """Lets calls go wrong: those of a path or an operation, of a method, so often, the n-th one, or by chance.

    Of several faults that match a call, the first one hits. A call without a good token is hit by none.
    """
    plan = FaultPlan(
        **said.model_dump(exclude={"headers", "reset", "truncate", "stall"}),
        headers=tuple(said.headers.items()),
        effect=_effect(said),
    )
    return _fault(control.add_fault(tenant, plan))


@operation("faults.get", Said, results.Fault)
async def fault(control: Control, tenant: str, said: Said, id: str) -> results.Fault:
    """Gives one fault with its hits up to now."""
    return _fault(control.fault(tenant, id))


@operation("faults.remove", Said, None)
async def remove_fault(control: Control, tenant: str, said: Said, id: str) -> None:
    """Removes a fault."""
    control.instruments(tenant).faults.remove(control.fault(tenant, id).id)


@operation("faults.clear", Said, None)
async def clear_faults(control: Control, tenant: str, said: Said) -> None:
    """Removes every fault of a tenant."""
    control.instruments(tenant).faults.clear()


@operation("requests.find", RequestSearch, results.Requests)
async def requests(control: Control, tenant: str, said: RequestSearch) -> results.Requests:
    """Lists the calls of a tenant that fit, oldest first. Calls whose tenant cannot be told are the default one's."""
    journal = control.instruments(tenant).journal
    return results.Requests(requests=tuple(journal.find(_search(said))), dropped=journal.dropped)


@operation("requests.count", RequestSearch, results.Count)
async def count_requests(control: Control, tenant: str, said: RequestSearch) -> results.Count:
    """Counts the calls of a tenant that fit."""
    journal = control.instruments(tenant).journal
    return results.Count(count=journal.count(_search(said)), dropped=journal.dropped)


@operation("requests.wait", RequestWait, results.Requests)
async def wait_for_requests(control: Control, tenant: str, said: RequestWait) -> results.Requests:
    """Answers when so many calls that fit have come in, at most ``timeout`` real seconds later."""
    found = await control.wait_for_requests(tenant, _search(said), said.count, said.timeout)
    return results.Requests(requests=tuple(found), dropped=control.instruments(tenant).journal.dropped)


@operation("requests.clear", Said, None)
async def clear_requests(control: Control, tenant: str, said: Said) -> None:
    """Forgets the calls and the warnings of a tenant."""
    control.instruments(tenant).journal.clear()


@operation("warnings", Said, list[results.FidelityWarning])
async def warnings(control: Control, tenant: str, said: Said) -> list[results.FidelityWarning]:
    """Lists what was accepted from a tenant although the real service does not document it, oldest first."""
    return control.instruments(tenant).journal.warnings


@operation("snapshots.all", Said, list[str])
async def snapshots(control: Control, tenant: str, said: Said) -> list[str]:
    """Lists the names of a tenant's snapshots."""
    return list(control.instruments(tenant).snapshots)


@operation("snapshots.save", Said, None)
async def save_snapshot(control: Control, tenant: str, said: Said, name: str) -> None:
    """Keeps a tenant's objects, records, jobs, settings and clock under a name, in memory."""
    await control.save_snapshot(tenant, name)


@operation("snapshots.restore", Said, None)
async def restore_snapshot(control: Control, tenant: str, said: Said, name: str) -> None:
    """Takes a tenant back to a snapshot, which stays."""
    control.restore_snapshot(tenant, name)


@operation("snapshots.drop", Said, None)
async def drop_snapshot(control: Control, tenant: str, said: Said, name: str) -> None:
    """Forgets a snapshot."""
    control.drop_snapshot(tenant, name)


def _effect(said: NewFault) -> Effect:
    if said.status is not None:
        return Effect.STATUS
    return next((Effect(name) for name in ("reset", "truncate", "stall") if getattr(said, name)), Effect.NONE)


def _fault(fault: Fault) -> results.Fault:
    plan = fault.plan
    return results.Fault(
        id=fault.id,
        path=plan.path,
        method=plan.method,
        operation=plan.operation,
        status=plan.status,
        code=plan.code,
        message=plan.message,
        headers=dict(plan.headers),
        retry_after=plan.retry_after,
        delay=plan.delay,
        reset=plan.effect is Effect.RESET,
        truncate=plan.effect is Effect.TRUNCATE,
        stall=plan.effect is Effect.STALL,
        times=plan.times,
        nth=plan.nth,
        probability=plan.probability,
        matched=fault.matched,
        hits=fault.hits,
        used_up=fault.is_used_up,
    )


def _search(said: RequestSearch) -> Search:
    return Search(method=said.method, path=said.path, status=said.status)
