"""Schemathesis against a server, by our own document: every check it has, and the links from call to call.

In CI a fixed seed and a small budget; ``make fuzz`` sets FUZZ_CALLS for a long run, which takes its own seed each time.
"""

import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

HERE = Path(__file__).parent
FUZZING = HERE / "fuzzing"
CALLS = int(os.environ.get("FUZZ_CALLS", "0"))
"""How many calls a long run makes at least; 0 for the short one."""
SLOWEST_SECONDS = 5
SUBMIT, UPLOAD = "POST /objects/jobs", "POST /objects/jobs/{id}/files"
WALKS = 10 if CALLS == 0 else 1_000
VEHICLE = {
    "object": "vehicle",
    "label": "Vehicle",
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "plate__c": {"type": "string", "label": "Plate"},
        "doors__c": {"type": "integer", "label": "Doors", "default": 4},
        "price__c": {"type": "number", "label": "Price", "minimum": 0},
        "built__c": {"type": "string", "format": "date", "label": "Built"},
    },
    "required": ["brand__c"],
    "filterable": ["brand__c", "plate__c", "doors__c", "price__c", "built__c"],
    "unique": ["plate__c"],
}
SEED = {
    "tenants": [
        {
            "users": [{"name": "fuzzer"}],
            "clients": [{"id": "fuzzer", "secret": "fuzzer"}],
            "definitions": [VEHICLE],
            "records": {"vehicle": [{"brand__c": "Volvo", "plate__c": "V1"}, {"brand__c": "Fiat", "doors__c": 2}]},
        }
    ]
}


@pytest.fixture
def server(tmp_path, run_server):
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED))
    return run_server(seed=str(seed), auth="strict", transitions="polls", concurrent_job_limit="1000", random_seed="1")


@pytest.fixture
def token(server):
    form = {"client_id": "fuzzer", "client_secret": "fuzzer", "grant_type": "client_credentials"}
    with urlopen(f"{server.url}/oauth/token", urlencode(form).encode()) as response:
        return json.load(response)["access_token"]


def fuzz(server, token, tmp_path, *options):
    """Runs Schemathesis; gives its exit status and what it says."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file", str(FUZZING / "schemathesis.toml"),
            "run", f"{server.url}/openapi.json", "--checks", "all", "--max-response-time", str(SLOWEST_SECONDS),
            "--warnings", "off", *options,
        ],
        cwd=tmp_path,
        env={**os.environ, "FUZZ_TOKEN": token, "SCHEMATHESIS_HOOKS": str(FUZZING / "hooks.py"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def calls_in(report):
    return int(re.search(r"(\d[\d,]*) generated", report)[1].replace(",", ""))


def rounds():
    """The options of each round: one that is always the same, or as many as a long run takes."""
    if CALLS:
        return itertools.repeat(("--max-examples", "100"))
    phases = ("--phases", "examples,coverage,fuzzing")
    return iter([("--max-examples", "2", "--seed", "1", "--no-shrink", *phases)])


def test_no_call_that_a_fuzzer_makes_breaks_our_word(server, token, tmp_path, caplog):
    calls = 0
    for options in rounds():
        status, report = fuzz(server, token, tmp_path, *options)
        assert status == 0, report
        calls += calls_in(report)
        if CALLS and calls >= CALLS:
            break
    assert calls > 1_000
    assert "crashed" not in caplog.text


def machine_of(schema, server, token, seen):
    """Walks along the links of a schema. Its calls are good ones where it can know: a refusal's links lead nowhere."""

    class Machine(schema.as_state_machine()):
        def setup(self):
            # Each walk begins alike, so that the same choices lead to the same calls.
            urlopen(Request(f"{server.url}/__mock/v1/reset?scope=jobs,records", method="POST")).close()

        def get_call_kwargs(self, case):
            return {"headers": {"Authorization": f"Bearer {token}"}}

        def before_call(self, case):
            if case.meta.generation.mode.is_negative:
                return
            for name in ("Content-Encoding", "Idempotency-Key"):
                case.headers.pop(name, None)
            if case.operation.label == SUBMIT:
                # A job that takes any good file; a filter would refuse it.
                case.body.pop("filter", None)
                case.body |= {"operation": "create", "namespace": "default", "object": "vehicle"}
            if case.operation.label == UPLOAD:
                case.body = "brand__c\r\nVolvo\r\n"

        def after_call(self, response, case):
            seen[case.operation.label, response.status_code] += 1

    return Machine


def test_walks_along_the_links_break_no_word_of_ours(server, token, committed, monkeypatch):
    monkeypatch.setenv("FUZZ_TOKEN", token)
    config = schemathesis.Config.from_path(FUZZING / "schemathesis.toml")
    # A document of its own: Schemathesis writes the links into it that it finds.
    document = json.loads(committed)
    paths = {path: each for path, each in document["paths"].items() if path.startswith("/objects/jobs")}
    schema = schemathesis.openapi.from_dict({**document, "paths": paths}, config=config)
    schema.config.update(base_url=server.url)
    seen = Counter()
    walks = settings(
        max_examples=WALKS, stateful_step_count=8, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    machine_of(schema, server, token, seen).run(settings=walks)
    # Where chance leads a walk is its own affair; that each link leads to a call that is taken is the next test's.
    assert seen[SUBMIT, 200] > 0


LINKS = [
    (SUBMIT, "upload"), (SUBMIT, "retrieve"), (SUBMIT, "errors"), (SUBMIT, "cancel"),
    ("GET /objects/jobs", "next"), ("GET /objects/jobs", "retrieve"),
    ("GET /objects/jobs/{id}", "errors"), ("GET /objects/jobs/{id}", "cancel"),
    (UPLOAD, "retrieve"), (UPLOAD, "errors"), ("PATCH /objects/jobs/{id}/cancel", "retrieve"),
]  # fmt: skip


def links_of_jobs(document):
    """The links of the job operations: where each begins, its name, and itself."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for name, link in operation["responses"]["200"].get("links", {}).items():
                if path.startswith("/objects/jobs"):
                    yield f"{method.upper()} {path}", name, link


def called(server, token, label, **parameters):
    """Makes the call of an operation, with a body that it takes; gives its answer. Raises HTTPError for a refusal."""
    method, path = label.split()
    in_path = re.findall(r"{(\w+)}", path)
    query = urlencode({name: value for name, value in parameters.items() if name not in in_path})
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "text/csv" if label == UPLOAD else "application/json",
    }
    body = {SUBMIT: b'{"operation":"create","namespace":"default","object":"vehicle"}', UPLOAD: b"brand__c\nVolvo\n"}
    url = server.url + path.format(**parameters) + (f"?{query}" if query else "")
    with urlopen(Request(url, body.get(label), headers, method=method)) as response:
        return json.load(response)


def at(pointer, document):
    """What a link's expression finds in an answer."""
    for part in pointer.removeprefix("$response.body#/").split("/"):
        document = document[int(part) if part.isdigit() else part]
    return document


def test_the_links_of_jobs_are_those_that_are_followed(committed):
    assert sorted((label, name) for label, name, _ in links_of_jobs(json.loads(committed))) == sorted(LINKS)


@pytest.mark.parametrize(("label", "name"), LINKS)
def test_a_link_leads_to_a_call_that_is_taken(server, token, committed, label, name):
    document = json.loads(committed)
    link = next(link for begins, named, link in links_of_jobs(document) if (begins, named) == (label, name))
    labels = {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    job = called(server, token, SUBMIT)
    answer = job if label == SUBMIT else called(server, token, label, **({"id": job["Id"]} if "{id}" in label else {}))
    called(
        server, token, labels[link["operationId"]], **{key: at(to, answer) for key, to in link["parameters"].items()}
    )
