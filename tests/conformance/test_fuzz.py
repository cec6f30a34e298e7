"""Schemathesis against a server, by our own document: every check it has, and the links from call to call.

In CI a fixed seed and a small budget; ``make fuzz`` sets FUZZ_CALLS for a long run, which takes its own seed each time.
"""

import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

HERE = Path(__file__).parent
FUZZING = HERE / "fuzzing"
CALLS = int(os.environ.get("FUZZ_CALLS", "0"))
"""How many calls a long run makes at least; 0 for the short one."""
SLOWEST_SECONDS = 5
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
    if not CALLS:
        return iter([("--max-examples", "2", "--seed", "1", "--no-shrink")])
    return itertools.repeat(("--max-examples", "300"))


def test_no_call_that_a_fuzzer_makes_breaks_our_word(server, token, tmp_path, caplog):
    calls = 0
    for options in rounds():
        status, report = fuzz(server, token, tmp_path, *options)
        assert status == 0, report
        calls += calls_in(report)
        if calls >= CALLS:
            break
    assert calls > 1_000
    assert "crashed" not in caplog.text
