"""The faults of a handle's tenant."""

from collections.abc import Iterable, Mapping
from typing import Unpack

from mock_zuora.client.calls import Call, Identified, id_of
from mock_zuora.client.options import BreakingEffect, FaultEffect, HttpMethod
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
        method: HttpMethod | None = None,
        *,
        operation: str | None = None,
        match_headers: Mapping[str, str] | None = None,
        match_body: str | None = None,
        times: int | None = None,
        nth: int | None = None,
        probability: float | None = None,
        **effect: Unpack[FaultEffect],
    ) -> Fault:
        """Adds a fault and returns it with its id.

        It hits requests by ``path`` (a pattern: ``*`` matches within one segment, ``**`` across segments), ``method``
        and ``operation`` (an operation id of the API's document), by ``match_headers`` (values of request headers, in
        which ``*`` is any text) and ``match_body`` (text that the body contains, after gunzip): all of them, the first
        ``times``, only the ``nth``, or with a ``probability``, drawn from the random seed. Of several faults that
        match, the first one hits.

        A fault does one of the following: it responds with a ``status`` (400 to 599) in the API's own error format,
        with ``code`` and ``message``; or with a ``status`` (200 to 599) and a ``body`` of your own, such as a gateway's
        HTML, half of a JSON document, or nothing at all, with its ``content_type``, by default ``application/json``;
        either with ``headers`` and ``retry_after`` (seconds); or it does a ``reset`` of the connection; or it lets the
        response ``truncate`` or ``stall`` half-way through its body. A ``delay`` (real seconds, at most 600) comes
        before that, or alone. Raises Invalid.
        """
        fault = self._call(
            "POST", "/faults", path=path, method=method, operation=operation, match_headers=match_headers,
            match_body=match_body, times=times, nth=nth, probability=probability, **effect,
        )  # fmt: skip
        return from_json(Fault, fault)

    def sequence(
        self,
        effects: Iterable[int | BreakingEffect | FaultEffect | None],
        path: str | None = None,
        method: HttpMethod | None = None,
        *,
        operation: str | None = None,
        match_headers: Mapping[str, str] | None = None,
        match_body: str | None = None,
    ) -> list[Fault]:
        """Adds faults for consecutive matching requests: the first request gets the first effect, and so on.

        An effect is a status, ``"reset"``, ``"truncate"``, ``"stall"``, None for the usual response, or a mapping of
        options of ``add`` that say what a fault does. After the last one, requests get their usual response. A request
        that an earlier fault hits uses up its effect. Returns the faults, none for None. Raises Invalid, and adds none
        of them, if any is invalid.
        """
        faults = self._call(
            "POST", "/faults/sequence", effects=effects if isinstance(effects, str) else list(effects), path=path,
            method=method, operation=operation, match_headers=match_headers, match_body=match_body,
        )  # fmt: skip
        return from_json(list[Fault], faults)

    def all(self) -> list[Fault]:
        """Lists the faults with their current hits, in the order in which they were added."""
        return from_json(list[Fault], self._call("GET", "/faults"))

    def get(self, fault: Identified) -> Fault:
        """Returns a fault with its current hits. Raises Unknown."""
        return from_json(Fault, self._call("GET", "/faults/{id}", id=id_of(fault)))

    def remove(self, fault: Identified) -> None:
        """Removes a fault. Raises Unknown."""
        self._call("DELETE", "/faults/{id}", id=id_of(fault))

    def clear(self) -> None:
        """Removes every fault."""
        self._call("DELETE", "/faults")
