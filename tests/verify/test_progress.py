import pytest

from mock_zuora.verify.evidence import Evidence
from mock_zuora.verify.plan import Plan
from mock_zuora.verify.probe import Probe
from mock_zuora.verify.progress import shown_progress

PROBE = Probe(
    name="dates", what="looks at dates", requests=1, jobs=0, objects=0, is_limit=False, scenario=lambda tenant: iter(())
)


@pytest.fixture
def plan():
    return Plan("localhost", "ab12", [PROBE], [], Evidence(host="localhost"))


def test_without_a_terminal_each_round_is_a_line(plan, capsys):
    with shown_progress(plan) as tell:
        tell(PROBE, 1)
        tell(PROBE, 2)
    assert capsys.readouterr().err.splitlines() == [
        "[1/2] round 1: dates looks at dates",
        "[2/2] round 2: dates looks at dates",
    ]


def test_a_terminal_shows_a_bar(plan, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with shown_progress(plan) as tell:
        tell(PROBE, 1)
        tell(PROBE, 2)
    shown = capsys.readouterr().err
    assert "1/2" in shown
    assert "round 2 of 2: dates" in shown
