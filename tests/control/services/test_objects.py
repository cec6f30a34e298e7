import asyncio

import pytest

from mock_zuora.control.services.objects import list_objects, page_of_records
from mock_zuora.control.services.records import add_records

pytestmark = pytest.mark.anyio
MANY = [{"sail__c": f"sail {number}"} for number in range(20_000)]


async def turns_during(running):
    """The result of an operation, and how often another task ran meanwhile."""
    task, turns = asyncio.create_task(running), 0
    while not task.done():
        turns += 1
        await asyncio.sleep(0)
    return await task, turns


@pytest.mark.parametrize("query", ["_exists_:sail__c", "NOT sail__c:red", "CreatedDate:>2000"])
async def test_other_requests_are_served_while_many_records_are_searched(control, tenant, query):
    await add_records(control, "default", object="boat", records=MANY)
    page, turns = await turns_during(page_of_records(control, "default", object="boat", q=query))
    assert (page.total, len(page.records)) == (20_000, 100)
    assert turns >= 20


async def test_other_requests_are_served_while_the_first_later_page_is_read(control, tenant):
    added = await add_records(control, "default", object="boat", records=MANY)
    page, turns = await turns_during(page_of_records(control, "default", object="boat", after=added[9_999]["Id"]))
    assert [each["Id"] for each in page.records] == [each["Id"] for each in added[10_000:10_100]]
    assert turns >= 10


async def test_first_page_does_not_read_the_other_records(control, tenant):
    await add_records(control, "default", object="boat", records=MANY)
    _, turns = await turns_during(page_of_records(control, "default", object="boat"))
    assert turns <= 2


async def test_tenant_without_objects_lists_none(control, tenant):
    assert await list_objects(control, "default") == []
