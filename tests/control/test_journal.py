import pytest

from mock_zuora.control.journal import MOST_WARNINGS, Journal, Search, size_of


def test_calls_are_found_in_the_order_in_which_they_came(make_request):
    journal = Journal()
    for each in ("a", "b", "c"):
        journal.add(make_request(id=each))
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
def test_a_search_finds_what_fits_in_all_that_it_says(make_request, search):
    journal = Journal()
    journal.add(make_request(id="other"))
    journal.add(make_request(id="wanted", method="POST", path="/objects/jobs/1/files", status=400))
    assert [each.id for each in journal.find(search)] == ["wanted"]


def test_the_oldest_calls_are_dropped_and_counted_when_there_are_too_many(make_request):
    journal = Journal(most=2)
    for each in ("a", "b", "c", "d"):
        journal.add(make_request(id=each))
    assert [each.id for each in journal.find(Search())] == ["c", "d"]
    assert journal.dropped == 2


@pytest.mark.parametrize("place", ["body", "response_body", "path", "query"])
def test_the_oldest_calls_are_dropped_when_they_take_too_much(make_request, place):
    journal = Journal(most_bytes=10_000)
    for each in ("a", "b", "c"):
        journal.add(make_request(id=each, **{place: "x" * 4_000}))
    assert [each.id for each in journal.find(Search())] == ["b", "c"]
    assert journal.dropped == 1


def test_headers_count_towards_the_size_of_a_call(make_request):
    assert size_of(make_request(headers={"a": "x" * 1_000})) >= size_of(make_request()) + 1_000


def test_the_latest_call_is_kept_however_large(make_request):
    journal = Journal(most_bytes=10)
    journal.add(make_request(id="large", body="x" * 100))
    assert [each.id for each in journal.find(Search())] == ["large"]


def test_a_cleared_journal_has_dropped_nothing(make_request):
    journal = Journal(most=1)
    journal.add(make_request(warnings=("kind: message",)))
    journal.add(make_request())
    journal.clear()
    assert (journal.find(Search()), journal.dropped, journal.warnings) == ([], 0, [])


def test_the_room_of_dropped_calls_is_free_again(make_request):
    journal = Journal(most_bytes=6_000)
    journal.add(make_request(id="a", body="x" * 4_000))
    journal.clear()
    for each in ("b", "c"):
        journal.add(make_request(id=each, body="x" * 2_000))
    assert [each.id for each in journal.find(Search())] == ["b", "c"]


def test_warnings_outlive_the_calls_that_are_dropped(make_request):
    journal = Journal(most=1)
    journal.add(make_request(id="first", warnings=("multipart-upload: It came as multipart: why?",)))
    journal.add(make_request())
    (warning,) = journal.warnings
    assert (warning.kind, warning.message) == ("multipart-upload", "It came as multipart: why?")
    assert warning.request_id == "first"


def test_the_warnings_are_bounded_too(make_request):
    journal = Journal(most=1)
    journal.add(make_request(warnings=tuple(f"kind: {at}" for at in range(MOST_WARNINGS + 1))))
    assert [each.message for each in journal.warnings][0] == "1"


def test_a_listener_hears_of_each_call_until_it_leaves(make_request):
    journal, heard = Journal(), []
    leave = journal.subscribe(lambda: heard.append(len(journal.find(Search()))))
    journal.add(make_request())
    leave()
    journal.add(make_request())
    assert heard == [1]
