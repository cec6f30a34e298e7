"""Probes of lists of records: their order and their pages."""

from typing import Any, Final

from mock_zuora.verify.finding import row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import refused
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import RECORDS, ProbedTenant, accepted

_DEFAULT_PAGE: Final = 25
_NUMBERS: Final = [*range(_DEFAULT_PAGE + 1)]


@probe("record-lists", "creates 27 records and lists them in pages", requests=15, objects=1)
def record_lists(tenant: ProbedTenant) -> Found:
    """The last record tells when the list shows the others."""
    name = tenant.object({"number__c": {"type": "integer"}})
    ids = tenant.create(name, *({"number__c": number} for number in _NUMBERS))
    tenant.records(name)

    def page(**params: str) -> Response:
        return tenant.call("GET", f"{RECORDS}/{name}", params=params)

    first = _numbers(accepted(page()))
    seen = f"a list without pageSize has {len(first)} records, in this order of creation: {_shown(first)}"
    yield "records-10", row(first == _NUMBERS[:_DEFAULT_PAGE], seen)
    ten = accepted(page(pageSize="10"))
    last = str(ten.object["records"][-1]["Id"])
    following, listed = page(pageSize="10", cursor=last), page(ids=ids[3])
    numbers, rest = _numbers(ten), _numbers(following)
    is_paged = len(numbers) == len(rest) == 10 and not {*numbers} & {*rest} and _numbers(listed) == [3]
    pages = f"pageSize 10: {_shown(numbers)}; the page after its last record: {_shown(rest)}"
    seen = f"{pages}; a list of one id: {_shown(_numbers(listed))}"
    yield "records-09", row(is_paged and "count" in ten.object, seen)
    second = page(page="2", pageSize="10")
    yield (
        "records-16",
        row(_numbers(second) == rest, f"page 2 of 10 records: {second.status} {_shown(_numbers(second))}"),
    )
    yield "records-17", refused(page(page="2", pageSize="10", cursor=last))


def _numbers(response: Response) -> list[Any]:
    """The numbers of the records on a page; empty if the list is refused."""
    found = response.object.get("records")
    return [each.get("number__c") for each in found] if isinstance(found, list) else []


def _shown(numbers: list[Any]) -> str:
    return ", ".join(map(str, numbers)) or "none"
