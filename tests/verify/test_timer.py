from mock_zuora.verify.timer import LONGEST_PAUSE, Timer
from tests.verify.moved_time import NotedPauses


def test_what_is_there_is_returned_without_a_pause():
    timer = NotedPauses()
    assert timer.poll(lambda: "found", 60) == "found"
    assert timer.pauses == []


def test_pauses_grow_and_end_with_the_timeout():
    timer = NotedPauses()
    assert timer.poll(lambda: None, 100) is None
    assert timer.pauses[:3] == [0.5, 0.75, 1.125]
    assert max(timer.pauses) == LONGEST_PAUSE
    assert timer.passed == 100


def test_a_false_result_is_a_result():
    assert NotedPauses().poll(lambda: False, 1) is False


def test_the_usual_timer_waits_in_real_time():
    timer = Timer()
    start = timer.now()
    timer.pause(0.01)
    assert timer.now() - start >= 0.009
