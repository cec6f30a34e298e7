"""Type checkers find misspelt settings and values, and accept what is valid."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = """
import uuid
from datetime import timedelta
from pathlib import Path

from mock_zuora import JobInfo, MockZuora, UserInfo

with MockZuora(transitions="time", seed={"tenants": []}, rate_limits="off", allowed_host=["a.example"]) as zuora:
    zuora.configure(transitions="polls", processing_polls=2, assume={"put-record": "merge"})
    job: JobInfo = zuora.jobs[-1]
    jobs: list[JobInfo] = zuora.jobs[1:]
    zuora.jobs.complete({"Id": job.id})
    zuora.jobs.fail(uuid.UUID(job.id), code=71012560)
    zuora.jobs.wait(zuora.jobs.last, status="completed")
    zuora.jobs.hold_next(operation="create")
    ann: UserInfo = zuora.user("ann", permissions=("view", "edit"))
    zuora.token(permissions=["view"], user=ann, lifetime=timedelta(minutes=1))
    zuora.reset("jobs", "clock")

MockZuora(transitons="time")  # mistake
MockZuora(transitions="tiem")  # mistake
MockZuora(log_level="verbose")  # mistake
zuora.configure(transitons="time")  # mistake
zuora.configure(auth="none")  # mistake
zuora.configure(processing_time="60")  # mistake
zuora.configure(port=1)  # mistake
zuora.token(permissions=["veiw"])  # mistake
zuora.token("admin")  # mistake
zuora.headers(permissions={"veiw"})  # mistake
zuora.user("ann", permissions=["veiw"])  # mistake
zuora.jobs.hold_next(operation="upsert")  # mistake
zuora.jobs.fail_next(operation="upsert")  # mistake
zuora.jobs.wait(job, status="done")  # mistake
zuora.jobs.get(7)  # mistake
zuora.jobs["last"]  # mistake
zuora.reset("job")  # mistake
"""
MISTAKES = {number for number, line in enumerate(SOURCE.splitlines(), 1) if line.endswith("# mistake")}
CHECKERS = {
    "mypy": [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent"],
    "pyright": [shutil.which("pyright") or "pyright"],
}


@pytest.mark.parametrize("name", CHECKERS)
def test_type_checker_finds_mistakes_and_accepts_valid_uses(tmp_path, name):
    if name == "pyright" and not shutil.which(name):
        pytest.skip("pyright is not installed")
    (tmp_path / "client.py").write_text(SOURCE, "utf-8")
    environment = {
        **os.environ,
        "MYPYPATH": str(ROOT),
        "PYTHONPATH": str(ROOT),
        "MYPY_CACHE_DIR": f"{ROOT}/.mypy_cache/users",
    }
    done = subprocess.run(
        [*CHECKERS[name], "client.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    found = {int(number) for number in re.findall(r"client\.py:(\d+):.*\berror\b", done.stdout)}
    assert found == MISTAKES, done.stdout
