"""The requests of the Postman collection in the order of a run: every operation, with what it tests and saves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_FILE: Final = "brand__c,color__c,doors__c\r\nVolvo,red,5\r\nFiat,blue,four\r\n"
"""A file whose second record is rejected, so that there is an error to list."""
_OTHER_RECORD: Final = {"action": {"type": "delete", "ids": ["{{otherRecordId}}"]}}
_CANCELLED: Final = {"id": "{{cancelledJobId}}"}


@dataclass(frozen=True, slots=True)
class Step:
    """A request. Its script runs after the response, whose JSON document is ``body``."""

    operation: str
    script: str
    name: str = ""
    """By default the summary of the operation. No two requests have the same name."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Values of path parameters other than the usual ones."""
    body: Any = None
    """Instead of the example of the document."""


def _test(what: str, expression: str) -> str:
    return f'pm.test("{what}", () => pm.expect({expression}).to.be.true);\n'


def _save(variable: str, expression: str) -> str:
    return f'pm.collectionVariables.set("{variable}", {expression});\n'


def _saved(variable: str) -> str:
    return f'pm.collectionVariables.get("{variable}")'


_POLL: Final = """\
const polls = Number(pm.collectionVariables.get("polls")) + 1;
pm.collectionVariables.set("polls", String(polls));
if (["completed", "failed", "cancelled"].includes(body.status)) {
    pm.test("The job is completed", () => pm.expect(body.status).to.equal("completed"));
    pm.test("One record was created", () => pm.expect(body.recordsProcessed).to.equal(1));
} else if (polls < 100) {
    pm.execution.setNextRequest(pm.info.requestName);
    setTimeout(() => {}, 100);
} else {
    pm.test("The job ends", () => pm.expect.fail(`it is still ${body.status}`));
}
"""

FOLDERS: Final[Mapping[str, tuple[Step, ...]]] = {
    "1. Get a token": (Step("createToken", _save("accessToken", "body.access_token")),),
    "2. Define an object": (
        Step(
            "POST_CustomObjectDefinitions",
            _test("The object is defined", "body.count === 1"),
        ),
        Step(
            "GET_AllCustomObjectDefinitionsInNamespace",
            _test("The object is listed", "body.count >= 1"),
        ),
        Step("POST_UpdateCustomObjectDefinition", _test("A field was added", 'body.actions[0].type === "addField"')),
        Step(
            "GET_CustomObjectDefinitionByType",
            _test("The object has the new field", '"color__c" in body.schema.properties'),
        ),
    ),
    "3. Run a job": (
        Step(
            "POST_CustomObjectBulkJob",
            _test("The job waits for its file", 'body.status === "pending"')
            + _save("jobId", "body.Id")
            + _save("polls", '"0"'),
        ),
        Step(
            "POST_UploadFileForCustomObjectBulkJob",
            _test("The job is in progress", 'body.status === "in_progress"'),
            body=_FILE,
        ),
        Step("GET_CustomObjectBulkJob", _POLL),
        Step(
            "GET_CustomObjectBulkJobErrors",
            _test("Row 3 was rejected", "body.errors.length === 1 && body.errors[0].row === 3"),
        ),
        Step(
            "GET_AllCustomObjectBulkJobs",
            _test("The job is listed", f"body.jobs.some((job) => job.Id === {_saved('jobId')})"),
        ),
    ),
    "4. Cancel a job": (
        Step("POST_CustomObjectBulkJob", _save("cancelledJobId", "body.Id"), name="Submit a job to cancel"),
        Step(
            "PATCH_CustomObjectBulkJob",
            _test("The job is cancelled", 'body.status === "cancelled"'),
            parameters=_CANCELLED,
        ),
    ),
    "5. Change records": (
        Step(
            "POST_CustomObjectRecords",
            _test("A record was created", "body.records.length === 1") + _save("recordId", "body.records[0].Id"),
        ),
        Step(
            "GET_AllRecordsForCustomObjectType",
            _test("The job's record and the new one are listed", "body.count === 2")
            + _save("otherRecordId", f"body.records.find((record) => record.Id !== {_saved('recordId')}).Id"),
        ),
        Step("GET_CustomObjectRecordByID", _test("It is a Volvo", 'body.brand__c === "Volvo"')),
        Step("PUT_CustomObjectRecord", _test("It has a color", 'body.color__c === "red"')),
        Step("Patch_PartialUpdateCustomObjectRecord", _test("It has no color", '!("color__c" in body)')),
    ),
    "6. Delete everything": (
        Step("Delete_CustomObjectRecordByID", _test("The record is named", f"body.endsWith({_saved('recordId')})")),
        Step(
            "POST_CustomObjectRecordsBatchUpdateOrDelete",
            _test("No record was refused", '!("error" in body)'),
            body=_OTHER_RECORD,
        ),
        Step(
            "Delete_CustomObjectDefinitionByType",
            _test("The object is named", 'body.startsWith("/objects/definitions/default/")'),
        ),
    ),
}
