"""The state of a tenant as one document."""

from mock_zuora.control import state, state_import
from mock_zuora.control.bounds import require_room_for_holders
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.operations import operation
from mock_zuora.control.pauses import let_others_run
from mock_zuora.control.pieces import Pieces


@operation("export_state", "GET", "/state")
async def export_state(control: Control, tenant: str) -> Pieces:
    """Exports a tenant's users, objects, records and jobs as one document, without secrets."""
    await control.runner.finish(control.tenant(tenant))
    return state.export_state(control.tenant(tenant))


@operation("import_state", "PUT", "/state")
async def import_state(control: Control, tenant: str, document: state.TenantState) -> None:
    """Replaces the state of a tenant with an exported document. The clock continues from the document's time."""
    registry, store = control.registry, control.registry.tenant_store()
    control.tenant(tenant)
    try:
        for _ in state_import.reading(document, store):
            await let_others_run()
            await control.runner.keep_up()
    except state_import.DocumentError as error:
        raise Invalid(str(error)) from None
    # The tenant as it is now: it could have been changed or removed meanwhile.
    found = control.tenant(tenant)
    adopted = state_import.adopt(found, document, store, registry.time_source)
    require_room_for_holders(adopted)
    registry.secrets.add(each.secret for each in adopted.clients.values())
    registry.idempotency_records.forget(tenant)
    registry.tenants[tenant] = adopted
