"""Somebody who works with custom objects and their records, without HTTP."""

from typing import Any

import pytest

from mock_zuora.core.definitions import Definition
from mock_zuora.core.operations import definitions, record_batches, records
from mock_zuora.core.operations.record_batches import Batch
from mock_zuora.core.operations.records import RecordPage, RecordQuery
from mock_zuora.core.permissions import Permission
from mock_zuora.core.records import Record
from mock_zuora.core.tenants import Caller, Tenant


class Keeper:
    """The first user of a tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)

    def hold(self, *permissions: Permission) -> None:
        """From now on the user has these permissions and no other."""
        self.caller = Caller(self.tenant, self.caller.user, frozenset(permissions))

    def define(self, name: str = "car", **document: Any) -> Definition:
        """Defines an object; of each property, a type will do."""
        properties = {
            key: {"label": key, **({"type": said} if isinstance(said, str) else said)}
            for key, said in document.pop("properties", {}).items()
        }
        said = {"object": name, "label": name, "properties": properties, **document}
        return definitions.create(self.caller, {name: said})[0]

    def create(self, *documents: Any, object: str = "car", partial: bool = False) -> Batch:
        return record_batches.create(self.caller, object, list(documents), partial=partial)

    def one(self, object: str = "car", **values: Any) -> Record:
        """A new record."""
        return self.create(values, object=object).written[0]

    def update(self, documents: Any, *, partial: bool = False) -> Batch:
        return record_batches.update(self.caller, "car", documents, partial=partial)

    def page(self, **query: Any) -> RecordPage:
        return records.list_records(self.caller, "car", RecordQuery(**query))

    def values(self, field: str, **query: Any) -> list[Any]:
        """What the records of a page have in a field."""
        return [record.values.get(field) for record in self.page(**query).records]

    def migrate(self, type: str, **action: Any) -> Any:
        said = {"type": type, "namespace": "default", "object": "car", **action}
        return definitions.migrate_definition(self.caller, [said])


@pytest.fixture
def keeper(tenant: Tenant) -> Keeper:
    return Keeper(tenant)
