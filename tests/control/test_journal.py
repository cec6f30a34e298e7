import pytest

from mock_zuora.control.journal import MAX_WARNINGS, Journal, Search


def test_calls_are_found_in_the_order_in_which_they_came(make_entry):
    journal = Journal()
    for each in ("a", "b", "c"):
        journal.add(make_entry(id=each))
    assert [each.id for each in journal.find(Search())] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "search",
    [
        Search(method="post"),
        Search(path="/objects/jobs/*/files"),
        Search(status=400),
        Search(method="POST", path="/objects/**", status=400),
    ],
    ids=str,
)
def test_a_search_finds_what_fits_in_all_that_it_says(make_entry, search):
    journal = Journal()
    journal.add(make_entry(id="other"))
    journal.add(make_entry(id="wanted", method="POST", path="/objects/jobs/1/files", status=400))
    assert [each.id for each in journal.find(search)] == ["wanted"]
    assert journal.count(search) == 1


@pytest.mark.fidelity("mock-06")
def test_the_oldest_calls_are_dropped_and_counted_when_there_are_too_many(make_entry):
    journal = Journal(most=2)
    for each in ("a", "b", "c", "d"):
        journal.add(make_entry(id=each))
    assert [each.id for each in journal.find(Search())] == ["c", "d"]
    assert journal.dropped == 2


def test_the_oldest_calls_are_dropped_when_they_take_too_much(make_entry):
    journal = Journal(most_bytes=10_000)
    for each in ("a", "b", "c"):
        journal.add(make_entry(id=each, size=4_500))
    assert [each.id for each in journal.find(Search())] == ["b", "c"]
    assert journal.dropped == 1


def test_the_latest_call_is_kept_however_large(make_entry):
    journal = Journal(most_bytes=10)
    journal.add(make_entry(id="large", size=100))
    assert [each.id for each in journal.find(Search())] == ["large"]


def test_a_cleared_journal_has_dropped_nothing(make_entry):
    journal = Journal(most=1)
    journal.add(make_entry(warnings=("kind: message",)))
    journal.add(make_entry())
    journal.clear()
    assert (journal.find(Search()), journal.dropped, journal.warnings) == ([], 0, [])


def test_the_room_of_dropped_calls_is_free_again(make_entry):
    journal = Journal(most_bytes=6_000)
    journal.add(make_entry(id="a", size=4_500))
    journal.clear()
    for each in ("b", "c"):
        journal.add(make_entry(id=each, size=2_500))
    assert [each.id for each in journal.find(Search())] == ["b", "c"]


def test_warnings_outlive_the_calls_that_are_dropped(make_entry):
    journal = Journal(most=1)
    journal.add(make_entry(id="first", warnings=("multipart-upload: It came as multipart: why?",)))
    journal.add(make_entry())
    (warning,) = journal.warnings
    assert (warning.kind, warning.message) == ("multipart-upload", "It came as multipart: why?")
    assert warning.request_id == "first"


def test_the_warnings_are_bounded_too(make_entry):
    journal = Journal(most=1)
    journal.add(make_entry(warnings=tuple(f"kind: {at}" for at in range(MAX_WARNINGS + 1))))
    assert [each.message for each in journal.warnings][0] == "1"


def test_a_listener_hears_of_each_call_until_it_leaves(make_entry):
    journal, heard = Journal(), []
    leave = journal.subscribe(lambda: heard.append(len(journal.find(Search()))))
    journal.add(make_entry())
    leave()
    journal.add(make_entry())
    assert heard == [1]
