import json

import pytest

from mock_zuora.control.errors import Invalid, Unknown
from mock_zuora.control.operations import OPERATIONS, carry_out

pytestmark = pytest.mark.anyio


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
