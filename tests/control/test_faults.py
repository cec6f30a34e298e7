import pytest

from mock_zuora.control.faults import Effect, FaultBook, FaultPlan
from mock_zuora.domain.ids import Ids


@pytest.fixture
def book() -> FaultBook:
    return FaultBook(Ids("test"))


def strike(book: FaultBook, method: str = "GET", path: str = "/objects/jobs", operation: str | None = None):
    return book.strike(method, path, lambda: operation)


def hits(book: FaultBook, calls: int) -> list[bool]:
    return [strike(book) is not None for _ in range(calls)]


@pytest.mark.fidelity("mock-05")
@pytest.mark.parametrize(
    "plan",
    [
        FaultPlan(),
        FaultPlan(path="/objects/*"),
        FaultPlan(method="get"),
        FaultPlan(operation="list"),
        FaultPlan(path="/objects/jobs", method="GET", operation="list"),
    ],
    ids=["any", "path", "method", "operation", "all of them"],
)
def test_a_fault_hits_the_calls_that_it_is_for(book, plan):
    fault = book.add(plan)
    assert strike(book, operation="list") is fault


@pytest.mark.parametrize(
    "plan",
    [
        FaultPlan(path="/objects/jobs/*"),
        FaultPlan(method="POST"),
        FaultPlan(operation="submit"),
        FaultPlan(path="/objects/jobs", method="GET", operation="submit"),
    ],
    ids=["path", "method", "operation", "one of them"],
)
def test_a_fault_leaves_other_calls_alone(book, plan):
    fault = book.add(plan)
    assert strike(book, operation="list") is None
    assert (fault.matched, fault.hits) == (0, 0)


def test_a_fault_hits_so_often_and_is_used_up_then(book):
    fault = book.add(FaultPlan(times=2))
    assert hits(book, 3) == [True, True, False]
    assert (fault.hits, fault.matched, fault.is_used_up) == (2, 3, True)


def test_a_fault_of_the_third_call_hits_that_one_only(book):
    fault = book.add(FaultPlan(nth=3))
    assert not fault.is_used_up
    assert hits(book, 5) == [False, False, True, False, False]
    assert fault.is_used_up


def test_of_several_faults_the_first_one_hits(book):
    first, second = book.add(FaultPlan(times=1)), book.add(FaultPlan())
    assert [strike(book), strike(book)] == [first, second]


def test_a_fault_counts_the_calls_that_another_one_hit(book):
    book.add(FaultPlan(nth=1, status=503))
    second = book.add(FaultPlan(nth=2, status=429))
    strike(book)
    assert strike(book) is second


def test_a_call_that_another_fault_hit_is_no_hit(book):
    book.add(FaultPlan(times=1))
    second = book.add(FaultPlan(times=1))
    strike(book)
    assert (second.hits, second.is_used_up) == (0, False)


def test_chance_is_drawn_from_the_seed():
    def drawn(seed: str) -> list[bool]:
        book = FaultBook(Ids(seed))
        book.add(FaultPlan(probability=0.5))
        return hits(book, 64)

    assert drawn("one") == drawn("one") != drawn("two")
    assert 10 < sum(drawn("one")) < 54


def test_the_operation_is_looked_up_only_if_a_fault_asks_for_it(book):
    book.add(FaultPlan(path="/nowhere", operation="list"))

    def never() -> str:
        raise AssertionError("nobody asked")

    assert book.strike("GET", "/objects/jobs", never) is None


def test_a_removed_fault_hits_no_more(book):
    fault = book.add(FaultPlan(effect=Effect.RESET))
    assert book.remove(fault.id)
    assert (strike(book), book.get(fault.id), book.remove(fault.id)) == (None, None, False)


def test_cleared_faults_are_gone(book):
    book.add(FaultPlan())
    book.clear()
    assert (book.all(), strike(book)) == ([], None)
