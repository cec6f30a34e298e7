import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.control.context import Control
from mock_zuora.control.errors import ControlError, Invalid, Unknown
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.control.paths import path_parameters
from mock_zuora.control.pieces import PER_PIECE
from mock_zuora.control.services import OPERATIONS, run_operation
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.app import build_registry
from mock_zuora.server.job_runner import BackgroundJobRunner

pytestmark = pytest.mark.anyio

BY_NAME = {each.name: each for each in OPERATIONS.values()}
INFO = BY_NAME["info"]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
)
WITH_OPTIONS = [name for name, each in BY_NAME.items() if each.options]


def test_operation_names_are_unique():
    assert len(BY_NAME) == len(OPERATIONS)


async def test_result_is_json(control):
    result = await run_operation(control, INFO, None, {})
    assert json.loads(json.dumps(result)) == {**result, "tenants": ["default"]}


async def test_result_with_a_long_list_is_in_pieces(control, make_entry):
    journal = control.instruments("default").journal
    for number in range(PER_PIECE + 1):
        journal.add(make_entry(id=str(number)))
    pieces = await run_operation(control, BY_NAME["requests.summaries"], None, {})
    document = pieces.document()
    assert [each["id"] for each in document["requests"]] == [str(number) for number in range(PER_PIECE + 1)]
    assert (document["total"], document["has_more"]) == (PER_PIECE + 1, False)


async def test_default_tenant_is_used_if_none_is_named(control):
    assert (await run_operation(control, INFO, None, {}))["tenant"] == "default"
    with pytest.raises(Unknown, match="'acme' does not exist; expected one of default"):
        await run_operation(control, INFO, "acme", {})


@pytest.mark.parametrize("name", BY_NAME)
async def test_unknown_field_is_refused(control, name):
    parameters = dict.fromkeys(path_parameters(BY_NAME[name].path), "x")
    with pytest.raises(Invalid, match="colour: there is no such field"):
        await run_operation(control, BY_NAME[name], None, {**parameters, "colour": "red"})


async def test_message_about_unknown_field_lists_known_fields(control):
    with pytest.raises(Invalid, match="colour: there is no such field; expected status, timeout"):
        await run_operation(control, BY_NAME["jobs.wait"], None, {"id": "1", "colour": "red"})


@pytest.mark.parametrize("name", ["token", "seed", "client"])
async def test_error_does_not_contain_secrets(control, name):
    values = {"client_secret": "geheim", "clients": [{"id": 1, "secret": ["geheim"]}], "token": "geheim"}
    with pytest.raises(Invalid) as error:
        await run_operation(control, BY_NAME[name], None, values)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("name", WITH_OPTIONS)
def test_any_options_give_a_result_or_a_control_error(name):
    operation = BY_NAME[name]
    known = st.sampled_from(sorted(operation.adapter.json_schema()["properties"]))

    @settings(max_examples=25, deadline=None, database=None)
    @given(options=st.dictionaries(known, ANY_JSON, max_size=4), parameter=st.text(min_size=1, max_size=10))
    def run(options, parameter):
        registry = build_registry("test")
        registry.add_tenant(TenantTemplate())
        runner = BackgroundJobRunner(registry, [])
        control = Control(registry=registry, runner=runner, instrumentation=InstrumentationRegistry("test"))
        timeout = {"timeout": 0} if operation.waits else {}
        values = {**options, **timeout, **dict.fromkeys(path_parameters(operation.path), parameter)}
        try:
            result = loop.run(run_operation(control, operation, None, values))
        except ControlError as error:
            assert str(error)
        else:
            json.dumps(result)

    with asyncio.Runner() as loop:
        run()
