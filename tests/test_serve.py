"""``mock-zuora serve``: its flags and the first line of its log."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mock_zuora.cli import main
from mock_zuora.ready import wait_until_ready
from mock_zuora.serve import start_line
from mock_zuora.server import Server
from mock_zuora.settings import Settings, flag_of, load_settings


def test_the_help_lists_a_flag_for_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])

    said = capsys.readouterr().out
    assert [name for name in Settings.model_fields if flag_of(name) not in said] == []


def test_the_first_line_of_the_log_says_where_how_and_what(tmp_path: Path) -> None:
    seed = tmp_path / "seed.toml"
    seed.write_text('[[tenants]]\nname = "acme"\n[tenants.records]\nvehicle = [{ brand__c = "Volvo" }]\n')

    server = Server(load_settings({"seed": str(seed), "port": "0", "transitions": "polls"}))

    with server.socket:
        line = start_line(server)
        assert f"on {server.url}, transitions polls, tenants acme (1 users, 0 clients, 0 definitions, 1 recor" in line


def test_a_served_process_prints_its_address_and_ends_at_sigterm() -> None:
    command = [sys.executable, "-m", "mock_zuora", "serve", "--port", "0", "--log-format", "json"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        port = int(line.partition("http://127.0.0.1:")[2].partition(",")[0])
        wait_until_ready("127.0.0.1", port, timeout=20)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        assert process.stderr.read() == ""

    assert process.returncode in (0, -signal.SIGTERM)
