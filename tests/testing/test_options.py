"""The options of the plugin: each test runs pytest with a small test file."""

import pytest


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((), 0),
        (("fixture",), 1),
        (("fixture", "environment"), 2),
        (("fixture", "environment", "ini"), 3),
        (("fixture", "environment", "ini", "flag"), 4),
        (("fixture", "environment", "ini", "flag", "marker"), 5),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, tuple) else None,
)
def test_sources_of_settings_have_a_priority(run_anywhere, project, pytester, monkeypatch, sources, expected):
    if "fixture" in sources:
        project({"accept_delay": 1, "queue_delay": 1})
    if "environment" in sources:
        monkeypatch.setenv("PYTEST_ZUORA_SET", "accept_delay=2 queue_delay=2")
    if "ini" in sources:
        pytester.makeini("[pytest]\nzuora_set =\n  accept_delay = 3\n  processing_time = 3")
    flags = ["--zuora-set", "accept-delay=4", "--zuora-set=strict=true"] if "flag" in sources else []
    marker = "@pytest.mark.zuora(accept_delay=5)" if "marker" in sources else ""
    source = f"{marker}\ndef test_it(zuora): assert zuora.settings()['accept_delay'] == {expected}"
    run_anywhere(source, *flags).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("zuora_url", "ftp://zuora", "url: 'ftp://zuora' is not the address of a server; expected http://HOST:PORT"),
        ("zuora_set", "strict", "'strict' is not valid; expected NAME=VALUE"),
        ("zuora_set", "transition=time", "transition: there is no such setting; did you mean 'transitions'[?]"),
        ("zuora_set", "processing_time=soon", "processing_time: 'soon' is not valid; expected a number"),
        ("zuora_unused", "ignore", "'ignore' is not valid; expected report or fail"),
    ],
    ids=["url", "no value", "name", "value", "unused"],
)
@pytest.mark.parametrize("source", ["flag", "ini", "environment"])
def test_invalid_option_stops_the_run(run, pytester, monkeypatch, source, option, value, named):
    flag, variable = "--" + option.replace("_", "-"), "PYTEST_" + option.upper()
    if source == "environment":
        monkeypatch.setenv(variable, value)
    if source == "ini":
        pytester.makeini(f"[pytest]\n{option} = {value}")
    result = run("def test_it(): pass", *([f"{flag}={value}"] if source == "flag" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    where = {"flag": flag, "environment": variable, "ini": f"ini option {option}"}[source]
    result.stderr.fnmatch_lines([f"ERROR: {where}: {named}"])
