"""Runs Schemathesis against a server with the OpenAPI document, with every check and along the links.

In CI it uses a fixed seed and few examples. ``make fuzz`` sets FUZZ_CALLS for a long run with random seeds, which as
many workers share as there are processors.
"""

import itertools
import json
import logging
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

HERE = Path(__file__).parent
FUZZING = HERE / "fuzzing"
MIN_CALLS = int(os.environ.get("FUZZ_CALLS", "0"))
"""The minimum number of requests of a long run; 0 for a short run."""
WORKERS = (os.cpu_count() or 1) if MIN_CALLS else 1
MAX_RESPONSE_SECONDS = 5
SUBMIT, UPLOAD = "POST /objects/jobs", "POST /objects/jobs/{id}/files"
WALKS = 10 if MIN_CALLS == 0 else 1_000
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


@pytest.fixture
def statuses():
    """Counts the responses of the server by status."""
    counts, logger = Counter(), logging.getLogger("mock_zuora.requests")
    handler = logging.Handler()
    handler.emit = lambda record: counts.update([record.args[2]])
    logger.addHandler(handler)
    yield counts
    logger.removeHandler(handler)


def fuzz(server, token, tmp_path, *options):
    """Runs Schemathesis and returns its exit status and output."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file", str(FUZZING / "schemathesis.toml"),
            "run", f"{server.url}/openapi.json", "--checks", "all", "--max-response-time", str(MAX_RESPONSE_SECONDS),
            "--warnings", "off", *options,
        ],
        cwd=tmp_path,
        env={**os.environ, "FUZZ_TOKEN": token, "SCHEMATHESIS_HOOKS": str(FUZZING / "hooks.py"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def count_requests(report):
    return int(re.search(r"(\d[\d,]*) generated", report)[1].replace(",", ""))


def rounds():
    """Yields the options of each round: one fixed round, or rounds without end for a long run."""
    if MIN_CALLS:
        return itertools.repeat(("--max-examples", "100"))
    phases = ("--phases", "examples,coverage,fuzzing")
    return iter([("--max-examples", "2", "--seed", "1", "--no-shrink", *phases)])


@pytest.mark.parametrize("worker", range(WORKERS))
def test_fuzzed_requests_conform_to_the_document(server, token, tmp_path, caplog, statuses, worker):
    count, start = 0, monotonic()
    for options in rounds():
        status, report = fuzz(server, token, tmp_path, *options)
        assert status == 0, report
        count += count_requests(report)
        if MIN_CALLS and count * WORKERS >= MIN_CALLS:
            break
    print(f"worker {worker}: {count} calls in {monotonic() - start:.0f} s, {dict(sorted(statuses.items()))}")
    assert count > 1_000
    assert not [status for status in statuses if status is None or status >= 500]
    assert "crashed" not in caplog.text


def machine_of(schema, server, token, seen):
    """Returns a state machine that follows links. It makes requests valid where possible, as errors have no links."""

    class Machine(schema.as_state_machine()):
        def setup(self):
            # Each walk starts in the same state, so that the same choices lead to the same requests.
            urlopen(Request(f"{server.url}/__mock/v1/reset?scope=jobs,records", method="POST")).close()

        def get_call_kwargs(self, case):
            return {"headers": {"Authorization": f"Bearer {token}"}}

        def before_call(self, case):
            if case.meta.generation.mode.is_negative:
                return
            for name in ("Content-Encoding", "Idempotency-Key"):
                case.headers.pop(name, None)
            if case.operation.label == SUBMIT:
                # A job that accepts a valid file; a filter on a create job is refused.
                case.body.pop("filter", None)
                case.body |= {"operation": "create", "namespace": "default", "object": "vehicle"}
            if case.operation.label == UPLOAD:
                case.body = "brand__c\r\nVolvo\r\n"

        def validate_response(self, response, case, additional_checks=None, **kwargs):
            # The server accepts an undocumented parameter, with a fidelity warning.
            documented = {parameter.name for parameter in case.operation.query}
            has_undocumented = bool(set(case.query or ()) - documented)
            case.validate_response(
                response,
                additional_checks=additional_checks,
                excluded_checks=[negative_data_rejection] if has_undocumented else None,
                transport_kwargs=kwargs,
            )

        def after_call(self, response, case):
            seen[case.operation.label, response.status_code] += 1

    return Machine


def test_requests_along_links_conform_to_the_document(server, token, committed, monkeypatch):
    monkeypatch.setenv("FUZZ_TOKEN", token)
    config = schemathesis.Config.from_path(FUZZING / "schemathesis.toml")
    # A copy, because Schemathesis adds the links that it finds.
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
    # Walks are random. test_link_leads_to_a_successful_request covers each link.
    assert seen[SUBMIT, 200] > 0


LINKS = [
    (SUBMIT, "upload"), (SUBMIT, "retrieve"), (SUBMIT, "errors"), (SUBMIT, "cancel"),
    ("GET /objects/jobs", "next"), ("GET /objects/jobs", "retrieve"),
    ("GET /objects/jobs/{id}", "errors"), ("GET /objects/jobs/{id}", "cancel"),
    (UPLOAD, "retrieve"), (UPLOAD, "errors"), ("PATCH /objects/jobs/{id}/cancel", "retrieve"),
]  # fmt: skip


def links_of_jobs(document):
    """Yields the links of the job operations: the operation that has it, its name and the link."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for name, link in operation["responses"]["200"].get("links", {}).items():
                if path.startswith("/objects/jobs"):
                    yield f"{method.upper()} {path}", name, link


def send(server, token, label, **parameters):
    """Sends a valid request to an operation and returns the JSON of the response. Raises HTTPError."""
    method, path = label.split()
    path_parameters = re.findall(r"{(\w+)}", path)
    query = urlencode({name: value for name, value in parameters.items() if name not in path_parameters})
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "text/csv" if label == UPLOAD else "application/json",
    }
    body = {SUBMIT: b'{"operation":"create","namespace":"default","object":"vehicle"}', UPLOAD: b"brand__c\nVolvo\n"}
    url = server.url + path.format(**parameters) + (f"?{query}" if query else "")
    with urlopen(Request(url, body.get(label), headers, method=method)) as response:
        return json.load(response)


def resolve(expression, document):
    """Returns the value of a link expression in a response body."""
    for part in expression.removeprefix("$response.body#/").split("/"):
        document = document[int(part) if part.isdigit() else part]
    return document


def test_links_of_jobs_are_all_tested(committed):
    assert sorted((label, name) for label, name, _ in links_of_jobs(json.loads(committed))) == sorted(LINKS)


@pytest.mark.parametrize(("label", "name"), LINKS)
def test_link_leads_to_a_successful_request(server, token, committed, label, name):
    document = json.loads(committed)
    link = next(link for start, link_name, link in links_of_jobs(document) if (start, link_name) == (label, name))
    labels = {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    job = send(server, token, SUBMIT)
    body = job if label == SUBMIT else send(server, token, label, **({"id": job["Id"]} if "{id}" in label else {}))
    send(
        server,
        token,
        labels[link["operationId"]],
        **{key: resolve(expression, body) for key, expression in link["parameters"].items()},
    )
