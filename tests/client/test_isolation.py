"""The server works while a test in its process replaces the time, sleeps or HTTP clients, before or after its start."""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from tempfile import TemporaryDirectory
from unittest.mock import patch

import freezegun
import httpx
import pytest
import requests
import requests_mock
import responses
import respx
import time_machine
import vcr

from mock_zuora import MockZuora, SettingsError, TimedOut
from mock_zuora.domain.machine_clock import real_time_ns, steady_seconds
from tests.platforms import skip_on_windows

JOBS = "/objects/jobs"
UNDOCUMENTED = {"Zuora-Version": "1999-01-01"}
"""Headers of a request that is accepted with a warning."""

REPLACED_TIME: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "freezegun": lambda: freezegun.freeze_time("2020-01-01"),
    "freezegun in the future": lambda: freezegun.freeze_time("2076-01-01"),
    "freezegun, ticking": lambda: freezegun.freeze_time("2020-01-01", tick=True),
    "time-machine": lambda: time_machine.travel("2020-01-01T00:00:00Z"),
    "time-machine in the future": lambda: time_machine.travel("2076-01-01T00:00:00Z"),
    "time-machine, frozen": lambda: time_machine.travel("2020-01-01T00:00:00Z", tick=False),
    "time.time": lambda: patch("time.time", return_value=0.0),
    "time.time that fails": lambda: patch("time.time", side_effect=AssertionError("the server reads time.time")),
    "time.monotonic": lambda: patch("time.monotonic", return_value=0.0),
    "time.monotonic that fails": lambda: patch("time.monotonic", side_effect=AssertionError("it reads time.monotonic")),
    "time.sleep": lambda: patch("time.sleep", side_effect=AssertionError("the server calls time.sleep")),
    "time.strftime": lambda: patch("time.strftime", side_effect=AssertionError("the server calls time.strftime")),
    "datetime.datetime": lambda: patch("datetime.datetime"),
    "asyncio.sleep": lambda: patch("asyncio.sleep", side_effect=AssertionError("the server calls asyncio.sleep")),
    "asyncio.timeout": lambda: patch("asyncio.timeout", side_effect=AssertionError("the server calls asyncio.timeout")),
}


def case(name, replaced):
    # time-machine replaces time.time_ns, and Windows has no other clock that tells the date.
    marks = skip_on_windows("the date cannot be read past time-machine") if name.startswith("time-machine") else ()
    return pytest.param(replaced, id=name, marks=marks)


@pytest.fixture
def use(call, submit):
    """Uses all that depends on time: a job that moves by the clock, a delay, waits that succeed and that time out."""

    def use(zuora: MockZuora) -> None:
        zuora.configure(transitions="time", processing_time=0.05)
        assert abs(zuora.clock.now().timestamp() - real_time_ns() / 1e9) < 60
        assert zuora.jobs.wait(submit(zuora, "brand__c\nVolvo\n"), timeout=30).status == "completed"
        zuora.faults.add(delay=0.1, times=1)
        started = steady_seconds()
        assert call(zuora, "GET", JOBS)[0] == 200
        assert steady_seconds() - started >= 0.1
        with pytest.raises(TimedOut):
            zuora.requests.wait(count=100, timeout=0.1)

    return use


@pytest.mark.parametrize("replaced", [case(*each) for each in REPLACED_TIME.items()])
def test_server_keeps_to_real_time_if_the_time_is_replaced_after_its_start(replaced, use):
    with MockZuora() as zuora, replaced():
        use(zuora)


@pytest.mark.parametrize("replaced", [case(*each) for each in REPLACED_TIME.items()])
def test_server_keeps_to_real_time_if_the_time_is_replaced_before_its_start(replaced, use):
    with replaced(), MockZuora() as zuora:
        use(zuora)


def test_server_works_if_it_is_first_imported_while_the_time_is_replaced():
    program = """if True:
        from unittest.mock import patch
        with patch("time.time", side_effect=AssertionError), patch("time.monotonic", side_effect=AssertionError), \\
                patch("asyncio.sleep", side_effect=AssertionError):
            from mock_zuora import MockZuora
            with MockZuora() as zuora:
                print(zuora.clock.now().year)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.stdout.strip(), done.stderr) == (time.strftime("%Y", time.gmtime()), "")


# The log


def test_start_and_stop_read_no_replaced_time_for_their_lines(caplog):
    caplog.set_level(logging.DEBUG)
    with patch("time.time", side_effect=AssertionError("a line reads time.time")), MockZuora() as zuora:
        assert zuora.clock.speed == 1


def test_log_of_a_test_shows_nothing_of_the_server(caplog, call):
    caplog.set_level(logging.DEBUG)
    with MockZuora() as zuora:
        call(zuora, "GET", JOBS, **UNDOCUMENTED)
        assert [each.kind for each in zuora.warnings()] == ["unlisted-version"]
    assert caplog.records == []


def test_log_of_a_test_shows_what_it_asks_for(caplog, call):
    with MockZuora() as zuora:
        with caplog.at_level(logging.INFO, logger="mock_zuora"):
            call(zuora, "GET", JOBS, **UNDOCUMENTED)
        call(zuora, "GET", JOBS, **UNDOCUMENTED)
    assert [(each.name, each.levelname) for each in caplog.records] == [
        ("mock_zuora.fidelity", "WARNING"),
        ("mock_zuora.requests", "INFO"),
    ]


def test_log_level_can_be_a_setting(caplog, call):
    with MockZuora(log_level="info", request_log=False) as zuora:
        call(zuora, "GET", JOBS, **UNDOCUMENTED)
    assert [each.name for each in caplog.records] == ["mock_zuora.fidelity"]


def test_log_level_ends_with_its_server(caplog, call):
    MockZuora(log_level="info").stop()
    with MockZuora() as zuora:
        call(zuora, "GET", JOBS, **UNDOCUMENTED)
    assert caplog.records == []


def test_level_of_a_server_that_does_not_start_is_restored():
    with MockZuora() as zuora:
        level = logging.getLogger("mock_zuora").level
        with pytest.raises(SettingsError):
            MockZuora(log_level="debug", port=int(zuora.url.rpartition(":")[2]))
    assert logging.getLogger("mock_zuora").level == level


def test_level_that_the_program_has_set_stays():
    logging.getLogger("mock_zuora").setLevel(logging.WARNING)
    with MockZuora():
        assert logging.getLogger("mock_zuora").level == logging.WARNING


# HTTP clients


@contextmanager
def replay(**_: object) -> Iterator[None]:
    """vcrpy with a cassette that has no request."""
    with TemporaryDirectory() as folder, vcr.use_cassette(f"{folder}/cassette.yaml", record_mode="none"):
        yield


@pytest.mark.parametrize(
    "intercepted",
    [replay, responses.RequestsMock, requests_mock.Mocker, respx.mock],
    ids=["vcrpy", "responses", "requests-mock", "respx"],
)
def test_control_requests_are_not_intercepted(handle, intercepted):
    with intercepted():
        handle.faults.add(status=503)
        assert [each.status for each in handle.faults.all()] == [503]
        with handle.tenant() as tenant:
            assert tenant.requests.count() == 0


def test_client_can_be_let_through(handle):
    url, headers = handle.url + JOBS, handle.headers()
    with responses.RequestsMock() as mocked:
        mocked.add_passthru(handle.url)
        assert requests.get(url, headers=headers, timeout=10).status_code == 200
    with requests_mock.Mocker(real_http=True):
        assert requests.get(url, headers=headers, timeout=10).status_code == 200
    with respx.mock() as mocked:
        mocked.route(url__startswith=handle.url).pass_through()
        assert httpx.get(url, headers=headers).status_code == 200
    assert handle.requests.count() == 3
