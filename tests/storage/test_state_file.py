"""The SQLite file: transactions, generations, and unusable files."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest

from mock_zuora.storage.state_file import FORMAT, StateFile, StateFileError
from tests.platforms import skip_on_windows


def entries_of(file):
    return [*file.whole_state(), *file.changes()]


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "state.db")


@pytest.fixture
def reopen(path):
    """Opens the file, after closing it if it is open."""
    opened = []

    def open_file(version="0.1.0"):
        for each in opened:
            each.close()
        opened.append(StateFile(path, version))
        return opened[-1]

    yield open_file
    for each in opened:
        each.close()


def test_entries_survive_in_their_order(reopen):
    reopen().append(["one", "two"])
    reopen().append(["three"])
    assert entries_of(reopen()) == ["one", "two", "three"]


def test_failed_transaction_writes_nothing(reopen):
    def chunks():
        yield "lost"
        raise KeyError("a bug")

    file = reopen()
    file.append(["kept"])
    with pytest.raises(KeyError):
        file.append(chunks())
    file.append(["later"])
    assert entries_of(reopen()) == ["kept", "later"]


def rows_of(reopen):
    """The number of rows of all generations."""
    file = reopen()
    file.close()
    with closing(sqlite3.connect(file.path)) as database:
        return database.execute("SELECT count(*) FROM log").fetchone()[0]


def test_new_generation_replaces_the_log_and_keeps_changes_that_happen_meanwhile(reopen):
    file = reopen()
    file.append(["old"])
    file.start_next()
    file.append(["meanwhile"])
    file.append_to_next(["whole state"])
    assert entries_of(file) == ["old", "meanwhile"]
    file.use_next()
    assert file.drop_old() and not file.drop_old()
    file.append(["after"])
    assert entries_of(reopen()) == ["whole state", "meanwhile", "after"]
    assert rows_of(reopen) == 3


@pytest.mark.parametrize("is_dropped", [True, False], ids=["given up", "interrupted"])
def test_unfinished_generation_is_dropped(reopen, is_dropped):
    file = reopen()
    file.append(["old"])
    file.start_next()
    file.append_to_next(["half of the state"])
    if is_dropped:
        file.give_up_next()
        assert file.drop_old() and not file.drop_old()
    file = reopen()
    file.claim()
    assert (entries_of(file), rows_of(reopen)) == (["old"], 1)


def test_attempt_that_was_given_up_leaves_nothing_in_the_next_one(reopen):
    file = reopen()
    file.start_next()
    file.append(["first"])
    file.give_up_next()
    file.start_next()
    file.append_to_next(["whole state with the first"])
    file.append(["second"])
    file.use_next()
    assert entries_of(reopen()) == ["whole state with the first", "second"]


def test_generation_that_replaces_an_incomplete_one_has_the_changes_alone(reopen):
    file = reopen()
    file.append(["old"])
    file.start_next(is_complete=False)
    file.append(["rests on a lost change"])
    assert entries_of(file) == ["old"]
    file.append_to_next(["whole state"])
    file.use_next()
    assert entries_of(reopen()) == ["whole state", "rests on a lost change"]


def test_second_process_cannot_open_the_file(reopen, path):
    reopen()
    code = "import sys; from mock_zuora.storage.state_file import StateFile; StateFile(sys.argv[1], '1')"
    second = subprocess.run([sys.executable, "-c", code, path], capture_output=True, encoding="utf-8")
    assert second.stderr.endswith("StateFileError: is in use by another server\n")


@skip_on_windows("the permissions of the folder apply")
def test_file_is_private(reopen, path):
    reopen()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


@skip_on_windows("symbolic links need a privilege")
def test_symbolic_link_is_kept(tmp_path):
    target, link = tmp_path / "target.db", tmp_path / "link.db"
    link.symlink_to(target)
    StateFile(str(link), "0.1.0").close()
    assert link.is_symlink() and target.read_bytes().startswith(b"SQLite format 3")


def test_loading_is_counted(reopen):
    starts = []
    for is_loaded in (True, False, True):
        file = reopen()
        starts.append(file.starts)
        if is_loaded:
            file.claim()
    assert starts == [1, 2, 2]


def test_file_of_a_later_format_names_the_version_that_wrote_it(reopen, path):
    reopen("9.9.0").claim()
    reopen().close()
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {FORMAT + 1}")
    database.close()
    with pytest.raises(StateFileError, match=r"was written by version 9.9.0, which is newer; use that version"):
        reopen()


def test_database_of_another_program_is_refused(reopen, path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE songs (title TEXT)")
    database.close()
    with pytest.raises(StateFileError, match="is a database of another program"):
        reopen()


def test_text_file_is_refused_and_kept(reopen, path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("my diary " * 1_000)
    with pytest.raises(StateFileError, match="is not a state file"):
        reopen()
    with open(path, encoding="utf-8") as file:
        assert file.read() == "my diary " * 1_000


def test_missing_folder_is_reported(tmp_path):
    with pytest.raises(StateFileError, match="cannot be opened: No such file or directory"):
        StateFile(str(tmp_path / "nowhere" / "state.db"), "0.1.0")
