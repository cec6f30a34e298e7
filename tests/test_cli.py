"""The command ``mock-zuora``: what it is called with, and how it refuses."""

import pytest

from mock_zuora import __version__
from mock_zuora.cli import main


@pytest.mark.parametrize("words", [["version"], ["--version"]], ids=["command", "flag"])
def test_it_tells_its_version(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        main(words)
    except SystemExit as exit:
        assert not exit.code

    assert capsys.readouterr().out == f"mock-zuora {__version__}\n"


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    said = capsys.readouterr().out
    assert all(f"\n    {command} " in said for command in ("version", "ready", "serve"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "required: COMMAND", id="nothing"),
        pytest.param(["run"], "invalid choice: 'run'", id="no-command"),
        pytest.param(["serve", "--sed", "x"], "unrecognized arguments: --sed x", id="no-flag"),
        pytest.param(["serve", "--port", "eighty"], "--port: 'eighty' is not valid", id="value"),
        pytest.param(["serve", "--seed", "/no/seed.toml"], "seed /no/seed.toml: cannot be read", id="seed"),
    ],
)
def test_a_wrong_call_exits_with_2_and_one_line_that_names_it(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit:
        main(words)

    line = capsys.readouterr().err
    assert exit.value.code == 2
    assert said in line
    assert line.count("\n") == 1
