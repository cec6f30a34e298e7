"""Schemathesis against a server, by our own document: every check it has, and the links from call to call.

In CI a fixed seed and a small budget; ``make fuzz`` sets FUZZ_CALLS for a long run, which takes its own seed each time.
"""

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
CALLS_OF_OTHER_PHASES = 3_400
"""About how many calls there are before the first random one: the corner cases of each parameter."""
CALLS_AN_EXAMPLE = 45
SLOWEST_SECONDS = 5
SEED = {"tenants": [{"users": [{"name": "fuzzer"}], "clients": [{"id": "fuzzer", "secret": "fuzzer"}]}]}


@pytest.fixture
def server(tmp_path, run_server):
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED))
    return run_server(seed=str(seed), auth="strict", transitions="polls", concurrent_job_limit="1000")


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


def test_no_call_that_a_fuzzer_makes_breaks_our_word(server, token, tmp_path, caplog):
    wanted = int(os.environ.get("FUZZ_CALLS", "0"))
    examples = max(2, (wanted - CALLS_OF_OTHER_PHASES) // CALLS_AN_EXAMPLE)
    options = [] if wanted else ["--seed", "1", "--no-shrink"]
    status, report = fuzz(server, token, tmp_path, "--max-examples", str(examples), *options)
    assert status == 0, report
    assert calls_in(report) >= max(wanted, 1_000), report
    assert "crashed" not in caplog.text
