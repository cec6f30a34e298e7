"""The pytest plugin: each test runs pytest with a small test file."""

import pytest

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
    with open("secrets", encoding="utf-8") as secrets:
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


def test_failed_test_shows_only_tenants_that_it_used(run):
    result = run("""
def test_one(zuora_module, zuora_session): submit(zuora_module)
def test_two(zuora_module): assert not zuora_module
def test_three(zuora): assert not call(zuora, "GET", "/objects/jobs")
def test_four(request): assert not request.getfixturevalue("zuora_module")
def test_five(): assert not 5
""")
    result.assert_outcomes(passed=1, failed=4)
    text = result.stdout.str()
    assert text.count("jobs (1):") == 2 and text.count("jobs (0):") == 1
    assert text.count("- mock_zuora -") == 3


def test_failed_test_shows_a_shared_tenant_that_a_fixture_hides(run):
    result = run("""
@pytest.fixture(scope="module")
def client(request):
    zuora = request.getfixturevalue("zuora_module")
    return lambda: call(zuora, "GET", "/objects/jobs")
def test_one(client): client()
def test_two(client): assert not client()
def test_three(client): assert not client
""")
    result.assert_outcomes(passed=1, failed=2)
    assert result.stdout.str().count("- mock_zuora -") == 1


def test_requests_of_earlier_tests_are_counted(run_anywhere):
    result = run_anywhere("""
def test_one(zuora_module): submit(zuora_module)
def test_two(zuora_module): assert not call(zuora_module, "GET", "/objects/jobs")
def test_three(zuora_module):
    zuora_module.requests.clear()
    assert not call(zuora_module, "GET", "/objects/jobs?pageSize=3")
""")
    result.stdout.fnmatch_lines(["requests (1, after 2 of earlier tests):", "  GET /objects/jobs: 200 *"])
    result.stdout.fnmatch_lines(["requests (1):", "  GET /objects/jobs[?]pageSize=3: 200 *"])


def test_failed_test_shows_the_tenants_that_it_made(run_anywhere):
    result = run_anywhere("""
def test_it(zuora):
    submit(zuora.tenant("eu"))
    with zuora.tenant("us") as us:
        call(us.tenant("ny"), "GET", "/objects/jobs?pageSize=0")
        assert not us
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "<MockZuora * tenant *>", "requests (0):", "jobs (0):",
        "<MockZuora * tenant *-us-ny>", "requests (1):",
        "<MockZuora * tenant *-us>", "requests (0):",
        "<MockZuora * tenant *-eu>", "requests (2):", "jobs (1):",
    ])  # fmt: skip


def test_client_behind_a_proxy_is_explained(run, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://ann:hunter2@proxy.example:3128")
    result = run("""
def test_it(zuora): assert not zuora
""")
    result.stdout.fnmatch_lines(
        ["HTTP_PROXY is set, so the client may have sent its requests to a proxy; set NO_PROXY=127.0.0.1"]
    )
    result.stdout.no_fnmatch_line("*hunter2*")


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


def test_unused_plans_of_tenants_that_a_test_made_are_listed(run_anywhere):
    result = run_anywhere("""
def test_it(zuora):
    zuora.tenant("eu").faults.add("/nowhere", status=503)
    with zuora.tenant("us") as us:
        us.jobs.hold_next()
""")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([
        "test_it.py::test_it: jobs.hold_next applied to no job (tenant *-us)",
        "test_it.py::test_it: the fault '503 for /nowhere' hit no request (tenant *-eu)",
    ])  # fmt: skip


@pytest.mark.parametrize("end", ["assert False", "pytest.skip()", "pytest.xfail()"])
def test_unused_plans_of_other_tests_are_not_reported(run, end):
    result = run(f"{UNUSED}\n    {end}", "--zuora-unused=fail")
    result.assert_outcomes(**{{"a": "failed", "s": "skipped", "x": "xfailed"}[end.removeprefix("pytest.")[0]]: 1})


@pytest.mark.parametrize("fixture", ["zuora_module", "zuora_session"])
def test_unused_plans_of_a_shared_tenant_are_reported_after_its_last_test(run, fixture):
    result = run(f"""
def test_one({fixture}): {fixture}.faults.add("/nowhere", reset=True)
def test_two({fixture}): pass
def test_three(): assert False
""")
    result.stdout.fnmatch_lines(["test_it.py::test_t*: the fault 'reset for /nowhere' hit no request"])


def test_unused_plans_of_a_shared_tenant_are_not_reported_if_a_test_that_used_it_failed(run):
    result = run("""
def test_one(zuora_module):
    zuora_module.faults.add("/nowhere", reset=True)
    assert not zuora_module
def test_two(zuora_module): pass
""", "--zuora-unused=fail")  # fmt: skip
    result.assert_outcomes(failed=1, passed=1)


# With and without others


def test_plugin_is_loaded_automatically_unless_disabled(run, monkeypatch):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    others = ("-p", "no:asyncio")  # it warns unless the ini file configures it
    run("def test_it(zuora): pass", *others, plugin="no:randomly").assert_outcomes(passed=1)
    off = run("def test_it(zuora): pass", *others, plugin="no:mock_zuora")
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
    def test_other(self):
        self.zuora.tenant("eu")
        self.assertEqual([], self.zuora.jobs.all())

@pytest.fixture(scope="class")
def shared(request, zuora_class):
    request.cls.zuora = zuora_class
@pytest.mark.zuora(transitions="manual")
@pytest.mark.usefixtures("shared")
class SharedTest(unittest.TestCase):
    def test_one(self):
        self.assertEqual(len(self.zuora.jobs.all()), 0)
        submit(self.zuora)
    def test_two(self):
        self.assertEqual([each.status for each in self.zuora.jobs.all()], ["in_progress"])

@pytest.mark.usefixtures("zuora")
class OtherTest(unittest.TestCase):
    def test_it(self): pass
""").assert_outcomes(passed=5)


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

@pytest.mark.zuora(processing_time=60)
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


def test_server_can_start_while_the_time_is_frozen(run, pytester, monkeypatch):
    pytester.makepyfile(
        test_frozen="""
import pytest
from freezegun import freeze_time

@pytest.fixture(autouse=True)
def frozen():
    with freeze_time("2020-01-01"):
        yield

def test_it(zuora):
    assert zuora.clock.now().year >= 2026 and zuora.records("vehicle") == []
"""
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.runpytest_subprocess("-p", "mock_zuora", "test_frozen.py").assert_outcomes(passed=1)


def test_server_can_run_in_a_process_of_its_own(run, project):
    project({"process": True, "processing_time": 7})
    run("""
def test_it(zuora):
    assert zuora.settings()["processing_time"] == 7
    assert zuora.jobs.get(submit(zuora)).status == "completed"
""").assert_outcomes(passed=1)


def test_log_of_a_test_shows_nothing_of_a_server_that_earlier_tests_use(run):
    run("""
def test_first(zuora): submit(zuora)
def test_log(zuora, caplog):
    caplog.set_level("DEBUG")
    submit(zuora)
    assert caplog.records == []
""").assert_outcomes(passed=2)


def test_requests_do_not_call_a_mock_of_the_time_through_the_log(run):
    run("""
from unittest.mock import patch
def test_it(zuora, caplog):
    caplog.set_level("DEBUG")
    token = zuora.token()
    with patch("time.time", return_value=0.0) as mocked:
        assert call(zuora, "GET", "/objects/jobs", token=token)[0] == 200
    assert mocked.call_args_list == []
""").assert_outcomes(passed=1)
