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


OBSERVED = """
[blank-lines]
choice = "rejected"
host = "rest.test.zuora.com"
date = "2026-11-26"

[rows.jobs-01]
holds = true
host = "rest.test.zuora.com"
"""
SHOWS_WHAT_WAS_OBSERVED = """
def test_it(zuora):
    found = zuora.assumptions["blank-lines"]
    [row] = [each for each in zuora.fidelity() if each.id == "jobs-01"]
    shown = found.choice, found.observed.place, row.observed.holds
    assert shown == ("rejected", "on rest.test.zuora.com, 2026-11-26", True)
    assert zuora.settings()["assume"].get("job-limit", "429") == "429"
    zuora.configure(assume={"blank-lines": "skipped"})
    zuora.reset("settings")
    assert zuora.assumptions["blank-lines"].choice == "rejected"
"""


@pytest.mark.parametrize("source", ["flag", "ini", "environment", "fixture", "marker", "seed"])
def test_observed_file_is_accepted_wherever_settings_are(run_anywhere, project, pytester, monkeypatch, source):
    pytester.path.joinpath("observed.toml").write_text(OBSERVED, "utf-8")
    pytester.mkdir("seeds").joinpath("observed.toml").write_text(OBSERVED, "utf-8")
    pytester.path.joinpath("seeds/seed.toml").write_text('[[tenants]]\nassume = "observed.toml"\n', "utf-8")
    if source == "fixture":
        project({"assume": "observed.toml"})
    if source == "seed":
        project({"seed": "seeds/seed.toml"})
    if source == "environment":
        monkeypatch.setenv("PYTEST_ZUORA_SET", "assume=job-limit=429,observed.toml")
    if source == "ini":
        pytester.makeini("[pytest]\nzuora_set = assume=observed.toml,job-limit=429")
    flags = ["--zuora-set=assume=observed.toml"] if source == "flag" else []
    marker = "@pytest.mark.zuora(assume='observed.toml')" if source == "marker" else ""
    run_anywhere(marker + SHOWS_WHAT_WAS_OBSERVED, *flags).assert_outcomes(passed=1)


def test_mistake_in_an_observed_file_is_named_in_one_line(run, pytester):
    pytester.path.joinpath("observed.toml").write_text("rows.jobs-01.holds = 1", "utf-8")
    expected = "assume: observed.toml: rows.jobs-01.holds: 1 is not valid; expected true or false"
    result = run("def test_it(zuora): pass", "--zuora-set=assume=observed.toml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --zuora-set: {expected}"])
    result = run("@pytest.mark.zuora(assume='observed.toml')\ndef test_it(zuora): pass")
    result.stdout.fnmatch_lines([f"*@pytest.mark.zuora: {expected}"])
