"""The faults of a handle's tenant."""

from collections.abc import Mapping

from mock_zuora.client.calls import Call, id_of
from mock_zuora.control.errors import is_control_error
from mock_zuora.control.faults import Fault
from mock_zuora.control.json_types import from_json

__tracebackhide__ = is_control_error


class FaultsResource:
    """Faults that are injected into the tenant's requests."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def add(
        self,
        path: str | None = None,
        method: str | None = None,
        *,
        operation: str | None = None,
        status: int | None = None,
        code: int | None = None,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: int | None = None,
        delay: float | None = None,
        reset: bool | None = None,
        truncate: bool | None = None,
        stall: bool | None = None,
        times: int | None = None,
        nth: int | None = None,
        probability: float | None = None,
    ) -> Fault:
        """Adds a fault and returns it with its id.

        It hits requests by ``path`` (a pattern: ``*`` matches within one segment, ``**`` across segments), ``method``
        and ``operation`` (an operation id of the API's document): all of them, the first ``times``, only the ``nth``,
        or with a ``probability``, drawn from the random seed. Of several faults that match, the first one hits.

        A fault does one of the following: it responds with a ``status`` (400 to 599) in the API's own error format,
        with ``code``, ``message``, ``headers`` and ``retry_after`` (seconds); or it does a ``reset`` of the connection;
        or it lets the response ``truncate`` or ``stall`` half-way through its body. A ``delay`` (real seconds, at most
        600) comes before that, or alone. Raises Invalid.
        """
        fault = self._call(
            "POST", "/faults", path=path, method=method, operation=operation, status=status, code=code,
            message=message, headers=headers, retry_after=retry_after, delay=delay, reset=reset, truncate=truncate,
            stall=stall, times=times, nth=nth, probability=probability,
        )  # fmt: skip
        return from_json(Fault, fault)

    def all(self) -> list[Fault]:
        """Lists the faults with their current hits, in the order in which they were added."""
        return from_json(list[Fault], self._call("GET", "/faults"))

    def get(self, fault: str | Fault) -> Fault:
        """Returns a fault with its current hits. Raises Unknown."""
        return from_json(Fault, self._call("GET", "/faults/{id}", id=id_of(fault)))

    def remove(self, fault: str | Fault) -> None:
        """Removes a fault. Raises Unknown."""
        self._call("DELETE", "/faults/{id}", id=id_of(fault))

    def clear(self) -> None:
        """Removes every fault."""
        self._call("DELETE", "/faults")
