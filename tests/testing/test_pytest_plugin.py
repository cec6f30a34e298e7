"""The pytest plugin: each test runs pytest with a small test file."""

import threading

import pytest

from mock_zuora import MockZuora
from mock_zuora.testing import failure_report

pytest_plugins = ["pytester"]

assert failure_report  # imported here, so that no inner run imports the server again

CLIENT = """
import json, pathlib, subprocess, sys, urllib.error, urllib.request

def call(zuora, method, path, body=None, token=None, kind="application/json"):
    headers = {"Authorization": f"Bearer {token or zuora.token()}", "Content-Type": kind}
    request = urllib.request.Request(zuora.url + path, body and body.encode(), headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)

def submit(zuora, rows=""):
    job = call(zuora, "POST", "/objects/jobs", json.dumps(
        {"operation": "create", "namespace": "default", "object": "vehicle"}))[1]["Id"]
    call(zuora, "POST", f"/objects/jobs/{job}/files", "brand__c\\nVolvo\\n" + rows, kind="text/csv")
    return job
"""
SEED = """{"tenants": [{"name": "acme", "version": "2025-08-12", "settings": {"transitions": "polls"},
    "clients": [{"id": "c", "secret": "s"}], "records": {"vehicle": [{"brand__c": "Saab"}]}}]}"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs pytest with a test file, beside files that the test has created, and with arguments."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # some installed plugins are slow
    pytester.makepyfile(client=CLIENT)

    def run(source, *args, plugin="mock_zuora"):
        pytester.makepyfile(test_it=f"import pytest\nfrom client import *\n{source}")
        return pytester.runpytest_inprocess("-p", plugin, "-p", "no:cacheprovider", "-W", "error", *args)

    return run


@pytest.fixture
def project(pytester):
    """Writes the conftest.py of a project with these settings."""
    return lambda settings: pytester.makeconftest(f"""
import pathlib, pytest
@pytest.fixture(scope="session")
def zuora_settings():
    return {settings}
""")


@pytest.fixture
def remote():
    """A remote server, whose jobs take time."""
    with MockZuora(transitions="time") as zuora:
        yield zuora


@pytest.fixture(params=["own server", "remote server"])
def run_anywhere(request, run):
    """Runs pytest with a server of its own, and with a remote server."""
    if request.param == "own server":
        return run
    server = request.getfixturevalue("remote")
    return lambda source, *args: run(source, f"--zuora-url={server.url}", *args)


# Fixtures


def test_each_test_has_a_new_tenant_that_is_dropped_afterwards(run_anywhere):
    run_anywhere("""
names = []
@pytest.mark.parametrize("time", [1, 2])
def test_one(zuora, zuora_server, time):
    assert zuora.jobs.all() == [] and zuora.name not in names
    assert not set(names) & {each.name for each in zuora_server.tenants()}
    names.append(zuora.name)
    submit(zuora)
""").assert_outcomes(passed=2)


def test_jobs_end_immediately(run_anywhere):
    run_anywhere("""
def test_it(zuora):
    assert zuora.jobs.get(submit(zuora)).status == "completed"
    assert [each["brand__c"] for each in zuora.records("vehicle")] == ["Volvo"]
""").assert_outcomes(passed=1)


def test_tests_of_a_module_can_share_a_tenant(run_anywhere, pytester):
    pytester.makepyfile(test_other="def test_it(zuora_module): assert zuora_module.jobs.all() == []")
    run_anywhere("""
pytestmark = pytest.mark.zuora(strict=True)
def test_one(zuora_module):
    submit(zuora_module)
def test_two(zuora_module, zuora):
    assert len(zuora_module.jobs.all()) == 1 and zuora.jobs.all() == []
    assert zuora_module.settings()["strict"]
""").assert_outcomes(passed=3)


def test_project_sets_the_initial_state_of_its_tenants(run_anywhere, project, pytester):
    project("{'seed': pathlib.Path(__file__).parent / 'seed.json', 'processing_polls': 7}")
    pytester.path.joinpath("seed.json").write_text(SEED)
    run_anywhere("""
@pytest.mark.parametrize("time", [1, 2])
def test_it(zuora, zuora_module, time):
    settings = zuora.settings()
    assert (settings["transitions"], settings["processing_polls"], settings["version"]) == ("polls", 7, "2025-08-12")
    for each in (zuora, zuora_module):
        assert [record["brand__c"] for record in each.records("vehicle")] == ["Saab"]
    submit(zuora)
    zuora.configure(transitions="manual", strict=True)
    zuora.reset()
    assert (zuora.settings(), len(zuora.records("vehicle"))) == (settings, 1)
""").assert_outcomes(passed=2)


def test_project_can_start_its_own_server(run, pytester, remote):
    pytester.makeconftest(f"""
import pytest
from mock_zuora import MockZuora
@pytest.fixture(scope="session")
def zuora_server():
    return MockZuora.connect({remote.url!r})
""")
    run(f"""
def test_it(zuora):
    assert zuora.url == {remote.url!r}
    assert zuora.jobs.get(submit(zuora)).status == "completed"
""").assert_outcomes(passed=1)


def test_folder_of_tests_can_have_its_own_settings(run_anywhere, project, pytester):
    project({"processing_time": 7})
    pytester.makepyfile(**{
        "apart/conftest": "import pytest\n@pytest.fixture(scope='session')\n"
        "def zuora_settings(): return {'strict': True, 'seed': {'tenants': [{'records': {'boat': [{}]}}]}}",
        "apart/test_apart": "def test_it(zuora): assert zuora.settings()['strict'] and len(zuora.records('boat')) == 1",
    })  # fmt: skip
    source = """
def test_it(zuora):
    settings = zuora.settings()
    assert (settings["strict"], settings["processing_time"]) == (False, 7)
    assert "boat" not in str(zuora.export_state())
"""
    run_anywhere(source, "apart", "test_it.py").assert_outcomes(passed=2)


def test_unknown_token_is_refused(run):
    run("""
def test_it(zuora):
    assert call(zuora, "GET", "/objects/jobs", token="any")[0] == 401
""").assert_outcomes(passed=1)


def test_server_stops_with_the_run(run):
    before = set(threading.enumerate())
    run("def test_it(zuora): submit(zuora)").assert_outcomes(passed=1)
    assert set(threading.enumerate()) <= before


def test_test_can_drop_its_tenant_or_stop_the_server(run):
    run("""
def test_drop(zuora):
    zuora.drop()
def test_stop(zuora, zuora_server):
    zuora_server.stop()
    assert not zuora
""").assert_outcomes(passed=1, failed=1)


# A server remote


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


def test_unreachable_server_is_reported_in_one_line(run):
    result = run("def test_it(zuora): pass", "--zuora-url=http://127.0.0.1:1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["--zuora-url: http://127.0.0.1:1: no response from a mock_zuora server*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling*")


# Options and the marker


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((), 0),
        (("fixture",), 1),
        (("fixture", "environment"), 2),
        (("fixture", "environment", "ini"), 3),
        (("fixture", "environment", "ini", "flag"), 4),
        (("fixture", "environment", "ini", "flag", "marker"), 5),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, tuple) else None,
)
def test_sources_of_settings_have_a_priority(run_anywhere, project, pytester, monkeypatch, sources, expected):
    if "fixture" in sources:
        project({"accept_delay": 1, "queue_delay": 1})
    if "environment" in sources:
        monkeypatch.setenv("PYTEST_ZUORA_SET", "accept_delay=2 queue_delay=2")
    if "ini" in sources:
        pytester.makeini("[pytest]\nzuora_set =\n  accept_delay = 3\n  processing_time = 3")
    flags = ["--zuora-set", "accept-delay=4", "--zuora-set=strict=true"] if "flag" in sources else []
    marker = "@pytest.mark.zuora(accept_delay=5)" if "marker" in sources else ""
    source = f"{marker}\ndef test_it(zuora): assert zuora.settings()['accept_delay'] == {expected}"
    run_anywhere(source, *flags).assert_outcomes(passed=1)


def test_marker_of_a_test_overrides_those_of_class_and_module(run):
    run("""
pytestmark = pytest.mark.zuora(strict=True, queue_delay=1, accept_delay=1)
@pytest.mark.zuora(queue_delay=2, accept_delay=2)
class TestIt:
    @pytest.mark.zuora(accept_delay=3)
    def test_it(self, zuora):
        found = zuora.settings()
        assert (found["strict"], found["queue_delay"], found["accept_delay"]) == (True, 2, 3)
        zuora.reset()
        assert zuora.settings() == found
""").assert_outcomes(passed=1)


def test_marker_is_documented(run):
    result = run("", "--markers", "--strict-markers")
    result.stdout.fnmatch_lines(["@pytest.mark.zuora(**settings): *processing_time=60*"])


@pytest.mark.parametrize(
    ("marker", "named"),
    [
        ("transitions='never'", "@pytest.mark.zuora: transitions: 'never' is not valid; expected 'immediate', *"),
        ("transition='time'", "@pytest.mark.zuora: transition: there is no such field; did you mean 'transitions'?*"),
        ("version='7'", "@pytest.mark.zuora: version: '7' is not listed; expected one of 186.0, *"),
        ("'time'", "@pytest.mark.zuora('time'): expected settings by name, *"),
        ("strict=object()", "@pytest.mark.zuora: PATCH /settings: the options cannot be sent as JSON: *"),
    ],
    ids=["value", "name", "version", "position", "no JSON"],
)
def test_invalid_marker_is_reported_in_one_line(run_anywhere, marker, named):
    result = run_anywhere(f"""
@pytest.mark.zuora({marker})
def test_it(zuora): pass
def test_other(zuora, zuora_server): assert len(zuora_server.tenants()) == 2
""")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([named])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling*")


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("zuora_url", "ftp://zuora", "url: 'ftp://zuora' is not the address of a server; expected http://HOST:PORT"),
        ("zuora_set", "strict", "'strict' is not valid; expected NAME=VALUE"),
        ("zuora_set", "transition=time", "transition: there is no such setting; did you mean 'transitions'[?]"),
        ("zuora_set", "processing_time=soon", "processing_time: 'soon' is not valid; expected a number"),
        ("zuora_unused", "ignore", "'ignore' is not valid; expected report or fail"),
    ],
    ids=["url", "no value", "name", "value", "unused"],
)
@pytest.mark.parametrize("source", ["flag", "ini", "environment"])
def test_invalid_option_stops_the_run(run, pytester, monkeypatch, source, option, value, named):
    flag, variable = "--" + option.replace("_", "-"), "PYTEST_" + option.upper()
    if source == "environment":
        monkeypatch.setenv(variable, value)
    if source == "ini":
        pytester.makeini(f"[pytest]\n{option} = {value}")
    result = run("def test_it(): pass", *([f"{flag}={value}"] if source == "flag" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    where = {"flag": flag, "environment": variable, "ini": f"ini option {option}"}[source]
    result.stderr.fnmatch_lines([f"ERROR: {where}: {named}"])


def test_conflicting_settings_are_reported_in_one_line(run):
    result = run("def test_it(zuora): pass", "--zuora-set=control=token")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["zuora_settings: control: 'token' needs control_token*"])


def test_invalid_settings_of_the_fixture_are_reported_in_one_line(run_anywhere, project):
    project({"processing_pulls": 7})
    result = run_anywhere("def test_it(zuora): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["zuora_settings: processing_pulls: there is no such setting; did you mean 'processing_polls'*"]
    )


# Reports


def test_failed_test_shows_requests_and_jobs_without_secrets(run_anywhere):
    result = run_anywhere("""
def test_it(zuora):
    client = zuora.client()
    submit(zuora)
    call(zuora, "GET", "/objects/jobs?pageSize=0")
    pathlib.Path("secrets").write_text(f"{client.client_secret} {zuora.token()}")
    assert zuora.jobs.all() == []
def test_other(zuora):
    call(zuora, "GET", "/objects/jobs?status=failed")
""")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines([
        "*- mock_zuora -*", "requests (3):", "  POST /objects/jobs: 200 *", "  POST /objects/jobs/*/files: 200 *",
        "  GET /objects/jobs[?]pageSize=0: 400 *", "*71013020*pageSize*", "jobs (1):",
        "  create vehicle *: completed, 1 records",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*status=failed*")
    with open("secrets") as secrets:
        assert [secret for secret in secrets.read().split() if secret in result.stdout.str()] == []


def test_control_error_is_shown_at_the_line_of_the_test(run_anywhere):
    result = run_anywhere("def test_it(zuora): zuora.jobs.get('nope')")
    result.stdout.re_match_lines([r">\s+def test_it", r"E\s+mock_zuora\..*Unknown: id: .* no job 'nope'"])
    result.stdout.no_re_match_line(r".*(handle|resources|transports|embedded|operations)\.py")


def test_failed_fixture_shows_requests_and_jobs(run):
    result = run("""
@pytest.fixture
def vehicles(zuora):
    submit(zuora)
    raise RuntimeError
def test_it(vehicles): pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*- mock_zuora -*", "jobs (1):"])


def test_failed_test_shows_the_tenant_of_its_module(run):
    result = run("""
def test_one(zuora_module): submit(zuora_module)
def test_two(zuora_module): assert not zuora_module
def test_three(): assert not 3
""")
    result.assert_outcomes(passed=1, failed=2)
    assert result.stdout.str().count("jobs (1):") == 2  # the tenant of the module exists until its last test


UNUSED = """
def test_it(zuora):
    zuora.faults.add("/nowhere", status=503)
    zuora.faults.add("/objects/jobs", "GET", status=503)
    zuora.jobs.fail_next()
    assert call(zuora, "GET", "/objects/jobs")[0] == 503
"""
UNUSED_FAULT = "test_it.py::test_it: the fault '503 for /nowhere' hit no request"


def test_unused_plans_are_listed_at_the_end(run_anywhere):
    result = run_anywhere(UNUSED, "-q")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([UNUSED_FAULT, "test_it.py::test_it: jobs.fail_next applied to no job"])
    result.stdout.no_fnmatch_line("*503 for GET*")


def test_unused_plans_can_be_an_error(run):
    result = run(UNUSED, "--zuora-unused=fail")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["mock_zuora: planned but never used: the fault '503 for /nowhere' hit no request*"])


@pytest.mark.parametrize("end", ["assert False", "pytest.skip()", "pytest.xfail()"])
def test_unused_plans_of_other_tests_are_not_reported(run, end):
    result = run(f"{UNUSED}\n    {end}", "--zuora-unused=fail")
    result.assert_outcomes(**{{"a": "failed", "s": "skipped", "x": "xfailed"}[end.removeprefix("pytest.")[0]]: 1})


def test_unused_plans_of_a_module_are_reported_after_its_last_test(run):
    result = run("""
def test_one(zuora_module): zuora_module.faults.add("/nowhere", reset=True)
def test_two(zuora_module): pass
""")
    result.stdout.fnmatch_lines(["test_it.py::test_two: the fault 'reset for /nowhere' hit no request"])


# With and without others


def test_plugin_is_loaded_automatically_unless_disabled(run, monkeypatch):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    run("def test_it(zuora): pass", plugin="no:randomly").assert_outcomes(passed=1)
    off = run("def test_it(zuora): pass", plugin="no:mock_zuora")
    off.assert_outcomes(errors=1)
    off.stdout.fnmatch_lines(["*fixture 'zuora' not found"])


def test_plugin_is_loaded_by_name_without_autoload(run):
    run("def test_it(zuora): pass", plugin="no:xdist").assert_outcomes(errors=1)
    run("def test_it(zuora): submit(zuora)", plugin="mock_zuora.testing.pytest_plugin").assert_outcomes(passed=1)


def test_xdist_workers_have_a_server_each_or_share_one(run_anywhere):
    result = run_anywhere(
        """
@pytest.mark.parametrize("time", range(6))
def test_it(zuora, time):
    zuora.faults.add("/nowhere", status=503)
    submit(zuora)
    assert len(zuora.jobs.all()) == 1
    assert time != 5
""", "-p", "xdist", "-n", "2",
    )  # fmt: skip
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*- mock_zuora -*", "jobs (1):"])
    assert result.stdout.str().count("hit no request") == 5


def test_unittest_classes_can_use_the_fixture(run_anywhere):
    run_anywhere("""
import unittest
class VehicleTest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def take(self, zuora):
        self.zuora = zuora
    @pytest.mark.zuora(transitions="manual")
    def test_it(self):
        job = submit(self.zuora)
        self.assertEqual(self.zuora.jobs.step(job).status, "completed")

@pytest.mark.usefixtures("zuora")
class OtherTest(unittest.TestCase):
    def test_it(self): pass
""").assert_outcomes(passed=2)


def test_async_tests_can_use_the_fixture(run_anywhere):
    run_anywhere(
        """
import asyncio
async def story(zuora):
    zuora.configure(transitions="manual")
    job = await asyncio.to_thread(submit, zuora)
    waiting = asyncio.create_task(asyncio.to_thread(zuora.jobs.wait, job))
    zuora.jobs.step(job)
    assert (await waiting).status == "completed"

def test_plain(zuora):
    asyncio.run(story(zuora))

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_of_a_plugin(zuora):
    await story(zuora)
""",
        "-p",
        "anyio",
    ).assert_outcomes(passed=2)


def test_clients_in_other_processes_reach_the_server(run):
    run("""
def test_it(zuora):
    code = "import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1], headers={'Authorization': sys.argv[2]}))"
    subprocess.run([sys.executable, "-c", code, f"{zuora.url}/objects/jobs", f"Bearer {zuora.token()}"], check=True)
    assert zuora.requests.count(path="/objects/jobs") == 1
""").assert_outcomes(passed=1)
