import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.control.errors import ControlError, Invalid, Unknown
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.control.operations import OPERATIONS, carry_out
from mock_zuora.control.verbs import Control
from mock_zuora.domain.tenants.registry import TenantTemplate
from mock_zuora.server.app import build_registry
from mock_zuora.server.job_runner import BackgroundJobRunner

pytestmark = pytest.mark.anyio

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
)
TALKATIVE = [name for name, each in OPERATIONS.items() if each.says.model_fields]


async def test_an_operation_gives_json_types(control):
    given = await carry_out(control, "info", None, {})
    assert json.loads(json.dumps(given)) == {**given, "tenants": ["default"]}


async def test_without_a_tenant_the_default_one_is_meant(control):
    assert (await carry_out(control, "info", None, {}))["tenant"] == "default"
    with pytest.raises(Unknown, match="'acme'"):
        await carry_out(control, "info", "acme", {})


@pytest.mark.parametrize("name", OPERATIONS)
async def test_no_operation_takes_what_it_does_not_know(control, name):
    of_path = dict.fromkeys(OPERATIONS[name].address.names, "x")
    with pytest.raises(Invalid, match="colour: there is no such"):
        await carry_out(control, name, None, {**of_path, "colour": "red"})


async def test_what_is_not_known_is_answered_with_what_is(control):
    with pytest.raises(Invalid, match="colour: there is no such field here; expected status, timeout"):
        await carry_out(control, "jobs.wait", None, {"id": "1", "colour": "red"})


@pytest.mark.parametrize("name", ["token", "seed", "client"])
async def test_no_refusal_shows_what_may_be_a_secret(control, name):
    said = {"client_secret": "geheim", "clients": [{"id": 1, "secret": ["geheim"]}], "token": "geheim"}
    with pytest.raises(Invalid) as refusal:
        await carry_out(control, name, None, said)
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize("name", TALKATIVE)
def test_whatever_is_said_an_operation_is_carried_out_or_refused_with_a_sentence(name):
    operation = OPERATIONS[name]
    known = st.sampled_from(sorted(operation.says.model_fields))

    @settings(max_examples=25, deadline=None, database=None)
    @given(said=st.dictionaries(known, ANY_JSON, max_size=4), of_path=st.text(min_size=1, max_size=10))
    def say(said, of_path):
        registry = build_registry("test")
        registry.add_tenant(TenantTemplate())
        control = Control(registry, BackgroundJobRunner(registry, []), InstrumentationRegistry("test"))
        # Nobody is to wait for what will not come.
        waits = {"timeout": 0} if operation.address.waits else {}
        whole = {**said, **waits, **dict.fromkeys(operation.address.names, of_path)}
        try:
            given = loop.run(carry_out(control, name, None, whole))
        except ControlError as error:
            assert str(error)
        else:
            json.dumps(given)

    with asyncio.Runner() as loop:
        say()
