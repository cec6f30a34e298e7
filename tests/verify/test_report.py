import pytest
from rich.console import Console

from mock_zuora.verify.finding import choice, holds, inconclusive, other
from mock_zuora.verify.report import Exit, Report

ASSUMED = {"put-record": "merge", "dates": "milliseconds"}


@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ({}, Exit.AS_ASSUMED),
        ({"put-record": choice("merge", ""), "jobs-01": holds("")}, Exit.AS_ASSUMED),
        ({"put-record": choice("replace", ""), "dates": inconclusive("")}, Exit.DIFFERENT),
        ({"put-record": other("418")}, Exit.DIFFERENT),
        ({"jobs-01": other("418")}, Exit.DIFFERENT),
        ({"put-record": choice("merge", ""), "dates": inconclusive("503")}, Exit.UNDECIDED),
    ],
)
def test_the_exit_status_tells_the_outcome(findings, status):
    assert Report(findings, ASSUMED).exit is status


def test_the_table_has_differences_first_and_counts_the_rows_that_hold(capsys):
    findings = {
        "put-record": choice("merge", "kept"),
        "dates": choice("instant", 'seen: [{"code": 1}] \x1b[31m'),
        "jobs-01": holds("11 fields"),
        "jobs-03": other("no UUID"),
        "job-limit": inconclusive("503"),
    }
    Report(findings, {**ASSUMED, "job-limit": "400"}).print(Console(width=120))
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "   what        assumed       observed   why",
        '!  dates       milliseconds  instant    seen: [{"code": 1}] \\x1b[31m',
        "!  jobs-03     as described  differs    no UUID",
        "?  job-limit   400           undecided  503",
        "=  put-record  merge         merge      kept",
        "2 subjects as assumed, 2 differences (!), 1 undecided (?)",
    ]
