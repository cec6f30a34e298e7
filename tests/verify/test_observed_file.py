import tomllib

import pytest

from mock_zuora.verify.finding import choice, holds, inconclusive, other
from mock_zuora.verify.observed_file import ObservedFile

HOST = "rest.test.zuora.com"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "observed.toml"


def saved(path, findings, host=HOST, date="2026-11-26"):
    file = ObservedFile(path, host)
    file.add(findings, date)
    file.save()
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_choices_and_rows_are_written_with_host_date_and_reason(path):
    found = saved(path, {"put-record": choice("merge", "kept"), "jobs-01": holds("11 fields"), "jobs-03": other("no")})
    where = {"host": HOST, "date": "2026-11-26"}
    assert found == {
        "put-record": {"choice": "merge", **where, "reason": "kept"},
        "rows": {
            "jobs-01": {"holds": True, **where, "reason": "11 fields"},
            "jobs-03": {"holds": False, **where, "reason": "no"},
        },
    }


def test_any_reason_can_be_read_again(path):
    reason = 'a "quote", a \\ backslash, a\nline, \x00 \x1b[31m \x7f \x85 and 🚗'
    found = saved(path, {"put-record": choice("merge", reason)})["put-record"]["reason"]
    assert '"quote"' in found
    assert "🚗" in found
    assert found.isprintable()


def test_what_is_undecided_keeps_the_entry_of_a_former_run(path):
    saved(path, {"put-record": choice("merge", "kept")}, date="2026-11-01")
    found = saved(path, {"put-record": inconclusive("503"), "dates": choice("instant", "seen")})
    assert found["put-record"]["date"] == "2026-11-01"
    assert found["dates"]["date"] == "2026-11-26"


def test_another_behaviour_removes_the_choice_of_a_former_run(path):
    saved(path, {"put-record": choice("merge", "kept")})
    assert saved(path, {"put-record": other("418")}) == {}


def test_a_file_of_another_host_is_not_updated(path):
    saved(path, {"put-record": choice("merge", "kept")})
    with pytest.raises(ValueError, match=r"not observed on other\.example\.com"):
        ObservedFile(path, "other.example.com")


def test_a_file_that_people_wrote_is_not_updated(path):
    path.write_text('put-record = "merge"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="not observed on"):
        ObservedFile(path, HOST)
