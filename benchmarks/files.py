"""Test files, which are the same in every run, and the time of ``csv.reader`` as their baseline."""

import csv
import io
import time
from collections.abc import Iterable, Iterator

ROWS = 155_000
HEADER = "vin__c,name__c,year__c,price__c,sold__c,built__c"
"""Six columns whose values fit the types of ``DEFINITION``."""

DEFINITION = {
    "object": "vehicle",
    "label": "Vehicle",
    "properties": {
        "vin__c": {"type": "string", "label": "VIN", "maxLength": 17},
        "name__c": {"type": "string", "label": "Name"},
        "year__c": {"type": "integer", "label": "Year", "minimum": 1900},
        "price__c": {"type": "number", "label": "Price"},
        "sold__c": {"type": "boolean", "label": "Sold"},
        "built__c": {"type": "string", "format": "date", "label": "Built"},
    },
    "required": ["vin__c"],
    "unique": ["vin__c"],
    "filterable": ["vin__c", "year__c"],
}
"""Six typed fields, one of them unique."""


def file_of(rows: int = ROWS, first: int = 0) -> str:
    """Returns a file with a number of rows, from the number ``first``. 155,000 rows are just under 15 MB."""
    return f"{HEADER}\n{''.join(_lines(range(first, first + rows)))}"


def _lines(rows: Iterable[int]) -> Iterator[str]:
    for row in rows:
        name = f"a vehicle of the fleet, number {row:06d} of many"
        price = f"{row * 7 % 90_000}.{row % 90 + 10}"
        sold = "true" if row % 3 else "false"
        built = f"20{row % 25:02d}-03-{row % 28 + 1:02d}"
        yield f'W{row:016d},"{name}",{1990 + row % 36},{price},{sold},{built}\n'


def reading_seconds(text: str) -> float:
    """Returns the seconds that ``csv.reader`` takes to read the text: the baseline of the budgets for files."""
    started = time.perf_counter()
    for _ in csv.reader(io.StringIO(text, newline="")):
        pass
    return time.perf_counter() - started
