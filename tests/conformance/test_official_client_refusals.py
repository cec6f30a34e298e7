"""The official client reads the code and the message of every refusal that the emulator documents."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from mock_zuora import MockZuora
from scripts.docs.refusals import REFUSALS as DOCUMENTED

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk"),
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
    # One xdist worker runs all of these tests, because the import of the client takes ten seconds.
    pytest.mark.xdist_group("official client"),
]

VERSIONS = ["186.0", "2024-05-20", "2025-08-12"]
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
PROPERTIES = {
    "brand__c": {"type": "string", "label": "Brand"},
    "color__c": {"type": "string", "label": "Color"},
    "doors__c": {"type": "integer", "label": "Doors"},
}
CAR = {
    "object": "car",
    "label": "Car",
    "properties": {
        **PROPERTIES,
        "price__c": {"type": "number", "label": "Price"},
        "electric__c": {"type": "boolean", "label": "Electric"},
        "size__c": {"type": "string", "enum": ["S", "L"], "label": "Size"},
        "built__c": {"type": "string", "format": "date", "label": "Built"},
        "plate__c": {"type": "string", "label": "Plate"},
    },
    "required": ["brand__c"],
    "filterable": ["brand__c", "plate__c"],
    "unique": ["plate__c"],
}


@dataclass(frozen=True)
class Client:
    """The official client, and the control of its tenant. Its methods are requests, which are accepted by default."""

    official: Any
    zuora: MockZuora

    @property
    def jobs(self):
        return self.official.custom_object_jobs_api()

    @property
    def records(self):
        return self.official.custom_object_records_api()

    @property
    def definitions(self):
        return self.official.custom_object_definitions_api()

    def submit(self, operation="create", without=None, **body):
        body = {"operation": operation, "namespace": "default", "object": "car", **body}
        body.pop(without, None)
        return self.jobs.post_custom_object_bulk_job(body)

    def delete_where(self, *conditions):
        return self.submit("delete", filter={"conditions": list(conditions)})

    def upload(self, job_id, text="brand__c\nvw\n", **options):
        return self.jobs.post_upload_file_for_custom_object_bulk_job("text/csv", job_id, text, **options)

    def create(self, **values):
        return self.records.post_custom_object_records("car", {"records": [{"brand__c": "kia", **values}]}).records[0]

    def patch(self, **values):
        return self.records.patch_partial_update_custom_object_record("car", self.create().id, values)

    def batch(self, action):
        return self.records.post_custom_object_records_batch_update_or_delete("car", {"action": action})

    def find(self, **options):
        return self.records.get_all_records_for_custom_object_type("car", **options)

    def define(self, **changes):
        document = {"object": "bus", "label": "Bus", "properties": PROPERTIES, **changes}
        return self.definitions.post_custom_object_definitions({"definitions": {document["object"]: document}})

    def define_field(self, **field):
        return self.define(properties={"brand__c": {"label": "Brand", **field}})

    def migrate(self, *actions, **action):
        action = {"namespace": "default", "object": "car", "type": "renameField", **action}
        return self.definitions.post_update_custom_object_definition({"actions": [*actions] or [action]})

    def rename(self, name="color__c", **field):
        return self.migrate(field={"name": name, **field})

    def with_permissions(self, *permissions):
        self.official.api_client.default_headers["Authorization"] = f"Bearer {self.zuora.token(permissions)}"
        return self

    def with_limits(self, limits):
        self.zuora.configure(rate_limits=limits)
        # A GET would be sent again by urllib3, after the seconds that Retry-After tells.
        return [self.submit() for _ in range(2)]

    def with_entity(self, entity):
        self.zuora.seed({"entities": ["ours"]})
        return self.jobs.get_all_custom_object_bulk_jobs(zuora_entity_ids=entity)

    def with_fault(self, status, code):
        self.zuora.faults.add(status=status, code=code)
        return self.create()

    def with_choices(self, choices):
        self.zuora.configure(assume=choices)
        return self

    def with_keys(self, *paths):
        self.with_choices({"idempotency-key": "honoured"})
        for each in paths:
            self.jobs.p_atch_custom_object_bulk_job(each, idempotency_key="order-4711")


@pytest.fixture(params=VERSIONS)
def client(request, official_client, official_server_url, credentials):
    official_client.set_zuora_version(request.param)
    number = uuid.UUID(credentials[0]).int - 1
    zuora = MockZuora.connect(official_server_url, f"tenant-{number}")
    zuora.seed({"definitions": [CAR], "records": {"car": [{"brand__c": "vw", "plate__c": "A 1"}]}})
    return Client(official_client, zuora)


NAME = {"field": "brand__c", "operator": "EQ", "value": "vw"}
OF_JOBS = {
    "operation missing": (400, 71013522, lambda c: c.submit(without="operation")),
    "operation invalid": (400, 71013520, lambda c: c.submit("upsert")),
    "filter missing": (400, 71013222, lambda c: c.with_choices({"delete-without-filter": "refused"}).submit("delete")),
    "object missing": (400, 71000222, lambda c: c.submit(without="object")),
    "object invalid": (400, 71000220, lambda c: c.submit(object="two words")),
    "namespace missing": (400, 71000122, lambda c: c.submit(without="namespace")),
    "namespace invalid": (400, 71000120, lambda c: c.submit(namespace="custom")),
    "filter of a create job": (400, 71013230, lambda c: c.submit(filter={"conditions": [NAME]})),
    "conditions missing": (400, 71013322, lambda c: c.submit("delete", filter={})),
    "no condition": (400, 71013330, lambda c: c.delete_where()),
    "field not filterable": (400, 71013330, lambda c: c.delete_where({**NAME, "field": "color__c"})),
    "operator invalid": (400, 71013320, lambda c: c.delete_where({**NAME, "operator": "NE"})),
    "unknown field in a condition": (400, 71013321, lambda c: c.delete_where({**NAME, "field": "wheels__c"})),
    "sixth job": (400, 71013030, lambda c: [c.submit() for _ in range(6)]),
    "unknown field": (400, 71013021, lambda c: c.submit(colour="red")),
    "status": (400, 71013020, lambda c: c.jobs.get_all_custom_object_bulk_jobs(status="done")),
    "cursor": (400, 71013120, lambda c: c.jobs.get_all_custom_object_bulk_jobs(cursor="nonsense")),
    "unknown job": (404, 71013040, lambda c: c.jobs.get_custom_object_bulk_job(UNKNOWN_ID)),
    "errors of an unknown job": (404, 71013040, lambda c: c.jobs.get_custom_object_bulk_job_errors(UNKNOWN_ID)),
    "cancel of an unknown job": (404, 71013040, lambda c: c.jobs.p_atch_custom_object_bulk_job(UNKNOWN_ID)),
    "view permission": (
        403,
        71012512,
        lambda c: c.with_permissions("edit").jobs.get_custom_object_bulk_job(UNKNOWN_ID),
    ),
    "create permission": (403, 71012515, lambda c: c.with_permissions("view").submit()),
    "update permission": (403, 71012513, lambda c: c.with_permissions("view").submit("update")),
    "delete permission": (403, 71012514, lambda c: c.with_permissions("view").submit("delete")),
}
OF_FILES = {
    "unknown job": (404, 71013040, lambda c: c.upload(UNKNOWN_ID)),
    "empty": (400, 71013620, lambda c: c.upload(c.submit().id, "\n")),
    "content type": (400, 71013620, lambda c: c.upload(c.submit().id, "a", _content_type="text/plain")),
    "cancelled job": (
        400, 71013620, lambda c: c.upload(c.jobs.p_atch_custom_object_bulk_job(c.submit().id).id)
    ),
    "too large": (400, 71013630, lambda c: c.upload(c.submit().id, "brand__c\n" + "v" * 16_000_000)),
    "unknown column": (400, 71013721, lambda c: c.upload(c.submit().id, "wheels__c\n4\n")),
    "duplicate column": (400, 71013720, lambda c: c.upload(c.submit().id, "brand__c,brand__c\nvw,vw\n")),
    "system field": (400, 71013730, lambda c: c.upload(c.submit().id, "brand__c,CreatedDate\nvw,x\n")),
    "no id column": (400, 71013722, lambda c: c.upload(c.submit("update").id)),
    "delete job": (400, 71013530, lambda c: c.upload(c.submit("delete").id)),
}  # fmt: skip
OF_RECORDS = {
    "unknown record": (404, 71012540, lambda c: c.records.get_custom_object_record_by_id("car", UNKNOWN_ID)),
    "unknown object": (400, 71000220, lambda c: c.records.get_all_records_for_custom_object_type("boat")),
    "invalid records": (400, 71012520, lambda c: c.create(doors__c="four")),
    "date": (400, 71012520, lambda c: c.patch(built__c="yesterday")),
    "unknown field": (400, 71012521, lambda c: c.patch(wheels__c=4)),
    "required field": (400, 71012522, lambda c: c.patch(brand__c=None)),
    "integer": (400, 71012523, lambda c: c.patch(doors__c="four")),
    "number": (400, 71012524, lambda c: c.patch(price__c="cheap")),
    "boolean": (400, 71012525, lambda c: c.patch(electric__c="maybe")),
    "string": (400, 71012526, lambda c: c.patch(size__c="M")),
    "unique value": (400, 71012530, lambda c: c.patch(plate__c="A 1")),
    "put": (400, 71012523, lambda c: c.records.put_custom_object_record("car", c.create().id, {"doors__c": "four"})),
    "version": (412, 71012530, lambda c: c.records.put_custom_object_record(
        "car", c.create().id, {"brand__c": "kia"}, if_match='"7"')),
    "batch of another kind": (400, 71012520, lambda c: c.batch({"type": "replace"})),
    "ids of a batch": (400, 71012920, lambda c: c.batch({"type": "delete", "ids": ["4711"]})),
    "empty query": (400, 71012720, lambda c: c.find(q=" ")),
    "unknown field in a query": (400, 71012721, lambda c: c.find(q="wheels__c:4")),
    "field not filterable": (400, 71012730, lambda c: c.find(q="color__c:red")),
    "throttled": (500, 71012561, lambda c: c.with_fault(500, 71012561)),
    "create permission": (401, 71012515, lambda c: c.with_permissions("view").create()),
    "view permission": (403, 71012512, lambda c: c.with_permissions("edit").find()),
    "update permission": (403, 71012513, lambda c: c.with_permissions("view").records.put_custom_object_record(
        "car", UNKNOWN_ID, {"brand__c": "kia"})),
    "delete permission": (403, 71012514, lambda c: c.with_permissions(
        "view").records.delete_custom_object_record_by_id("car", UNKNOWN_ID)),
    "batch permission": (401, 71012514, lambda c: c.with_permissions("view").batch(
        {"type": "delete", "ids": [UNKNOWN_ID]})),
}  # fmt: skip
OF_DEFINITIONS = {
    "unknown object": (404, 71000040, lambda c: c.definitions.get_custom_object_definition_by_type("boat")),
    "deletion of an unknown object": (
        400, 71000220, lambda c: c.definitions.delete_custom_object_definition_by_type("boat")),
    "deletion of an object with records": (
        400, 71000030, lambda c: c.definitions.delete_custom_object_definition_by_type("car")),
    "object exists": (400, 71000230, lambda c: c.define(object="car")),
    "no definitions": (400, 71000022, lambda c: c.definitions.post_custom_object_definitions({})),
    "name of a field": (400, 71000020, lambda c: c.define(properties={"brand": PROPERTIES["brand__c"]})),
    "unknown key": (400, 71000021, lambda c: c.define_field(type="string", kind="x")),
    "too many fields": (400, 71000030, lambda c: c.define(
        properties={f"field{each}__c": {"type": "string", "label": "Field"} for each in range(51)})),
    "integer as a default": (400, 71000023, lambda c: c.define_field(type="integer", default="four")),
    "number as a default": (400, 71000024, lambda c: c.define_field(type="number", default="cheap")),
    "boolean as a default": (400, 71000025, lambda c: c.define_field(type="boolean", default="maybe")),
    "string as a default": (400, 71000026, lambda c: c.define_field(type="string", enum=["S"], default="M")),
    "filterable is no list": (400, 71000520, lambda c: c.define(filterable=4)),
    "filterable field unknown": (400, 71000521, lambda c: c.define(filterable=["wheels__c"])),
    "too many filterable fields": (400, 71000530, lambda c: c.define(
        properties={f"field{each}__c": {"type": "string", "label": "Field"} for each in range(11)},
        filterable=[f"field{each}__c" for each in range(11)])),
    "view permission": (403, 71012512, lambda c: c.with_permissions(
        "edit").definitions.get_all_custom_object_definitions_in_namespace()),
    "create permission": (403, 71012515, lambda c: c.with_permissions("view").define()),
    "delete permission": (403, 71012514, lambda c: c.with_permissions(
        "view").definitions.delete_custom_object_definition_by_type("car")),
}  # fmt: skip
OF_MIGRATIONS = {
    "no actions": (400, 71002822, lambda c: c.definitions.post_update_custom_object_definition({})),
    "action invalid": (400, 71002820, lambda c: c.migrate(type="explode")),
    "unknown key": (400, 71002821, lambda c: c.rename(targetName="hue__c", kind="x")),
    "two actions": (400, 71002830, lambda c: c.migrate({}, {})),
    "unknown field": (400, 71002821, lambda c: c.rename("wheels__c", targetName="tyres__c")),
    "unknown object": (400, 71000220, lambda c: c.migrate(object="boat", field={"name": "a__c", "targetName": "b__c"})),
    "no target": (400, 71002522, lambda c: c.rename()),
    "target invalid": (400, 71002520, lambda c: c.rename(targetName="hue")),
    "target exists": (400, 71002530, lambda c: c.rename(targetName="brand__c")),
    "update permission": (403, 71012513, lambda c: c.with_permissions("view").rename(targetName="hue__c")),
}
OF_REQUESTS = {
    "entity": (403, 90000010, lambda c: c.with_entity("other")),
    "rate limit": (429, 90000070, lambda c: c.with_limits("1,100,100")),
    "key of another request": (422, 90000030, lambda c: c.with_keys(c.submit().id, c.submit().id)),
    "crash": (500, 71013060, lambda c: c.with_fault(500, 71013060)),
}
SUBJECTS = {
    "jobs": OF_JOBS, "files": OF_FILES, "records": OF_RECORDS, "definitions": OF_DEFINITIONS,
    "migrations": OF_MIGRATIONS, "requests": OF_REQUESTS,
}  # fmt: skip
REFUSED = {f"{subject}: {name}": case for subject, cases in SUBJECTS.items() for name, case in cases.items()}
NOT_SENT = {
    71013220: "the client itself refuses a filter that is not an object",
    90000011: "test_official_client.py reads it: a 401 has no code",
    90000040: "the client has no such path",
    90000045: "the client has no such method",
    90000050: "the client sends a body at once, so no request is still running",
}


def read(error):
    """The code and the message as the client has read them; else, where it declares no model, from the body."""
    if error.data is not None:
        return int(error.data.code), error.data.message
    body = json.loads(error.body)
    return body["code"], body["message"]


@pytest.mark.fidelity("versions-04")
@pytest.mark.parametrize(("status", "code", "send"), REFUSED.values(), ids=list(REFUSED))
def test_client_reads_code_and_message_of_a_refusal(client, sdk, status, code, send):
    with pytest.raises(sdk.exceptions.ApiException) as raised:
        send(client)
    received, message = read(raised.value)
    assert (raised.value.status, received, bool(message)) == (status, code, True)


def test_every_documented_code_is_read():
    documented = {each.code for each in DOCUMENTED}
    assert {code for _, code, _ in REFUSED.values()} | NOT_SENT.keys() == documented
