"""The command: its help, invalid input, the first log line, and how the process exits."""

import gc
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from mock_zuora import __version__
from mock_zuora.cli.main import EXAMPLE, EXIT_STATUSES, SERVE_EXAMPLES, main
from mock_zuora.cli.serve import start_line
from mock_zuora.config.address import variable_of
from mock_zuora.config.settings import GROUPS, Settings, choices_of, flag_of
from mock_zuora.server.server import Server
from tests.platforms import needs_termination

SEED = """
[[tenants]]
name = "acme"
users = [{ name = "ann" }, { name = "bob" }]
clients = [{ id = "reader", secret = "hunter2" }]
settings = { transitions = "polls" }
definitions = [{ object = "vehicle", label = "Vehicle", properties = { a__c = { type = "string", label = "A" } } }]
records = { vehicle = [{ a__c = "x" }, { a__c = "y" }], boat = [{ b__c = "z" }] }
[[tenants]]
name = "other"
"""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for variable in [name for name in os.environ if name.upper().startswith("MOCK_ZUORA_")]:
        monkeypatch.delenv(variable)


@pytest.fixture
def seed(tmp_path):
    file = tmp_path / "seed.toml"
    file.write_text(SEED, "utf-8")
    return str(file)


def ends(*arguments):
    """The exit status of a command that does not serve."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return end.value.code


@pytest.fixture
def start():
    """Starts the command as a process; returns it with the first line of its log. The process is killed at the end."""
    processes = []

    def run(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "mock_zuora", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **environment},
        )
        processes.append(process)
        return process, process.stderr.readline().rstrip("\n")

    yield run
    for process in processes:
        process.kill()
        process.communicate()


# Help and invalid input


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_help_shows_flag_variable_and_description_of_each_setting(capsys, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "1000")
    assert ends("serve", "--help") == 0
    text = " ".join(capsys.readouterr().out.split())
    sentence = re.escape(Settings.model_fields[name].description or "")
    choices = ",".join(choices_of(name))
    value = re.escape(f"{{{choices}}}") if choices else "[A-Z=]+"
    assert re.search(rf" {flag_of(name)} \[?{value}\]? {sentence} \[{variable_of(name)}[;\]]", text)


def test_help_names_every_command(capsys):
    assert ends("--help") == 0
    said = capsys.readouterr().out
    assert all(re.search(rf"\n    {command}\s", said) for command in ("version", "ready", "serve", "assumptions"))


def test_help_of_serve_has_groups_examples_and_exit_statuses(capsys):
    ends("serve", "--help")
    text = capsys.readouterr().out
    assert re.findall(r"^(\w+):$", text, re.MULTILINE) == ["options", *GROUPS, "examples"]
    assert EXIT_STATUSES.strip() in text and text.startswith("usage: mock-zuora serve [-h] [--SETTING VALUE ...]\n")
    assert "--transitions {immediate,time,polls,manual}\n" in text


def test_help_has_an_example(capsys):
    ends("--help")
    assert "\nexample:\n  mock-zuora serve --port 8080 --seed seed.toml\n" in capsys.readouterr().out


def commands_in(text):
    return [line.split()[1:] for line in text.splitlines() if line.startswith("  mock-zuora")]


@pytest.mark.parametrize("words", commands_in(EXAMPLE + SERVE_EXAMPLES), ids=" ".join)
def test_examples_of_the_help_are_valid(monkeypatch, tmp_path, seed, words):
    monkeypatch.chdir(tmp_path)
    served = []
    monkeypatch.setattr("mock_zuora.cli.serve.run_server", served.append)
    main([*words, "--port", "0"])
    served[0].stop()
    assert served[0].settings.strict == ("--strict" in words)


@pytest.mark.parametrize("arguments", [["version"], ["--version"]])
def test_version_is_printed(capsys, arguments):
    if arguments == ["version"]:
        main(arguments)
    else:
        assert ends(*arguments) == 0
    assert capsys.readouterr().out == f"mock-zuora {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "expected a command: version, openapi, postman, assumptions, verify, ready, serve"),
        (["sevre"], "sevre: there is no such command; did you mean 'serve'?"),
        (
            ["xyz"],
            "xyz: there is no such command; expected one of version, openapi, postman, assumptions, verify, ready",
        ),
        (["--verison"], "--verison: there is no such flag; did you mean '--version'?"),
        (["--xyz"], "--xyz: there is no such flag; 'mock-zuora --help' lists the options"),
        (["serve", "--prot", "1"], "--prot: there is no such flag; did you mean '--port'?"),
        (["serve", "--por", "1"], "--por: there is no such flag; did you mean '--port'?"),
        (["serve", "--transitons=time"], "--transitons: there is no such flag; did you mean '--transitions'?"),
        (["serve", "--xyz"], "--xyz: there is no such flag; 'mock-zuora serve --help' lists the flags"),
        (["serve", "--state-sav"], "--state-sav: there is no such flag; "),
        (["ready", "--wiat"], "--wiat: there is no such flag; did you mean '--wait'?"),
        (["serve", "extra"], "extra: unexpected argument"),
        (["version", "extra"], "extra: unexpected argument"),
        (["serve", "--port"], "--port"),
        (["serve", "--port", "x"], "--port: 'x'"),
        (["serve", "--strict", "maybe"], "--strict: 'maybe'"),
        (["serve", "--assume", "put-records=merge"], "--assume: 'put-records' is not an assumption; expected one of"),
        (
            ["serve", "--assume", "put-record=x"],
            "--assume: put-record: 'x' is not valid; expected one of merge, replace",
        ),
        (["serve", "--assume", "put-record"], "--assume: 'put-record' is not valid; expected NAME=CHOICE"),
        (["serve", "--assume", "nothing.toml"], "--assume: nothing.toml: cannot be read"),
        (["serve", "--seed", "nothing.toml"], "seed nothing.toml: cannot be read"),
        (["serve", "--version", "9"], "--version"),
        (["serve", "--host", "192.0.2.1"], "192.0.2.1"),
    ],
    ids=" ".join,
)
def test_invalid_input_exits_with_2_and_one_line(capsys, arguments, named):
    assert ends(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("mock-zuora") and named in err
    assert err.count("\n") == 1 and "Traceback" not in err


def test_misspelt_flag_shows_no_value(capsys):
    assert ends("serve", "--contorl-token", "hunter2") == ends("serve", "--contorl-token=hunter2") == 2
    err = capsys.readouterr().err
    assert err.count("did you mean '--control-token'?") == 2 and "hunter2" not in err


def test_version_imports_no_settings_and_no_suggestions():
    code = "import sys; from mock_zuora.cli.main import main; main(['version']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert {"difflib", "pydantic", "mock_zuora.config.suggestions"}.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(
    ("variable", "value"), [("MOCK_ZUORA_PORT", "x"), ("MOCK_ZUORA_PROT", "1"), ("MOCK_ZUORA_ASSUME", "put-record=x")]
)
def test_invalid_variable_exits_with_2_and_is_named(capsys, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    assert ends("serve") == 2
    assert variable in capsys.readouterr().err


def test_invalid_seed_exits_with_2_names_the_place_and_hides_secrets(capsys, tmp_path):
    seed = tmp_path / "seed.toml"
    seed.write_text(SEED.replace('secret = "hunter2"', 'secret = "hunter2", user = "eve"'), "utf-8")
    assert ends("serve", "--seed", str(seed)) == 2
    err = capsys.readouterr().err
    assert f"seed {seed}: tenant 'acme': client 'reader': user 'eve' is not valid" in err and "hunter2" not in err


def test_boolean_flag_needs_no_value(monkeypatch):
    served = []
    monkeypatch.setattr("mock_zuora.cli.serve.build_server", lambda flags, parser: served.append(flags))
    monkeypatch.setattr("mock_zuora.cli.serve.run_server", lambda server: None)
    main(["serve", "--strict", "--port", "0"])
    main(["serve", "--strict", "false"])
    assert served == [{"strict": "true", "port": "0"}, {"strict": "false"}]


def test_flag_allowed_host_can_be_repeated(monkeypatch):
    served = []
    monkeypatch.setattr("mock_zuora.cli.serve.run_server", served.append)
    main(["serve", "--port", "0", "--allowed-host", "zuora.example", "--allowed-host", "*.test,other.example"])
    served[0].stop()
    assert served[0].settings.allowed_host == ("zuora.example", "*.test", "other.example")


def test_flag_cors_origin_can_be_repeated(monkeypatch):
    served = []
    monkeypatch.setattr("mock_zuora.cli.serve.run_server", served.append)
    main(["serve", "--port", "0", "--cors-origin", "http://localhost:3000", "--cors-origin", "https://app.example,*"])
    served[0].stop()
    assert served[0].settings.cors_origin == ("http://localhost:3000", "https://app.example", "*")


@pytest.mark.parametrize("arguments", [["--strict", "maybe"], ["--unknown"]], ids=str)
def test_failed_startup_leaves_the_garbage_collector_as_it_was(arguments):
    before = gc.isenabled(), gc.get_freeze_count() > 0
    with pytest.raises(SystemExit):
        main(["serve", *arguments])
    assert (gc.isenabled(), gc.get_freeze_count() > 0) == before


def test_garbage_collector_is_paused_during_startup_only(monkeypatch):
    seen = []
    monkeypatch.setattr("mock_zuora.cli.serve.build_server", lambda flags, parser: seen.append(gc.isenabled()))
    monkeypatch.setattr("mock_zuora.cli.serve.run_server", lambda server: seen.append(gc.isenabled()))
    was_frozen = gc.get_freeze_count() > 0
    main(["serve"])
    assert (seen, gc.isenabled(), gc.get_freeze_count() > 0) == ([False, True], True, was_frozen)


def test_long_collections_are_watched_while_the_server_runs(monkeypatch):
    before, during = list(gc.callbacks), []
    monkeypatch.setattr("mock_zuora.cli.serve.run_server", lambda server: during.extend(gc.callbacks))
    monkeypatch.setattr("mock_zuora.cli.serve.build_server", lambda flags, parser: None)
    main(["serve"])
    assert (len(during), gc.callbacks) == (len(before) + 1, before)


# Startup and exit


def test_first_line_has_version_url_mode_and_tenants(seed):
    server = Server(Settings(port=0, seed=seed))
    assert start_line(server) == (
        f"mock_zuora {__version__} on {server.url}, inspector {server.url}/__mock/, transitions polls, time, "
        "tenants acme, other (3 users, 1 client, 1 definition, 3 records)"
    )
    server.socket.close()


@needs_termination
def test_log_names_the_ca_certificate_until_the_process_ends(start):
    process, first = start("--tls")
    [url] = re.findall(r" on (https://127\.0\.0\.1:\d+), inspector https://", first)
    found = re.search(r"CA certificate: (\S+) and GET (\S+)\n", process.stderr.readline())
    assert found[2] == f"{url}/__mock/ca.pem"
    context = ssl.create_default_context(cafile=found[1])
    with urllib.request.urlopen(f"{url}/__mock/livez", timeout=10, context=context) as response:
        assert json.load(response)["status"] == "alive"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 0 and not Path(found[1]).exists()


@pytest.mark.parametrize(
    "arguments",
    [["--tls", "--tls-cert", "c.pem"], ["--tls-key", "k.pem"], ["--tls-ca-file", "ca.pem"], ["--tls-cert", "none.pem"]],
)
def test_invalid_certificate_exits_with_2_and_one_line(capsys, arguments):
    assert ends("serve", "--port", "0", *arguments) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert printed.startswith("mock-zuora serve: tls_") and arguments[-2] in printed


def test_start_without_tls_imports_no_module_of_it():
    code = (
        "import sys; from mock_zuora.cli.serve import build_server; import argparse;"
        "build_server({'port': '0'}, argparse.ArgumentParser()).stop();"
        "names = ('trustme', 'cryptography', 'mock_zuora.server.tls', 'mock_zuora.server.certificates',"
        " 'mock_zuora.server.tls_connections');"
        "sys.exit(str([name for name in names if name in sys.modules]) if set(names) & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


@needs_termination
def test_process_exits_with_0_on_sigterm_with_open_connections(start, seed):
    process, first = start("--seed", seed, MOCK_ZUORA_LOG_FORMAT="json")
    url = re.search(r"http://127\.0\.0\.1:(\d+)", json.loads(first)["message"])
    with urllib.request.urlopen(f"{url[0]}/__mock/livez", timeout=10) as response:
        assert json.load(response)["status"] == "alive"
    with (
        socket.create_connection(("127.0.0.1", int(url[1]))) as half_sent,
        socket.create_connection(("127.0.0.1", int(url[1]))),
    ):
        half_sent.sendall(
            b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nclient_id=a"
        )
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "")
    assert all(json.loads(line)["level"] in ("INFO", "ERROR") for line in err.splitlines())
    assert "Traceback" not in err and "hunter2" not in first + err


@needs_termination
def test_ctrl_c_after_the_first_line_exits_with_0(start):
    process, first = start()
    assert f"mock_zuora {__version__} on http://127.0.0.1:" in first
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


@pytest.mark.parametrize(
    "command", ["--help", "serve --help", "ready --help", "openapi", "assumptions", "assumptions --json"]
)
def test_output_needs_no_particular_encoding(command):
    """Windows writes to a file or a pipe in an encoding of the region."""
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    arguments = [sys.executable, "-m", "mock_zuora", *command.split()]
    done = subprocess.run(arguments, env=environment, capture_output=True, check=True)
    assert done.stdout and done.stderr == b""
