"""Update jobs: rows select records by id, and a missing column clears its field."""

import pytest

pytestmark = pytest.mark.anyio


@pytest.mark.fidelity("rows-06")
async def test_update_job_from_submit_to_completed(timed, zuora):
    created = await zuora.submit("create")
    await zuora.upload(created, "brand__c,color__c\nFord,red\nOpel,blue\n")
    timed.time.pass_seconds(3)
    ford, opel = sorted(await zuora.records(), key=lambda each: each["brand__c"])

    job = await zuora.submit("update")
    assert (await zuora.upload(job, "brand__c\nVauxhall\n"))["code"] == 71013722
    unknown = "7006ce52-91c9-11ed-a1eb-0242ac120002"
    assert (await zuora.upload(job, f"id,brand__c\n{opel['Id']},Vauxhall\n{unknown},Seat\n"))["status"] == "in_progress"
    timed.time.pass_seconds(3)
    finished = await zuora.retrieve(job)
    assert (finished["status"], finished["recordsProcessed"]) == ("completed", 1)

    [error] = await zuora.list_errors(job)
    assert (error["code"], error["row"]) == (71012540, 3)
    unchanged, updated = sorted(await zuora.records(), key=lambda each: each["brand__c"])
    assert unchanged == ford
    assert (updated["Id"], updated["brand__c"], updated.get("color__c")) == (opel["Id"], "Vauxhall", None)
    assert updated["CreatedDate"] == opel["CreatedDate"]
    assert updated["UpdatedDate"] > opel["UpdatedDate"]
    assert updated["version"] == opel["version"] + 1


async def test_update_job_with_only_rejected_rows_fails_with_the_first_error(timed, zuora):
    job = await zuora.submit("update")
    await zuora.upload(job, "Id,brand__c\nnot-an-id,Ford\n7006ce52-91c9-11ed-a1eb-0242ac120002,Seat\n")
    timed.time.pass_seconds(3)
    finished = await zuora.retrieve(job)
    first, second = await zuora.list_errors(job)
    assert (finished["status"], finished["recordsProcessed"]) == ("failed", 0)
    assert finished["error"] == {"code": first["code"], "message": first["message"]}
    assert (first["code"], second["code"]) == (71012520, 71012540)
