"""Files of assumptions: what they contain, where they are read, and their mistakes."""

from pathlib import Path

import pytest

from mock_zuora.config.assumption_files import read_assumptions, with_assumption_files

ENTRY = {"choice": "replace", "host": "rest.test.zuora.com", "date": "2026-11-26", "reason": "plate__c was gone"}
TEXT = """
[put-record]
choice = "replace"
host = "rest.test.zuora.com"
date = 2026-11-26
reason = "plate__c was gone"

[rows.jobs-01]
holds = true
"""
DOCUMENT = {"put-record": ENTRY, "rows": {"jobs-01": {"holds": True}}}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "observed.toml").write_text(TEXT, "utf-8")
    (tmp_path / "plain.toml").write_text('job-limit = "429"\n', "utf-8")
    return tmp_path


@pytest.mark.parametrize("value", ["observed.toml", Path("observed.toml"), " observed.toml , "])
def test_file_is_read_relative_to_the_folder(folder, value):
    assert read_assumptions(value, folder) == DOCUMENT


def test_file_is_read_by_its_full_path(folder):
    assert read_assumptions(folder / "observed.toml") == read_assumptions(str(folder / "observed.toml")) == DOCUMENT


def test_last_of_files_and_choices_counts(folder):
    assert read_assumptions("put-record=merge,observed.toml,plain.toml", folder) == {**DOCUMENT, "job-limit": "429"}
    assert read_assumptions("observed.toml,put-record=merge", folder) == {**DOCUMENT, "put-record": "merge"}


def test_path_of_a_file_can_have_commas_and_equal_signs(folder):
    (folder / "a=b,c").mkdir()
    (folder / "observed.toml").rename(folder / "a=b,c/observed.toml")
    assert read_assumptions("a=b,c/observed.toml", folder) == DOCUMENT


@pytest.mark.parametrize(
    "value", ["", "put-record=merge,x", '{"put-record": {"choice": "merge", "reason": "a.toml, b"}}', {"a": 1}, None, 5]
)
def test_value_without_a_file_stays_as_it_is(folder, value):
    assert read_assumptions(value, folder) is value


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'put-records = "merge"', "observed.toml: 'put-records' is not an assumption; expected one of error-body"),
        (b'put-record = "delete"', "observed.toml: put-record: 'delete' is not valid; expected one of merge, replace"),
        (b"rows = 5", "observed.toml: rows: 5 is not valid; expected a table"),
        (b"put-record", "observed.toml: expected valid TOML: Expected '='"),
        (b"# k\xe4fer\n", "observed.toml: line 1: byte E4 is"),
        (None, "observed.toml: cannot be read: No such file"),
    ],
)
def test_mistake_names_the_file_in_one_line(tmp_path, content, message):
    if content is not None:
        (tmp_path / "observed.toml").write_bytes(content)
    with pytest.raises(ValueError) as raised:
        read_assumptions("job-limit=429,observed.toml", tmp_path)
    assert str(raised.value).startswith(message) and "\n" not in str(raised.value)


def test_path_of_another_kind_of_file_is_refused():
    with pytest.raises(ValueError, match="'observed.json' is not valid; expected the path of a .toml file"):
        read_assumptions(Path("observed.json"))


def test_file_is_read_at_each_place_of_a_seed(folder):
    named = {"assume": "observed.toml"}
    tenant = {**named, "settings": {**named, "strict": True}}
    read = {"assume": DOCUMENT}
    assert with_assumption_files({**named, "tenants": [tenant, {}, 5]}, folder) == {
        **read,
        "tenants": [{**read, "settings": {**read, "strict": True}}, {}, 5],
    }


@pytest.mark.parametrize("place", ["assume", "settings.assume", "tenants.1.assume", "tenants.1.settings.assume"])
def test_mistake_names_the_place_in_a_seed(folder, place):
    seed = {"assume": "missing.toml"}
    if "settings" in place:
        seed = {"settings": seed}
    if "tenants" in place:
        seed = {"tenants": [{}, seed]}
    with pytest.raises(ValueError, match=f"^{place}: missing.toml: cannot be read"):
        with_assumption_files(seed, folder)
