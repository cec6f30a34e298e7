"""What docs/stability.md promises holds, and its lists are complete."""

import re
import tomllib
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path

import pytest
import yaml

import mock_zuora
from mock_zuora import Invalid, MockZuora, SettingsError, Unknown
from mock_zuora.cli.main import _build_parser, main
from mock_zuora.config.settings import REMOVED, flag_of, load_settings
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import JobInfo
from mock_zuora.control.state import SCHEMA_VERSION
from mock_zuora.testing import pytest_plugin

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "stability.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([\w ]+) \| (.*) \|$", PAGE, re.MULTILINE))


def code_in(row):
    return set(re.findall(r"`([^`]+)`", ROWS[row]))


def test_every_fixture_and_command_is_listed():
    fixtures = {name for name in vars(pytest_plugin) if name.startswith("zuora")}
    assert code_in("pytest") == fixtures | {"zuora"}
    assert code_in("commands") == set(_build_parser().commands)


def test_format_of_exported_states_is_that_of_the_page():
    assert f"`schema` is {SCHEMA_VERSION})" in ROWS["files"]


def test_python_versions_are_those_that_ci_tests():
    named = re.search(r"CI tests Python (.*)\. A", PAGE)[1].replace(" and ", ", ").split(", ")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    classified = [each.rpartition(" ")[2] for each in project["classifiers"] if re.search(r":: 3\.\d+$", each)]
    ci = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    assert named == classified == ci["jobs"]["test"]["strategy"]["matrix"]["python"]


@pytest.mark.parametrize("name", REMOVED)
def test_removed_setting_names_its_replacement_everywhere(name, monkeypatch, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["serve", flag_of(name)])
    assert capsys.readouterr().err.strip().endswith(REMOVED[name])
    with pytest.raises(SettingsError) as of_option:
        MockZuora(**{name: "1"})
    assert str(of_option.value).endswith(REMOVED[name])
    monkeypatch.setenv(f"MOCK_ZUORA_{name.upper()}", "1")
    with pytest.raises(SettingsError) as of_variable:
        load_settings()
    assert str(of_variable.value).endswith(REMOVED[name])


def test_results_ignore_fields_of_a_newer_server_and_do_without_new_ones():
    results = [each for name in mock_zuora.__all__ if is_dataclass(each := getattr(mock_zuora, name))]
    assert len(results) > 20
    for kind in results:
        required = [each.name for each in fields(kind) if each.default is each.default_factory is MISSING]
        document = {**dict.fromkeys(required), "a_later_field": 1}
        assert isinstance(from_json(kind, document), kind)
    assert JobInfo.__dataclass_fields__["history"].default == ()


def test_older_server_refuses_what_it_does_not_have():
    with MockZuora() as server:
        remote = MockZuora.connect(server.url)
        with pytest.raises(Unknown):
            remote._transport.call("GET", "/of-a-later-version", None, {})
        with pytest.raises(Invalid):
            remote._transport.call("GET", "/jobs", None, {"of_a_later_version": 1})


def test_one_page_says_that_nothing_is_published_and_others_link_to_it():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    texts = {path.relative_to(ROOT).as_posix(): " ".join(path.read_text("utf-8").split()) for path in pages}
    unlinked = re.compile(r"not published yet(?!\]\(\S*quickstart\.md\S*\))")
    assert [name for name, text in texts.items() if unlinked.search(text)] == ["docs/quickstart.md"]
