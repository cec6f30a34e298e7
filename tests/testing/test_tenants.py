"""The tenants of the fixtures, and the server of a run: each test runs pytest with a small test file."""

import threading

SEED = """{"tenants": [{"name": "acme", "version": "2025-08-12", "settings": {"transitions": "polls"},
    "clients": [{"id": "c", "secret": "s"}], "records": {"vehicle": [{"brand__c": "Saab"}]}}]}"""


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


def test_tenant_of_a_test_takes_two_control_requests(run, remote, pytester):
    pytester.makeconftest("""
from mock_zuora.client.transports import HttpTransport
calls, call = [], HttpTransport.call
def counted(self, method, path, tenant, values):
    calls.append(f"{method} {path}")
    return call(self, method, path, tenant, values)
HttpTransport.call = counted
def pytest_unconfigure():
    HttpTransport.call = call
    assert calls == ["GET /info", *["POST /tenants", "DELETE /tenants/{name}"] * 2], calls
""")
    run("""
@pytest.mark.parametrize("time", [1, 2])
def test_it(zuora, time): pass
""", "--zuora-url", remote.url).assert_outcomes(passed=2)  # fmt: skip


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
    pytester.path.joinpath("seed.json").write_text(SEED, "utf-8")
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


def test_seed_of_the_settings_can_be_the_document_of_a_tenant(run_anywhere, project):
    project({"seed": {"records": {"vehicle": [{"brand__c": "Volvo"}]}}})
    run_anywhere("""
def test_it(zuora):
    assert [each["brand__c"] for each in zuora.records("vehicle")] == ["Volvo"]
""").assert_outcomes(passed=1)


def test_invalid_seed_of_the_settings_is_one_line(run_anywhere, project):
    project({"seed": {"tenant": []}})
    result = run_anywhere("def test_it(zuora): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["zuora_settings: seed: tenant: is not a valid key; did you mean 'tenants'[?]"])


def test_assumptions_of_a_whole_seed_apply_to_its_first_tenant(run_anywhere, project):
    tenant = {"assume": {"put-record": "replace"}}
    project({"seed": {"assume": "empty-rows=written,put-record=merge", "tenants": [tenant]}})
    run_anywhere("""
def test_it(zuora):
    assert zuora.settings()["assume"] == {"empty-rows": "written", "put-record": "replace"}
""").assert_outcomes(passed=1)


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


def test_tenants_that_a_test_makes_are_like_its_own_and_dropped_with_it(run_anywhere):
    run_anywhere("""
names = []
@pytest.mark.zuora(processing_time=7, seed={"records": {"vehicle": [{"brand__c": "Saab"}]}})
@pytest.mark.parametrize("time", [1, 2])
def test_it(zuora, zuora_server, time):
    assert not set(names) & {each.name for each in zuora_server.tenants()}
    eu = zuora.tenant("eu")
    assert eu.settings() == zuora.settings() and eu.settings()["transitions"] == "immediate"
    assert len(eu.records("vehicle")) == 1
    submit(eu)
    assert (len(eu.records("vehicle")), len(zuora.records("vehicle"))) == (2, 1)
    names.extend([zuora.name, eu.name, eu.tenant().name])
""").assert_outcomes(passed=2)


def test_tests_that_run_side_by_side_can_use_the_same_names(run_anywhere):
    run_anywhere(
        """
@pytest.mark.parametrize("time", range(8))
def test_it(zuora, time):
    for name in ("eu", "us"):
        submit(zuora.tenant(name))
    assert call(zuora, "GET", "/objects/jobs", token=zuora.token(tenant="eu"))[0] == 200
    assert [len(zuora.tenant(name).jobs.all()) for name in ("eu", "us")] == [1, 1]
""",
        *("-p", "xdist", "-n", "2"),
    ).assert_outcomes(passed=8)


def test_tests_of_a_class_or_of_the_run_can_share_a_tenant(run_anywhere, pytester):
    pytester.makepyfile(test_other="def test_it(zuora_session): assert len(zuora_session.jobs.all()) == 1")
    run_anywhere("""
class TestOne:
    def test_one(self, zuora_class, zuora_session):
        submit(zuora_class), submit(zuora_session)
    def test_two(self, zuora_class):
        assert len(zuora_class.jobs.all()) == 1
class TestTwo:
    def test_it(self, zuora_class, zuora_module):
        assert zuora_class.jobs.all() == zuora_module.jobs.all() == []
""", "test_it.py", "test_other.py").assert_outcomes(passed=4)  # fmt: skip
