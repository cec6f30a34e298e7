import pytest

from mock_zuora.control.errors import Invalid
from mock_zuora.control.operations import run_operation
from mock_zuora.control.services import OPERATIONS

pytestmark = pytest.mark.anyio
BOAT = {"object": "boat", "label": "Boat", "properties": {"sail__c": {"type": "string", "label": "Sail"}}}


async def test_list_of_definitions_is_by_name(control, tenant):
    defined = await run_operation(control, OPERATIONS["POST", "/definitions"], None, {"definitions": [BOAT]})
    assert defined["boat"]["properties"]["sail__c"]["label"] == "Sail"


@pytest.mark.parametrize(
    ("definitions", "named"),
    [
        ([{"label": "Boat"}], r"definitions: \[0\].object is missing"),
        ([3], r"definitions: \[0\].object is missing"),
        ([BOAT, BOAT], r"definitions: \[1\].object: 'boat' is listed more than once"),
    ],
    ids=["no name", "no object", "twice"],
)
async def test_list_without_names_is_refused(control, tenant, definitions, named):
    with pytest.raises(Invalid, match=named):
        await run_operation(control, OPERATIONS["POST", "/definitions"], None, {"definitions": definitions})
