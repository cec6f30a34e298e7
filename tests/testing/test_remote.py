"""Runs with a remote server: each test runs pytest with a small test file."""

import pytest

from mock_zuora import MockZuora
from tests.platforms import skip_on_windows


def test_remote_server_is_not_changed(run, remote):
    remote.clock.freeze()
    before = remote.export_state(), remote.settings()
    result = run("def test_it(zuora): submit(zuora)", f"--zuora-url={remote.url}", "--zuora-set=strict=true")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"mock_zuora: the server at {remote.url} (--zuora-url)"])
    assert [each.name for each in remote.tenants()] == ["default"]
    assert (remote.export_state(), remote.settings()) == before
    assert remote.requests.count() == 0


def test_control_token_is_sent_to_remote_server(run, monkeypatch):
    monkeypatch.setenv("PYTEST_ZUORA_CONTROL_TOKEN", "of-the-control")
    with MockZuora(control="token", control_token="of-the-control") as server:
        monkeypatch.setenv("PYTEST_ZUORA_URL", server.url)
        run("def test_it(zuora): submit(zuora)").assert_outcomes(passed=1)
        monkeypatch.setenv("PYTEST_ZUORA_CONTROL_TOKEN", "a-wrong-one")
        refused = run("def test_it(zuora): pass")
    refused.assert_outcomes(errors=1)
    refused.stdout.fnmatch_lines([f"PYTEST_ZUORA_URL: {server.url}: *token*"])
    refused.stdout.no_fnmatch_line("*a-wrong-one*")


UNREACHABLE = "--zuora-url=http://127.0.0.1:1"
UNREACHABLE_ERROR = (
    "--zuora-url: http://127.0.0.1:1: no response from a mock_zuora server: * Connection refused; start it with "
    "'mock-zuora serve --auth strict', or remove --zuora-url so that the tests start a server"
)


@skip_on_windows("the reason has other words")
def test_unreachable_server_is_one_error_and_stops_the_run(run):
    result = run("""
def test_before(): pass
def test_one(zuora): pass
def test_two(zuora): pass
""", UNREACHABLE)  # fmt: skip
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([UNREACHABLE_ERROR, "!* the server of --zuora-url cannot be used !*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling*")


@skip_on_windows("the reason has other words")
def test_unreachable_server_is_checked_before_xdist_starts_workers(run):
    source = """
@pytest.mark.parametrize("time", range(4))
def test_it(zuora, time): pass
"""
    result = run(source, UNREACHABLE, "-p", "xdist", "-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {UNREACHABLE_ERROR}"])
    assert result.stderr.str().count("no response") == 1


@pytest.mark.parametrize("option", ["--collect-only", "--help", "--markers", "--version"])
@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["serial", "xdist"])
def test_unreachable_server_does_not_matter_when_no_test_runs(run, option, workers):
    assert run("def test_it(zuora): pass", UNREACHABLE, *workers, option).ret == 0


def test_remote_server_with_https_is_verified_with_its_ca_certificate(run, monkeypatch):
    with MockZuora(tls=True, auth="lenient") as server:
        flag = f"--zuora-url={server.url}"
        source = "def test_it(zuora): assert zuora.ca_file and zuora.jobs.all() == []"
        run(source, flag, f"--zuora-ca-file={server.ca_file}").assert_outcomes(passed=1)
        monkeypatch.setenv("PYTEST_ZUORA_CA_FILE", server.ca_file)
        run(source, flag).assert_outcomes(passed=1)
        monkeypatch.delenv("PYTEST_ZUORA_CA_FILE")
        refused = run(source, flag)
    refused.assert_outcomes(errors=1)
    refused.stdout.fnmatch_lines([f"--zuora-url: {server.url}: its certificate is not trusted: *(--zuora-ca-file in *"])
    refused.stdout.no_fnmatch_line("*start it with*")


def test_ca_file_that_does_not_exist_stops_the_run(run):
    result = run("def test_it(): pass", "--zuora-url=https://127.0.0.1:1", "--zuora-ca-file=none.pem")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --zuora-ca-file: ca_file: 'none.pem' cannot be read: No such file*"])


def test_server_of_the_fixture_can_use_https(run, project):
    project({"tls": True})
    run("def test_it(zuora): assert zuora.url.startswith('https://') and zuora.ca_file").assert_outcomes(passed=1)
    flag = "--zuora-set=tls=false"
    run("def test_it(zuora): assert zuora.url.startswith('http://')", flag).assert_outcomes(passed=1)
