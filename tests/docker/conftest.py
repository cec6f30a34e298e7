"""Fixtures for containers of the image that ``docker/check`` builds."""

import json
import os
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TIMEOUT_SECONDS = 60
"""A limit that slow machines meet, too."""


def run_docker(*arguments: str) -> str:
    """Runs a docker command and returns its output."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


class Container:
    """A container of the image."""

    def __init__(self, image: str, *options: str, arguments: tuple[str, ...] = (), port: int = 8080) -> None:
        self.name = f"mock-zuora-test-{uuid.uuid4().hex[:12]}"
        self.port = port
        run_docker(
            "run", "--detach", "--name", self.name, "--publish", f"127.0.0.1::{port}", *options, image, *arguments
        )

    @property
    def url(self) -> str:
        return f"http://{run_docker('port', self.name, str(self.port)).splitlines()[0]}"

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(run_docker("inspect", "--format", "{{json .State}}", self.name))
        return state

    def wait_for(self, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Returns the state once it meets the condition."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            state = self.state
            if reached(state):
                return state
            time.sleep(0.02)
        raise AssertionError(f"{state}\n{self.logs}")

    def until_healthy(self) -> "Container":
        state = self.wait_for(lambda state: not state["Running"] or state["Health"]["Status"] != "starting")
        assert state["Running"], self.logs
        assert state["Health"]["Status"] == "healthy", state["Health"]
        return self

    def until_exited(self) -> int:
        return int(self.wait_for(lambda state: not state["Running"])["ExitCode"])

    def stop(self) -> float:
        """Stops the container and returns the seconds that this took."""
        started = time.monotonic()
        run_docker("stop", self.name)
        return time.monotonic() - started

    @property
    def logs(self) -> str:
        done = subprocess.run(["docker", "logs", self.name], capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    def get(self, path: str) -> Any:
        return self.send("GET", path)

    def send(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": "Bearer any", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return json.load(response)


@pytest.fixture(scope="session")
def docker() -> Callable[..., str]:
    """Runs a docker command that must succeed, and returns its output."""
    return run_docker


@pytest.fixture(scope="session")
def image() -> str:
    """The image under test."""
    image = os.environ.get("ZUORA_IMAGE")
    if not image:
        pytest.skip("ZUORA_IMAGE is not set; docker/check builds the image and runs these tests")
    return image


@pytest.fixture
def start(image: str) -> Iterator[Callable[..., Container]]:
    """Starts containers with options of ``docker run`` and removes them after the test."""
    started: list[Container] = []

    def start(*options: str, arguments: tuple[str, ...] = (), port: int = 8080) -> Container:
        container = Container(image, *options, arguments=arguments, port=port)
        started.append(container)
        return container

    yield start
    for container in started:
        run_docker("rm", "--force", "--volumes", container.name)


@pytest.fixture
def volume() -> Iterator[str]:
    """A new volume."""
    name = f"mock-zuora-test-{uuid.uuid4().hex[:12]}"
    run_docker("volume", "create", name)
    yield name
    run_docker("volume", "rm", "--force", name)


@pytest.fixture
def shared_path(tmp_path: Path) -> Path:
    """A folder for mounts, which any user can read."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.stat().st_uid == os.getuid():
            folder.chmod(0o755)
    return tmp_path
