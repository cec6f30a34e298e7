"""A run of probes against a server whose clock they move instead of waiting."""

import httpx2
import pytest

from mock_zuora import MockZuora
from mock_zuora.verify.connection import Connection, Credentials
from mock_zuora.verify.evidence import Evidence
from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.runner import Runner
from mock_zuora.verify.tenant import ProbedTenant
from mock_zuora.verify.timer import Timer


class MovedTime(Timer):
    """Moves the clock of the tenant instead of waiting."""

    def __init__(self, zuora):
        self.zuora, self.passed = zuora, 0.0

    def now(self):
        return self.passed

    def pause(self, seconds):
        self.passed += seconds
        self.zuora.clock.advance(seconds)


@pytest.fixture(scope="session")
def server():
    with MockZuora() as server:
        yield server


@pytest.fixture
def tenant(server):
    """A fresh tenant, in which nothing needs time."""
    with server.tenant() as tenant:
        yield tenant


@pytest.fixture
def runner_of():
    """Makes a runner for a tenant."""
    clients = []

    def make(zuora, timer=None, tell=lambda probe, number: None, evidence=None, save=lambda: None, seconds=600.0):
        timer = timer or MovedTime(zuora)
        evidence = evidence or Evidence(host="localhost")
        client = httpx2.Client(base_url=zuora.url, timeout=10)
        clients.append(client)
        known = zuora.client()
        connection = Connection(client, Credentials(known.client_id, known.client_secret), timer, evidence)
        tenant = ProbedTenant(connection, timer, f"test{len(evidence.suffixes)}", seconds)
        return Runner(connection, tenant, timer, evidence, tell, save)

    yield make
    for each in clients:
        each.close()


@pytest.fixture
def run_probes(runner_of):
    """Runs probes, all of them by default, and returns the findings by subject."""

    def run(zuora, *names, **options):
        runner = runner_of(zuora, **options)
        probes = [PROBES[name] for name in names] if names else [*PROBES.values()]
        runner.run(probes)
        assert runner.left == []
        return {subject: runner.evidence.result(each.name, subject) for each in probes for subject in each.subjects}

    return run
