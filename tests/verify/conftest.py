"""A run of probes against a server whose clock they move instead of waiting."""

from contextlib import contextmanager

import httpx2
import pytest

from mock_zuora import MockZuora
from mock_zuora.verify.connection import Connection, Credentials
from mock_zuora.verify.evidence import Evidence
from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.runner import Runner
from mock_zuora.verify.tenant import ProbedTenant
from tests.verify.choices import assume
from tests.verify.moved_time import MovedTime


@contextmanager
def runners():
    """Makes runners for tenants; their connections are closed at the end."""
    clients = []

    def make(zuora, *, user=None, tell=lambda probe, number: None, evidence=None, save=lambda: None, seconds=600.0):
        timer, evidence = MovedTime(zuora), evidence or Evidence(host="localhost")
        clients.append(httpx2.Client(base_url=zuora.url, timeout=10))
        known = zuora.client(user)
        connection = Connection(clients[-1], Credentials(known.client_id, known.client_secret), timer, evidence)
        tenant = ProbedTenant(connection, timer, f"test{len(evidence.suffixes)}", seconds)
        return Runner(connection, tenant, timer, evidence, tell, save)

    yield make
    for each in clients:
        each.close()


@pytest.fixture(scope="session")
def server():
    with MockZuora() as server:
        yield server


@pytest.fixture
def tenant(server):
    """A fresh tenant, in which nothing needs time, and whose clock only pauses move."""
    with server.tenant() as tenant:
        tenant.clock.freeze()
        assume(server, tenant, {})
        yield tenant


@pytest.fixture
def runner_of():
    """Makes a runner for a tenant."""
    with runners() as make:
        yield make


@pytest.fixture
def run_probes(runner_of):
    """Runs probes, all of them by default, and returns the findings by subject."""

    def run(zuora, *names, **options):
        return findings(runner_of(zuora, **options), [PROBES[name] for name in names] or list(PROBES.values()))

    return run


def findings(runner, probes):
    """Runs probes, and returns the findings by subject."""
    runner.run(probes)
    assert runner.left == []
    return {subject: runner.evidence.result(each.name, subject) for each in probes for subject in each.subjects}
