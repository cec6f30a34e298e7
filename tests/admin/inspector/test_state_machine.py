"""The picture of the state machine has what the table of transitions has."""

import pytest

from mock_zuora.admin.inspector.state_machine import HEIGHT, WIDTH, picture
from mock_zuora.control.job_results import JobStatusChange
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.jobs.job import TRANSITIONS, Operation, Status


@pytest.mark.parametrize("operation", Operation)
def test_picture_has_every_status_and_transition_of_the_operation(operation):
    table = TRANSITIONS[operation]
    shown = picture(operation)
    assert {each.status for each in shown.boxes} == table.keys() | frozenset().union(*table.values())
    assert len(shown.arrows) == len({each.path for each in shown.arrows}) == sum(map(len, table.values()))


@pytest.mark.parametrize("operation", Operation)
def test_boxes_do_not_overlap_and_are_in_the_picture(operation):
    shown = picture(operation)
    corners = [(each.x, each.y) for each in shown.boxes]
    assert all(
        abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT
        for at, (x, y) in enumerate(corners)
        for other_x, other_y in corners[:at]
    )
    assert all(x + WIDTH < shown.width and y + HEIGHT < shown.height for x, y in corners)


@pytest.mark.parametrize("status", Status)
def test_path_of_a_job_is_marked(status):
    path = {
        "accepted": ["accepted"],
        "pending": ["accepted", "pending"],
        "in_progress": ["accepted", "pending", "in_progress"],
        "completed": ["accepted", "pending", "in_progress", "completed"],
        "failed": ["accepted", "pending", "in_progress", "failed"],
        "cancelled": ["accepted", "pending", "cancelled"],
    }[status]
    history = [JobStatusChange(status=each, at=timestamp(at), cause="clock") for at, each in enumerate(path)]
    shown = picture("create", status, history)
    kinds = {each.status: each.kind for each in shown.boxes}
    assert [name for name, kind in kinds.items() if kind == "current"] == [status]
    assert {name for name, kind in kinds.items() if kind} == set(path)
    assert sum(each.kind == "visited" for each in shown.arrows) == len(path) - 1
    assert {each.status: each.at for each in shown.boxes if each.at} == {each.status: each.at for each in history}
    assert status.value in shown.title


def test_job_without_history_has_its_current_status():
    assert [each.status for each in picture("delete", "failed").boxes if each.kind] == ["failed"]
