"""The commands and claims of docs/how-to/verify.md."""

import argparse
import re
import shlex

import pytest

from mock_zuora import MockZuora
from mock_zuora.cli.main import main
from mock_zuora.cli.verify import add_verify_flags
from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.report import Exit
from scripts.docs.blocks import DOCS, blocks_of

PAGE = DOCS / "how-to" / "verify.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in blocks_of(PAGE)
    if block.language == "sh"
    for line in block.text.replace("\\\n", " ").splitlines()
    if line.startswith("mock-zuora verify")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_valid(command):
    parser = argparse.ArgumentParser()
    add_verify_flags(parser)
    parser.parse_args(shlex.split(command)[2:])


def test_the_options_exist():
    parser = argparse.ArgumentParser()
    add_verify_flags(parser)
    options = re.findall(r"^\| `(--[\w-]+)", TEXT, re.MULTILINE)
    assert options
    assert [each for each in options if f" {each} " not in parser.format_help()] == []


def test_the_exit_statuses_are_complete():
    assert [int(each) for each in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)] == sorted(Exit)


def test_the_probes_that_need_more_are_named():
    named = re.search(r"## Some questions need more(.*?)\n## ", TEXT, re.DOTALL)[1]
    limits = {each.name for each in PROBES.values() if each.is_limit}
    assert limits <= set(re.findall(r"`([\w-]+)`", named))


def test_the_session_without_a_sandbox(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("ZUORA_SECRET", "anything")
    monkeypatch.chdir(tmp_path)
    [shown] = [block.text for block in blocks_of(PAGE) if block.language == "text"]
    with MockZuora(auth="lenient", assume={"put-record": "replace"}) as server:
        command = COMMANDS[-1].replace("http://127.0.0.1:8080", server.url)
        with pytest.raises(SystemExit) as end:
            main([*shlex.split(command)[1:], "--yes"])
    assert end.value.code == Exit.DIFFERENT
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert printed[-len(shown.splitlines()) :] == shown.splitlines()
