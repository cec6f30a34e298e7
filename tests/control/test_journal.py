import pytest

from mock_zuora.control.journal import MAX_WARNINGS, Journal, RequestPage, RequestSearch
from tests.finished import count_chunks, finished


def test_requests_are_found_in_order(make_entry):
    journal = Journal()
    for each in ("a", "b", "c"):
        journal.add(make_entry(id=each))
    assert [each.id for each in finished(journal.find(RequestSearch())).requests] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "search",
    [
        RequestSearch(method="post"),
        RequestSearch(path="/objects/jobs/*/files"),
        RequestSearch(status=400),
        RequestSearch(method="POST", path="/objects/**", status=400),
    ],
    ids=str,
)
def test_search_finds_requests_that_match_all_fields(make_entry, search):
    journal = Journal()
    journal.add(make_entry(id="other"))
    journal.add(make_entry(id="wanted", method="POST", path="/objects/jobs/1/files", status=400))
    assert [each.id for each in finished(journal.find(search)).requests] == ["wanted"]
    assert finished(journal.count(search)) == 1


@pytest.mark.fidelity("mock-06")
def test_oldest_requests_are_dropped_beyond_the_maximum_number(make_entry):
    journal = Journal(max_requests=2)
    for each in ("a", "b", "c", "d"):
        journal.add(make_entry(id=each))
    assert [each.id for each in finished(journal.find(RequestSearch())).requests] == ["c", "d"]
    assert journal.dropped == 2


def test_oldest_requests_are_dropped_beyond_the_maximum_size(make_entry):
    journal = Journal(max_bytes=10_000)
    for each in ("a", "b", "c"):
        journal.add(make_entry(id=each, size=4_500))
    assert [each.id for each in finished(journal.find(RequestSearch())).requests] == ["b", "c"]
    assert journal.dropped == 1


def test_latest_request_is_kept_whatever_its_size(make_entry):
    journal = Journal(max_bytes=10)
    journal.add(make_entry(id="large", size=100))
    assert [each.id for each in finished(journal.find(RequestSearch())).requests] == ["large"]


def test_cleared_journal_has_dropped_nothing(make_entry):
    journal = Journal(max_requests=1)
    journal.add(make_entry(warnings=("kind: message",)))
    journal.add(make_entry())
    journal.clear()
    assert (finished(journal.count(RequestSearch())), journal.dropped, journal.warnings) == (0, 0, [])


def test_clear_frees_the_space_of_requests(make_entry):
    journal = Journal(max_bytes=6_000)
    journal.add(make_entry(id="a", size=4_500))
    journal.clear()
    for each in ("b", "c"):
        journal.add(make_entry(id=each, size=2_500))
    assert [each.id for each in finished(journal.find(RequestSearch())).requests] == ["b", "c"]


def test_warnings_of_dropped_requests_are_kept(make_entry):
    journal = Journal(max_requests=1)
    journal.add(make_entry(id="first", warnings=("multipart-upload: It came as multipart: why?",)))
    journal.add(make_entry())
    (warning,) = journal.warnings
    assert (warning.kind, warning.message) == ("multipart-upload", "It came as multipart: why?")
    assert warning.request_id == "first"


def test_warnings_are_bounded(make_entry):
    journal = Journal(max_requests=1)
    journal.add(make_entry(warnings=tuple(f"kind: {at}" for at in range(MAX_WARNINGS + 1))))
    assert [each.message for each in journal.warnings][0] == "1"


def test_listener_is_called_until_it_unsubscribes(make_entry):
    journal, heard = Journal(), []
    leave = journal.subscribe(lambda: heard.append(finished(journal.count(RequestSearch()))))
    journal.add(make_entry())
    leave()
    journal.add(make_entry())
    assert heard == [1]


def test_search_by_a_long_pattern_is_made_in_chunks(make_entry):
    journal = Journal()
    for _ in range(100):
        journal.add(make_entry(path="/" * 1_024))
    search = RequestSearch(path="/**" + "*/" * 400 + "b**")
    assert count_chunks(journal.count(search)) > 25
    assert count_chunks(journal.find(RequestSearch())) > 3


def test_search_for_a_text_and_lists_are_made_in_chunks(make_entry):
    journal = Journal()
    for _ in range(100):
        journal.add(make_entry(body="x" * 8_000))
    assert count_chunks(journal.count(RequestSearch(text="y"))) >= 5
    assert count_chunks(journal.summaries(RequestSearch())) > 3


def test_page_has_the_total_and_says_whether_there_is_more(make_entry):
    journal = Journal()
    for each in ("a", "b", "c", "d"):
        journal.add(make_entry(id=each, status=400 if each == "b" else 200))
    first = finished(journal.summaries(RequestPage(status=200, order="newest", limit=2)))
    assert ([each.id for each in first.requests], first.total, first.has_more) == (["d", "c"], 3, True)
    # The request after which a page begins need not match.
    last = finished(journal.summaries(RequestPage(status=200, order="newest", limit=2, after="b")))
    assert ([each.id for each in last.requests], last.total, last.has_more) == (["a"], 3, False)


def test_page_is_that_of_the_moment_at_which_it_was_requested(make_entry):
    journal = Journal()
    for number in range(100):
        journal.add(make_entry(id=str(number)))
    listing = journal.find(RequestPage())
    next(listing)
    journal.clear()
    assert len(finished(listing).requests) == 100
