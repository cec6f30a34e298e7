import asyncio

import pytest

from mock_zuora.config.records import CsvText
from mock_zuora.control.errors import Invalid, Refused
from mock_zuora.control.services.records import add_records, list_records
from mock_zuora.control.services.tenants import reset

pytestmark = pytest.mark.anyio
MANY = [{"sail__c": "red"}] * 1_000


@pytest.mark.parametrize("options", [{}, {"records": [], "csv": CsvText(text="")}], ids=["neither", "both"])
async def test_records_or_a_file_are_expected(control, tenant, options):
    with pytest.raises(Invalid, match="records: expected either records or csv"):
        await add_records(control, "default", object="boat", **options)


async def test_record_that_is_no_object_is_refused(control, tenant):
    with pytest.raises(Invalid, match=r"records\[1\]: 'red' is not valid; expected an object of values by field"):
        await add_records(control, "default", object="boat", records=[{}, "red"])


async def test_reset_during_the_request_refuses_it(control, tenant):
    adding = asyncio.create_task(add_records(control, "default", object="boat", records=MANY))
    await asyncio.sleep(0)
    await reset(control, "default")
    with pytest.raises(Refused, match="tenant 'default' or its object 'boat' changed during the request"):
        await adding
    assert (await list_records(control, "default", object="boat")).document() == []


async def test_other_requests_are_served_while_many_records_are_added(control, tenant):
    adding, turns = asyncio.create_task(add_records(control, "default", object="boat", records=MANY)), 0
    while not adding.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns >= 8
    assert len(await adding) == 1_000
