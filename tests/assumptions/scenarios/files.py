"""Scenarios of the assumptions about uploaded files."""

from functools import partial

from tests.assumptions.scenarios.common import CARS, CREATE, CSV, JOBS, add_car, define, run_job

DEFAULTS = {"brand__c": {"type": "string", "label": "Brand", "default": "Saab"}}
TYPED = {
    "sold__c": {"type": "boolean", "label": "Sold"},
    "extras__c": {"type": "string", "label": "Extras", "enum": ["radio", "roof"], "multiselect": True},
}
DATED = {"Zuora-Version": "2024-05-20"}


async def create(client, file, **changes):
    """Creates records by a file, and lists them."""
    await define(client, **changes)
    await run_job(client, file)
    await client.get(CARS)


async def create_with_default(client):
    """The row of empty cells gets the record that omits its field; the empty cell of the last row does not."""
    changes = {"doors__c": {"type": "integer", "label": "Doors"}, **DEFAULTS}
    await create(client, "brand__c,doors__c\n,4\nVolvo,2\n", properties=changes)


async def create_record_of_defaults(client):
    await create(client, 'brand__c\n""\nVolvo\n', properties=DEFAULTS)


async def upload_wrong_header(client):
    await run_job(client, "brand\nSaab\n")


async def update_without_column(client):
    await define(client)
    path = await add_car(client, brand__c="Saab", doors__c=4)
    await run_job(client, f"id,brand__c\n{path.rpartition('/')[2]},Volvo\n", "update")
    await client.get(path)


async def create_taken_value(client):
    await define(client, unique=["brand__c"], filterable=["brand__c"])
    await add_car(client, brand__c="Saab")
    await run_job(client, "brand__c\nSaab\n")


async def upload_15_mib(client):
    row = "x" * 500 + "\n"
    await run_job(client, "brand__c\n" + row * (15_100_000 // len(row)))


async def read_errors(client, version):
    """Reads the errors of a job in a version, without what a random id would change."""
    await define(client)
    job = (await client.post(JOBS, json=CREATE)).json()["Id"]
    await client.post(f"{JOBS}/{job}/files", content="doors__c\nfour\n4\n", headers=CSV)
    client.pass_seconds(10)
    await client.get(f"{JOBS}/{job}/errors", headers=version)


MARKED = partial(create, file="\ufeffbrand__c\nSaab\n")
HEADER_ONLY = partial(create, file="brand__c\n")
BLANK_LINE = partial(create, file="brand__c\n\nSaab\n")
CELLS = partial(create, file='sold__c,extras__c\nTRUE,radio;roof\ntrue,"radio,roof"\n', properties=TYPED)
JSON_CELL = partial(create, file='extras__c\n"[""radio""]"\n', properties=TYPED)
SCENARIOS = {
    ("file-limit", "15728640"): upload_15_mib,
    ("byte-order-mark", "refused"): MARKED,
    ("header-check", "processing"): upload_wrong_header,
    ("header-only-file", "completed"): HEADER_ONLY,
    ("blank-lines", "rejected"): BLANK_LINE,
    ("empty-rows", "skipped"): create_record_of_defaults,
    ("empty-rows", "written"): create_record_of_defaults,
    ("empty-cell", "default-value"): create_with_default,
    ("empty-cell", "rejected"): create_with_default,
    ("update-missing-column", "kept"): update_without_column,
    ("boolean-text", "lower-case"): CELLS,
    ("multiselect-separator", "comma"): CELLS,
    ("multiselect-separator", "json"): JSON_CELL,
    ("unique-scope", "file"): create_taken_value,
    ("row-error-record", "as-sent"): partial(read_errors, version=DATED),
    ("row-error-record", "with-id"): partial(read_errors, version={}),
    ("row-error-record", "all-fields"): partial(read_errors, version={}),
}
