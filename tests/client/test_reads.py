"""Reads through the control API change nothing, whenever they happen and with both transports."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from mock_zuora import MockZuora
from mock_zuora.control.errors import ControlError
from mock_zuora.control.paths import path_parameters
from mock_zuora.control.services import OPERATIONS

FILES = [
    "brand__c\n" + "".join(f"{number}\n" for number in range(rows))
    for rows in (1, 600, 2_100, *[240] * 12)  # More than one request processes.
]
READS = [each for each in OPERATIONS.values() if each.method == "GET"]


class ReadServer:
    """A test that uses a server, and reads from it."""

    def __init__(self, server: MockZuora, transport: str, reads: str) -> None:
        self.zuora = server if transport == "embedded" else MockZuora.connect(server.url)
        self.now = 1_767_225_600.0
        server.clock.follow(lambda: self.now)
        self._reads = reads

    def read(self) -> None:
        """Reads between two steps, if the test does that."""
        if self._reads == "between":
            self.read_everything()

    def read_everything(self) -> None:
        """Sends every control request that reads."""
        ids = [each.id for each in self.zuora.jobs.all(limit=2, order="newest")]
        for each in READS:
            names = path_parameters(each.path)
            options = {"timeout": 0} if each.waits else {}
            for value in ids if names == ["id"] else ["vehicle"]:
                with suppress(ControlError):
                    self.zuora._call("GET", each.path, **dict.fromkeys(names, value), **options)

    def pass_time(self) -> None:
        """Moves the time that the server's clock follows. The next request finds due jobs, and processes some."""
        self.now += 45
        self.read()
        self.zuora.clock.advance(0)

    @contextmanager
    def reading_meanwhile(self) -> Iterator[None]:
        """Reads in another thread all the time, if the test does that."""
        ended = threading.Event()

        def read() -> None:
            while self._reads == "meanwhile" and not ended.is_set():
                self.read_everything()

        thread = threading.Thread(target=read)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def use(test: ReadServer, submit: Callable[..., str], call: Callable[..., object]) -> None:
    """Jobs that the clock, polls and control requests move, with planned outcomes."""
    zuora = test.zuora
    zuora.configure(transitions="time", processing_time=60, execution_order="shuffled", concurrent_job_limit=20)
    zuora.jobs.fail_next(after_records=1)
    zuora.jobs.reject_rows(where={"brand__c": "1"})
    zuora.jobs.hold_next(operation="delete")
    for file in FILES:
        submit(zuora, file)
    test.read()
    held = submit(zuora, operation="delete")
    for _ in range(3):
        test.pass_time()
    zuora.jobs.step(held)
    zuora.configure(transitions="polls", processing_polls=2)
    polled = submit(zuora, FILES[0])
    for _ in range(4):
        test.read()
        call(zuora, "GET", f"/objects/jobs/{polled}")
    zuora.configure(transitions="immediate")
    submit(zuora, FILES[1])
    test.read()
    submit(zuora)


def state_after(transport: str, reads: str, submit: Callable[..., str], call: Callable[..., object]) -> dict[str, Any]:
    with MockZuora(random_seed="reads") as server:
        test = ReadServer(server, transport, reads)
        with test.reading_meanwhile():
            use(test, submit, call)
        return test.zuora.export_state()


@pytest.mark.fidelity("mock-15")
@pytest.mark.parametrize(
    ("transport", "reads"), [("embedded", "between"), ("embedded", "meanwhile"), ("connected", "between")]
)
def test_server_that_is_read_ends_in_the_same_state(submit, call, transport, reads):
    alone = state_after("embedded", "never", submit, call)
    assert {each["status"] for each in alone["jobs"]} == {"completed", "failed", "pending"}
    assert state_after(transport, reads, submit, call) == alone
