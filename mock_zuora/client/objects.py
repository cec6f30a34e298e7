"""The objects of a handle's tenant."""

from collections.abc import Iterator
from typing import Any

from mock_zuora.client.calls import Call
from mock_zuora.control.errors import is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.object_results import ObjectInfo, RecordPage

__tracebackhide__ = is_control_error


class ObjectsResource:
    """The tenant's objects, with their definitions and pages of their records.

    ``define``, ``add_records`` and ``records`` of the handle are for custom objects. Here, ``namespace`` can be
    ``com_zuora``, for the objects of Zuora that jobs have used.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> list[ObjectInfo]:
        """Lists the objects in the order of their creation, also those that jobs created without a schema."""
        return from_json(list[ObjectInfo], self._call("GET", "/objects"))

    def __iter__(self) -> Iterator[ObjectInfo]:
        return iter(self.all())

    def get(self, object: str, namespace: str = "default") -> dict[str, Any]:
        """Returns the definition of an object, as ``define`` does. Raises Unknown."""
        found: dict[str, Any] = self._call("GET", "/objects/{object}", object=object, namespace=namespace)
        return found

    def records(
        self,
        object: str,
        *,
        limit: int = 100,
        after: str | None = None,
        q: str | None = None,
        namespace: str = "default",
    ) -> RecordPage:
        """Returns a page of at most ``limit`` (200) current records in the order of their creation.

        ``after`` is ``next`` of the previous page. ``q`` is a query as the list of records of the emulated API accepts
        it, such as ``brand__c:Volvo AND price__c:>1000``. Raises Unknown for an object that does not exist, and
        Invalid, which has the ``position`` of a mistake in ``q``.
        """
        page = self._call(
            "GET", "/objects/{object}/records", object=object, limit=limit, after=after, q=q, namespace=namespace
        )
        return from_json(RecordPage, page)

    def record(self, object: str, id: str, namespace: str = "default") -> dict[str, Any]:
        """Returns a record, as the emulated API shows it. Raises Unknown."""
        found: dict[str, Any] = self._call(
            "GET", "/objects/{object}/records/{id}", object=object, id=id, namespace=namespace
        )
        return found
