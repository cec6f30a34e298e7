"""Control operations as code."""

import json
import shlex
import subprocess
from dataclasses import replace

import pytest

from mock_zuora import MockZuora
from mock_zuora.admin.inspector.page import Page
from mock_zuora.admin.inspector.snippets import curl_of, python_of
from mock_zuora.config.settings import settings_from
from mock_zuora.server.app import App
from tests.platforms import skip_without


@pytest.fixture
def page(registry, tenant):
    return Page(control=App(registry, []).control, tenant="default", path="/__mock/", base_url="http://localhost:1")


@pytest.mark.parametrize(
    ("name", "values", "python", "curl"),
    [
        (
            "jobs.step",
            {"id": "a b"},
            "zuora.jobs.step('a b')",
            ["curl", "-X", "POST", "http://localhost:1/__mock/v1/jobs/a%20b/step"],
        ),
        (
            "jobs.fail",
            {"id": "1", "message": "it's"},
            "zuora.jobs.fail('1', message=\"it's\")",
            [
                "curl", "-X", "POST", "http://localhost:1/__mock/v1/jobs/1/fail", "-H",
                "Content-Type: application/json", "-d", '{"message": "it\'s"}',
            ],
        ),
        ("clock", {}, "zuora.clock.now()", ["curl", "http://localhost:1/__mock/v1/clock"]),
    ],
)  # fmt: skip
def test_operation_is_shown_as_code(page, name, values, python, curl):
    assert python_of(name, values) == python
    assert shlex.split(curl_of(page, name, values)) == curl


def test_curl_names_the_tenant_of_the_url_and_a_variable_for_the_token(page):
    page = replace(
        page,
        tenant="a&b",
        query={"tenant": "a&b"},
        control=replace(page.control, settings=settings_from({"control": "token"})),
    )
    assert curl_of(page, "clock.change", {"frozen": True}) == (
        "curl -X PATCH 'http://localhost:1/__mock/v1/clock?tenant=a%26b' -H \"Authorization: Bearer $CONTROL_TOKEN\" "
        "-H 'Content-Type: application/json' -d '{\"frozen\": true}'"
    )


def test_code_does_what_the_button_does(page):
    skip_without("bash", "curl")
    with MockZuora() as zuora:
        command = curl_of(replace(page, base_url=zuora.url), "clock.change", {"speed": 5.0})
        shown = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", check=True)
        assert json.loads(shown.stdout)["speed"] == 5 == zuora.clock.speed


@pytest.mark.parametrize(
    ("name", "values", "python"),
    [
        ("clock", {}, "clock.now()"),
        ("clock.change", {"frozen": True}, "clock.freeze()"),
        ("clock.change", {"frozen": False}, "clock.resume()"),
        ("clock.change", {"speed": 60}, "clock.run_at(60)"),
        ("clock.advance", {"seconds": 60}, "clock.advance(seconds=60)"),
        ("clock.set", {"now": "2030-01-01T00:00:00.000Z"}, "clock.set(now='2030-01-01T00:00:00.000Z')"),
        ("configure", {"assume": {"put-record": "replace"}}, "configure(assume={'put-record': 'replace'})"),
        ("all_settings", {}, "all_settings()"),
        ("assumptions.all", {}, "assumptions.all()"),
        ("snapshots.save", {"name": "one"}, "snapshots.save('one')"),
        ("reset", {}, "reset()"),
        ("reset", {"scope": "jobs,faults"}, "reset('jobs', 'faults')"),
        ("tenants.all", {}, "tenants()"),
        ("tenants.add", {"name": "acme"}, "tenant('acme')"),
        ("tenants.add", {}, "tenant()"),
        ("tenants.drop", {"name": "acme"}, "tenant('acme').drop()"),
        ("objects.all", {}, "objects.all()"),
        ("jobs.reject_rows", {"rows": {"3": [71012520, "boom"]}}, "jobs.reject_rows({3: (71012520, 'boom')})"),
    ],
)
def test_python_code_runs(page, name, values, python):
    assert python_of(name, values) == f"zuora.{python}"
    with MockZuora() as zuora:
        eval(python_of(name, values), {"zuora": zuora})
