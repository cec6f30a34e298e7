"""``mock-zuora assumptions``."""

import json
import subprocess
import sys

import pytest

from mock_zuora.cli.main import main
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS


def test_table_has_one_line_per_assumption(capsys):
    main(["assumptions"])
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["NAME", "DEFAULT", "OTHER", "CHOICES", "QUESTION"]
    assert [line.split()[:2] for line in lines] == [[each.name, each.default] for each in ASSUMPTIONS.values()]
    for line, each in zip(lines, ASSUMPTIONS.values(), strict=True):
        assert all(choice in line for choice in each.choices) and line.endswith(each.question)


def test_json_has_everything(capsys):
    main(["assumptions", "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in printed] == list(ASSUMPTIONS)
    assert all(
        each.keys() == {"name", "question", "choices", "default", "evidence", "row"}
        and each["default"] in each["choices"]
        for each in printed
    )


def test_closed_pipe_ends_the_output_without_an_error():
    command = [sys.executable, "-m", "mock_zuora", "assumptions", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""


def test_unknown_flag_exits_with_status_2(capsys):
    with pytest.raises(SystemExit) as end:
        main(["assumptions", "--jsno"])
    assert end.value.code == 2
    assert "--jsno" in capsys.readouterr().err
