"""The marker ``zuora``: each test runs pytest with a small test file."""

import pytest


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
    result.stdout.fnmatch_lines(["@pytest.mark.zuora(**settings, seed=..., permissions=*): *processing_time=60*"])


@pytest.mark.parametrize(
    ("marker", "named"),
    [
        ("transitions='never'", "@pytest.mark.zuora: transitions: 'never' is not valid; expected 'immediate', *"),
        (
            "transition='time'",
            "@pytest.mark.zuora: transition: there is no such setting of a tenant; did you mean 'transitions'[?]",
        ),
        ("port=8080", "@pytest.mark.zuora: port: there is no such setting of a tenant; expected one of transitions, *"),
        ("seed='seed.xml'", "@pytest.mark.zuora: seed seed.xml: expected a .toml or .json file"),
        ("seed=7", "@pytest.mark.zuora: seed: 7 is not valid; expected a path or a document"),
        ("seed={'record': {}}", "@pytest.mark.zuora: seed: record: *did you mean 'records'*"),
        ("permissions='veiw'", "@pytest.mark.zuora: *'veiw' is not valid; expected 'view', 'edit' or 'delete'"),
        (
            "permissions=['veiw']",
            "@pytest.mark.zuora: permissions.0: 'veiw' is not valid; expected 'view', 'edit' or 'delete'",
        ),
        ("version='7'", "@pytest.mark.zuora: version: '7' is not listed; expected one of 186.0, *"),
        ("'time'", "@pytest.mark.zuora('time'): expected settings by name, *"),
        ("strict=object()", "@pytest.mark.zuora: strict: <object object at *> cannot be sent as JSON: *"),
    ],
    ids=lambda value: value if "@" not in value else None,
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


def test_marker_seeds_the_tenant(run_anywhere, project, pytester):
    project({"seed": {"tenants": [{"records": {"boat": [{"brand__c": "Nimbus"}]}, "users": [{"name": "ann"}]}]}})
    pytester.path.joinpath("seed.toml").write_text(
        """
[[tenants]]
name = "acme"
clients = [{ id = "c", secret = "s" }]
records = { vehicle = [{ brand__c = "Lada" }] }
settings = { processing_time = 7, queue_delay = 7 }
""",
        "utf-8",
    )
    run_anywhere("""
def brands(zuora):
    return [each["brand__c"] for each in zuora.records("vehicle")]

@pytest.mark.zuora(seed={"records": {"vehicle": [{"brand__c": "Volvo"}]}})
class TestIt:
    def test_document(self, zuora, zuora_class):
        assert brands(zuora) == brands(zuora_class) == ["Volvo"]
        assert [each["name"] for each in zuora.export_state()["users"]] == ["ann"]
    @pytest.mark.zuora(seed="seed.toml", queue_delay=1)
    @pytest.mark.parametrize("time", [1, 2])
    def test_file(self, zuora, time):
        submit(zuora)
        zuora.reset()
        assert brands(zuora) == brands(zuora.tenant()) == ["Lada"]
        assert (zuora.settings()["processing_time"], zuora.settings()["queue_delay"]) == (7, 1)
    @pytest.mark.zuora(seed=None)
    def test_none(self, zuora):
        assert [each["brand__c"] for each in zuora.records("boat")] == ["Nimbus"]
""").assert_outcomes(passed=4)


def test_marker_sets_the_permissions_of_the_first_user(run_anywhere, project):
    project({"seed": {"tenants": [{"users": [{"name": "ann", "id": "a" * 32}, {"name": "bob"}]}]}})
    run_anywhere("""
def status(zuora, token):
    return call(zuora, "POST", "/objects/records/default/vehicle", '{"brand__c": "Volvo"}', token=token)[0]

def permissions(zuora):
    return [(each["name"], each["permissions"]) for each in zuora.export_state()["users"]]

@pytest.mark.zuora(permissions=["view"])
def test_it(zuora):
    assert permissions(zuora) == [("ann", ["view"]), ("bob", ["delete", "edit", "view"])]
    assert zuora.export_state()["users"][0]["id"] == "a" * 32
    assert status(zuora, zuora.token()) in (401, 403)
    assert status(zuora, zuora.token(user="bob")) not in (401, 403)
    zuora.reset()
    assert permissions(zuora)[0] == ("ann", ["view"])

@pytest.mark.zuora(permissions={"edit"}, seed={"users": [{"name": "eve", "permissions": ["view"]}]})
def test_seeded_user(zuora):
    assert permissions(zuora) == [("eve", ["edit"])]
""").assert_outcomes(passed=2)


def test_marker_without_effect_is_an_error(run):
    result = run("""
@pytest.mark.zuora(transitions="time")
def test_no_fixture(): pass
@pytest.mark.zuora(strict=True)
def test_module_fixture(zuora_module): pass
@pytest.mark.zuora(strict=True)
def test_failed(): assert not "mine"
@pytest.mark.zuora(strict=True)
def test_skipped(): pytest.skip()
@pytest.mark.zuora(strict=True)
def test_by_name(request): assert request.getfixturevalue("zuora").settings()["strict"]
@pytest.mark.zuora(strict=True)
def test_class_fixture_without_class(zuora_class): assert zuora_class.settings()["strict"]
@pytest.mark.zuora(strict=True)
class TestIt:
    def test_it(self): pass
""")
    result.assert_outcomes(passed=3, failed=3, skipped=1)
    result.stdout.fnmatch_lines([
        "@pytest.mark.zuora(transitions='time') has no effect, because the test does not use the fixture zuora; *",
        "@pytest.mark.zuora(strict=True) has no effect, *", "*'mine'",
    ])  # fmt: skip
    assert result.stdout.str().count("has no effect, because") == 2


def test_marker_that_a_hook_adds_or_a_project_reads_is_no_error(run, pytester):
    pytester.makeconftest("""
import pytest
def pytest_collection_modifyitems(items):
    for each in items:
        each.add_marker(pytest.mark.zuora(strict=True))
""")
    run("""
@pytest.fixture
def zuora(request): return request.node.get_closest_marker("zuora").kwargs
def test_hook(): pass
@pytest.mark.zuora(strict=True)
def test_own_fixture(zuora): assert zuora == {"strict": True}
""").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("fixture", "expected"), [("zuora", 3), ("zuora_class", 2), ("zuora_module", 1), ("zuora_session", 0)]
)
def test_each_fixture_has_the_marks_of_its_scope(run, fixture, expected):
    run(f"""
pytestmark = pytest.mark.zuora(processing_time=1)
@pytest.mark.zuora(processing_time=2)
class TestIt:
    @pytest.mark.zuora(processing_time=3)
    def test_it(self, zuora, {fixture if fixture != "zuora" else "request"}):
        assert {fixture}.settings()["processing_time"] == ({expected} or 0.2)
""").assert_outcomes(passed=1)


def test_mark_of_a_parameter_without_effect_is_an_error(run):
    result = run("""
@pytest.mark.parametrize("name", [pytest.param("a", marks=pytest.mark.zuora(strict=True)), "b"])
def test_it(name): pass
@pytest.mark.parametrize("name", [pytest.param("a", marks=pytest.mark.zuora(strict=True))])
def test_used(zuora, name): assert zuora.settings()["strict"]
""")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(["@pytest.mark.zuora(strict=True) has no effect, *"])


@pytest.mark.parametrize("permissions", ["'view'", "'view,edit'", "('view',)", "{'view'}"])
def test_permissions_of_a_mark_are_written_as_those_of_a_token(run, permissions):
    run(f"""
@pytest.mark.zuora(permissions={permissions})
def test_it(zuora):
    assert set(zuora.export_state()["users"][0]["permissions"]) == set(zuora.user("other", {permissions}).permissions)
""").assert_outcomes(passed=1)
