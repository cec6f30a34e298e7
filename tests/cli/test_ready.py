"""``mock-zuora ready``: its requests, its messages and its exit codes."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mock_zuora.cli.main import main
from mock_zuora.cli.ready import NotReady, ask, wait_until_ready
from mock_zuora.config.settings import load_settings
from mock_zuora.server.job_runner import BackgroundJobRunner
from mock_zuora.server.server import Server
from tests.platforms import skip_on_windows

READY = (200, {"status": "ready", "uptime": 0.1})
SEEDING = (503, {"status": "seeding"})


class Stub(HTTPServer):
    """Responds with each of ``answers``, then with the last one again and again."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, object]] = [READY]
        self.asked = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Stub

    def do_GET(self) -> None:
        assert self.path == "/__mock/readyz"
        answers = self.server.answers
        status, answer = answers[min(self.server.asked, len(answers) - 1)]
        self.server.asked += 1
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        # One connection is served at a time, so each is closed after its response.
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port without a listener, reserved while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the command; returns its exit code and its standard error."""

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as exit:
            main(["ready", *words])
        return int(exit.value.code or 0), capsys.readouterr().err

    return run


def test_running_server_is_ready_on_the_port_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str]]
) -> None:
    server = Server(load_settings({"port": "0", "host": "0.0.0.0"}))
    server.start()
    monkeypatch.setenv("MOCK_ZUORA_HOST", "0.0.0.0")
    monkeypatch.setenv("MOCK_ZUORA_PORT", server.url.rpartition(":")[2])

    assert run() == (0, "")

    server.stop()


def test_flag_overrides_the_environment(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str]]
) -> None:
    monkeypatch.setenv("MOCK_ZUORA_PORT", "1")

    assert run("--port", str(stub.server_port)) == (0, "")


@skip_on_windows("the reason has other words")
def test_no_listener_exits_with_1(free_port: int, run: Callable[..., tuple[int, str]]) -> None:
    code, said = run("--port", str(free_port))

    assert code == 1
    assert said == f"mock-zuora ready: nothing is ready at http://127.0.0.1:{free_port}: Connection refused\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(SEEDING, "is not ready: seeding", id="seeding"),
        pytest.param((200, "hello"), "is not mock_zuora: it responded with 200", id="other-json"),
        pytest.param((404, {}), "is not mock_zuora: it responded with 404", id="other-server"),
        pytest.param((403, {"error": "Host: no"}), "refuses this host: Host: no", id="foreign-host"),
        pytest.param((403, {}), "is not mock_zuora: it responded with 403", id="other-refusal"),
        pytest.param((500, {"status": "ready"}), "is not ready", id="failing"),
    ],
)
def test_not_ready_response_exits_with_1_and_is_shown(
    stub: Stub, run: Callable[..., tuple[int, str]], answer: tuple[int, object], said: str
) -> None:
    stub.answers = [answer]

    code, line = run("--port", str(stub.server_port))

    assert code == 1
    assert said in line


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 19_000, "is not mock_zuora: .* with 200 to", id="deep"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n{}", "with 200 to", id="length"),
        pytest.param(b"HTTP/1.1 \n\x1b[\r\n\r\n{}", "with something other than HTTP to", id="status-line"),
        pytest.param(
            b'HTTP/1.1 503 No\r\n\r\n{"status": "a\\nb\\u001b[31m"}', r"is not ready: a b \[31m$", id="status"
        ),
        pytest.param(b'HTTP/1.1 403 No\r\n\r\n{"error": "a\\r\\nb"}', "refuses this host: a  b$", id="refusal"),
    ],
)
def test_odd_response_is_refused_in_one_line(response: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def respond() -> None:
            with server.accept()[0] as connection:
                connection.recv(4096)
                connection.sendall(response)

        thread = threading.Thread(target=respond)
        thread.start()
        with pytest.raises(NotReady, match=reason) as refusal:
            ask(*server.getsockname())
        thread.join()
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("host", ["a..b", "a" * 64])
def test_host_that_is_no_name_exits_with_1(run: Callable[..., tuple[int, str]], host: str) -> None:
    code, line = run("--host", host)

    assert code == 1
    assert line.endswith(f": '{host}' is not the name of a host\n")


def test_port_may_have_spaces_around_it_as_in_serve(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str]]
) -> None:
    monkeypatch.setenv("MOCK_ZUORA_PORT", f" {stub.server_port} ")

    assert load_settings({}).port == stub.server_port
    assert run() == (0, "")


def test_hanging_server_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotReady, match=r"not respond within 0\.05 s"):
        ask(*silent.getsockname(), timeout=0.05)


def test_waiting_ends_when_seeding_ends(stub: Stub, run: Callable[..., tuple[int, str]]) -> None:
    stub.answers = [SEEDING, SEEDING, READY]

    assert run("--wait", "--timeout", "10", "--port", str(stub.server_port)) == (0, "")
    assert stub.asked == 3


@skip_on_windows("the reason has other words")
def test_waiting_times_out_with_the_reason(free_port: int, run: Callable[..., tuple[int, str]]) -> None:
    code, line = run("--wait", "--timeout", "0.1", "--port", str(free_port))

    assert code == 1
    assert "Connection refused (waited 0.1 s)" in line


def test_just_started_server_is_reported_at_once(stub: Stub, run: Callable[..., tuple[int, str]]) -> None:
    assert run("--watch", "5", "--port", str(stub.server_port)) == (0, "")
    assert stub.asked == 1


def test_server_that_fails_while_watched_is_reported(stub: Stub, run: Callable[..., tuple[int, str]]) -> None:
    stub.answers = [(200, {"status": "ready", "uptime": 60}), SEEDING]

    code, line = run("--watch", "0.05", "--port", str(stub.server_port))

    assert (code, stub.asked) == (1, 2)
    assert "seeding" in line


def test_watched_server_is_reported_after_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BackgroundJobRunner, "uptime", 60)
    server = Server(load_settings({"port": "0"}))
    server.start()
    started = time.monotonic()

    with pytest.raises(SystemExit) as exit:
        main(["ready", "--watch", "0.2", "--port", server.url.rpartition(":")[2]])

    assert not exit.value.code
    assert time.monotonic() - started >= 0.2
    server.stop()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--port", "eighty"], "--port: 'eighty' is not valid", id="no-number"),
        pytest.param(["--port", "65536"], "--port: '65536' is not valid", id="too-high"),
        pytest.param(["--port", "0"], "--port: 0 lets the server choose a port", id="picked"),
        pytest.param(["--timeout", "-1"], "argument --timeout: '-1' is not valid", id="timeout"),
        pytest.param(["--watch", "nan"], "argument --watch: 'nan' is not valid", id="watch"),
        pytest.param(["--prot", "80"], "--prot: there is no such flag; did you mean '--port'?", id="no-flag"),
    ],
)
def test_invalid_flag_exits_with_2_and_is_named(
    run: Callable[..., tuple[int, str]], words: list[str], said: str
) -> None:
    code, line = run(*words)

    assert code == 2
    assert said in line
    assert line.count("\n") == 1


def test_invalid_port_variable_is_named(monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str]]) -> None:
    monkeypatch.setenv("MOCK_ZUORA_PORT", "http")

    code, line = run()

    assert code == 2
    assert "MOCK_ZUORA_PORT: 'http' is not valid" in line


def test_ready_imports_only_what_it_needs() -> None:
    """Its cost is what it imports, and a health check runs it often."""
    heavy = (
        "{'fastapi', 'starlette', 'pydantic', 'pydantic_core', 'uvicorn', 'asyncio', 'ipaddress', "
        "'mock_zuora.config.settings'}"
    )
    script = (
        "import sys; before = set(sys.modules); from mock_zuora.cli.main import main\n"
        "try: main(['ready', '--port', '1'])\n"
        f"finally: print(sorted({heavy} & (set(sys.modules) - before)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=os.environ, check=False
    )

    assert (said.returncode, said.stdout) == (1, "[]\n")


def test_waiting_never_exceeds_its_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotReady, match=r"waited 0\.1 s"):
        wait_until_ready(*silent.getsockname(), timeout=0.1)


@pytest.mark.parametrize(
    ("variables", "flags"),
    [
        pytest.param({"MOCK_ZUORA_TLS": "true"}, (), id="variable"),
        pytest.param({"MOCK_ZUORA_TLS_CERT": "cert.pem"}, (), id="variable-of-the-certificate"),
        pytest.param({}, ("--tls",), id="flag"),
        pytest.param({}, ("--tls-cert", "cert.pem"), id="flag-of-the-certificate"),
    ],
)
def test_server_with_https_is_asked_with_https(
    secure: str,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., tuple[int, str]],
    variables: dict[str, str],
    flags: tuple[str, ...],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert run("--port", secure, "--wait", *flags) == (0, "")


def test_server_with_https_is_not_ready_for_http(secure: str, run: Callable[..., tuple[int, str]]) -> None:
    code, line = run("--port", secure)

    assert code == 1
    assert "is not mock_zuora: it responded with 400" in line


def test_watching_works_with_https(secure: str, run: Callable[..., tuple[int, str]]) -> None:
    time.sleep(2)

    assert run("--port", secure, "--tls", "--watch", "0.2") == (0, "")


@pytest.fixture(scope="module")
def secure() -> Iterator[str]:
    """The port of a server with HTTPS."""
    server = Server(load_settings({"port": "0", "tls": "true"}))
    server.start()
    yield server.url.rpartition(":")[2]
    server.stop()
