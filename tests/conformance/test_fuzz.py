"""Runs Schemathesis against a server with the OpenAPI document, with every check and along the links.

In CI it uses a fixed seed and few requests. ``make fuzz`` sets FUZZ_CALLS for a long run with random seeds: every
worker runs each test of this file and sends its share of the requests. To generate a request takes three times as long
as to send it and to check the response, so most requests of a long run are recombined from generated ones.
"""

import json
import logging
import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

import tests.conformance.fuzzing.hooks  # noqa: F401, because the import registers the hooks

FUZZING = Path(__file__).parent / "fuzzing"
MIN_CALLS = int(os.environ.get("FUZZ_CALLS", "0"))
"""The minimum number of requests of a long run; 0 for a short run."""
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
RANDOM_SEED = random.randrange(2**32) if MIN_CALLS else 1
CALLS = MIN_CALLS // WORKERS if MIN_CALLS else 100
"""The minimum number of recombined requests of one worker."""
EXAMPLES = 20 if MIN_CALLS else 2
"""The number of generated requests of each operation."""
CALLS_PER_POOL = 5_000
"""The number of requests that are recombined from the same generated requests."""
MAX_RESPONSE_SECONDS = 5
SUBMIT, UPLOAD = "POST /objects/jobs", "POST /objects/jobs/{id}/files"
RECORD = "/objects/records/default/{object}/{id}"
WALKS = 50 if MIN_CALLS else 10
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
    seed.write_text(json.dumps(SEED), "utf-8")
    return run_server(seed=str(seed), auth="strict", transitions="polls", concurrent_job_limit="1000", random_seed="1")


@pytest.fixture
def token(server):
    form = {"client_id": "fuzzer", "client_secret": "fuzzer", "grant_type": "client_credentials"}
    with urlopen(f"{server.url}/oauth/token", urlencode(form).encode()) as response:
        return json.load(response)["access_token"]


@pytest.fixture
def statuses(monkeypatch):
    """Counts the responses of the server by status."""
    counts, logger = Counter(), logging.getLogger("mock_zuora.requests")
    handler = logging.Handler()
    handler.emit = lambda record: counts.update([record.args[1]])
    # Otherwise pytest keeps the lines of all requests.
    monkeypatch.setattr(logger, "propagate", False)
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    yield counts
    logger.setLevel(level)
    logger.removeHandler(handler)


def fuzz(server, token, tmp_path, *options):
    """Runs Schemathesis and returns its exit status and output."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file", str(FUZZING / "schemathesis.toml"),
            "run", f"{server.url}/openapi.json", "--checks", "all", "--max-response-time", str(MAX_RESPONSE_SECONDS),
            "--warnings", "off", "--generation-database", "none", *options,
        ],
        cwd=tmp_path,
        env={**os.environ, "FUZZ_TOKEN": token, "SCHEMATHESIS_HOOKS": str(FUZZING / "hooks.py"), "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def print_figures(name, statuses, start):
    counts = dict(sorted(statuses.items(), key=str))
    print(f"{WORKER} {name}: {statuses.total()} calls in {monotonic() - start:.0f} s, {counts}")


def check_server(statuses, caplog):
    assert not [status for status in statuses if status == "no response" or status >= 500]
    assert "crashed" not in caplog.text


def test_fuzzed_requests_conform_to_the_document(server, token, tmp_path, caplog, statuses):
    start = monotonic()
    phases = () if MIN_CALLS else ("--phases", "examples,coverage,fuzzing")
    status, output = fuzz(
        server, token, tmp_path, "--max-examples", str(EXAMPLES), "--seed", str(RANDOM_SEED), "--no-shrink", *phases
    )
    assert status == 0, output
    print_figures("generated", statuses, start)
    assert statuses.total() > 1_000
    check_server(statuses, caplog)


@pytest.fixture
def schema(server, token, committed, monkeypatch):
    """Returns the schema of the operations whose paths start with a prefix."""
    monkeypatch.setenv("FUZZ_TOKEN", token)

    def select(prefix):
        # A copy, because Schemathesis adds the links that it finds.
        document = json.loads(committed)
        paths = {path: each for path, each in document["paths"].items() if path.startswith(prefix)}
        config = schemathesis.Config.from_path(FUZZING / "schemathesis.toml")
        schema = schemathesis.openapi.from_dict({**document, "paths": paths}, config=config)
        schema.config.update(base_url=server.url)
        return schema

    return select


def generate(operation, rng):
    """Returns requests of an operation that are valid by the document."""
    cases = []

    @seed(rng.random())
    @settings(
        max_examples=EXAMPLES, phases=[Phase.generate], database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def collect(case):
        cases.append(case)

    collect()
    return cases


def recombine(operation, cases, rng):
    """Returns a request that has path, query, headers and body of four random requests."""
    body = rng.choice(cases)
    return operation.Case(
        path_parameters=rng.choice(cases).path_parameters,
        query=rng.choice(cases).query,
        headers=rng.choice(cases).headers,
        body=body.body,
        media_type=body.media_type,
    )


def test_recombined_requests_conform_to_the_document(server, schema, caplog, statuses):
    start, rng, session = monotonic(), random.Random(RANDOM_SEED), requests.Session()
    operations = [each.ok() for each in schema("/" if MIN_CALLS else RECORD).get_all_operations()]
    for number in range(CALLS):
        if number % CALLS_PER_POOL == 0:
            urlopen(Request(f"{server.url}/__mock/v1/reset?scope=jobs,records", method="POST")).close()
            pools = [(operation, generate(operation, rng)) for operation in operations]
        operation, cases = rng.choice(pools)
        recombine(operation, cases, rng).call_and_validate(session=session)
    print_figures("recombined", statuses, start)
    assert statuses.total() >= CALLS
    check_server(statuses, caplog)


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


def test_requests_along_links_conform_to_the_document(server, token, schema):
    seen = Counter()
    walks = settings(
        max_examples=WALKS, stateful_step_count=8, deadline=None, derandomize=not MIN_CALLS, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    machine_of(schema("/objects/jobs"), server, token, seen).run(settings=walks)
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
