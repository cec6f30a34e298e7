from dataclasses import replace

import pytest

from mock_zuora.domain import limits
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.catalogue.jobs import DELETE_WITHOUT_FILTER
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs import operations as jobs
from mock_zuora.domain.jobs.job import Operation, Status
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.tenants.settings import DefinitionMode, Transitions

FILE = "brand__c\nvw\n"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
VEHICLE = Definition(object="vehicle", fields={"brand__c": Field(name="brand__c", required=True, filterable=True)})
SAVED = {"namespace": "com_zuora", "object": "SavedQuery"}
CONDITION = {"field": "brand__c", "operator": "EQ", "value": "vw"}


def all_jobs(actor):
    return list(actor.tenant.store.jobs.newest_first())


# Submit


@pytest.mark.fidelity("jobs-07")
def test_submitted_job_has_the_requested_attributes(make_actor):
    actor = make_actor()
    job = actor.submit("update", "vehicle")
    assert (job.namespace, job.object, job.operation) == ("default", "vehicle", Operation.UPDATE)
    assert (job.status, job.processing_time, job.records_processed, job.error) == (Status.PENDING, 0, 0, None)
    assert job.created_by == job.updated_by == actor.caller.user.id
    assert job.created_at == job.updated_at == actor.tenant.clock.now()
    assert actor.tenant.store.jobs.get(job.id) == job


@pytest.mark.fidelity("jobs-06")
@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_saved_query_is_a_supported_zuora_object(make_actor, operation):
    assert make_actor().submit(operation, **SAVED).namespace == "com_zuora"


@pytest.mark.fidelity("jobs-06")
@pytest.mark.parametrize("name", ["Account", "savedquery", "vehicle"])
def test_other_zuora_objects_are_refused(make_actor, assert_refused, name):
    actor = make_actor()
    assert_refused(71000220, lambda: actor.submit(namespace="com_zuora", object=name), f"'{name}'", "SavedQuery")
    assert all_jobs(actor) == []


@pytest.mark.fidelity("definitions-08")
@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "a\\b", "a\nb", "x" * 65])
def test_invalid_object_name_is_refused(make_actor, assert_refused, name):
    actor = make_actor()
    assert_refused(71000220, lambda: actor.submit(object=name), "object: ", "1 to 64 printable characters")
    assert all_jobs(actor) == actor.tenant.store.objects.definitions() == []


@pytest.mark.fidelity("definitions-21")
def test_undefined_object_is_created_without_schema(make_actor):
    actor = make_actor()
    actor.submit(object="vehicle")
    actor.submit(object="vehicle")
    (definition,) = actor.tenant.store.objects.definitions()
    assert (definition.object, definition.is_open, definition.created_by) == ("vehicle", True, actor.caller.user.id)


@pytest.mark.fidelity("definitions-22")
def test_strict_definitions_refuse_undefined_objects(make_actor, assert_refused):
    actor = make_actor(objects=(VEHICLE,), definitions=DefinitionMode.STRICT)
    assert_refused(71000040, lambda: actor.submit(object="Vehicle"), "object: ", "'Vehicle'", "case-sensitive")
    assert actor.submit(object="vehicle").object == "vehicle"
    assert actor.submit(**SAVED).object == "SavedQuery"


@pytest.mark.fidelity("filter-06")
@pytest.mark.parametrize("operation", ["create", "update"])
def test_only_delete_job_accepts_a_filter(make_actor, assert_refused, operation):
    actor = make_actor()
    assert_refused(
        71013230, lambda: actor.submit(operation, filter={"conditions": [CONDITION]}), "filter", f"'{operation}'"
    )
    assert all_jobs(actor) == []


@pytest.mark.fidelity("filter-03")
def test_invalid_filter_refuses_the_job(make_actor, assert_refused):
    actor = make_actor()
    assert_refused(71013322, lambda: actor.submit("delete", filter={}), "filter.conditions is missing")
    assert all_jobs(actor) == actor.tenant.store.objects.definitions() == []


# Concurrent job limit


@pytest.mark.fidelity("limits-02")
def test_sixth_unfinished_job_is_refused(make_actor, assert_refused):
    actor = make_actor()
    before = [actor.submit() for _ in range(5)]
    assert_refused(71013030, lambda: actor.submit(object="person"), "5 bulk jobs", "accepted, pending or in_progress")
    assert all_jobs(actor) == before[::-1]
    assert [each.object for each in actor.tenant.store.objects.definitions()] == ["vehicle"]


@pytest.mark.fidelity("limits-01")
def test_every_unfinished_status_counts_towards_the_limit(make_actor, assert_refused):
    actor = make_actor(accept_delay=1.0, concurrent_job_limit=3)
    started = actor.submit()
    actor.tenant.clock.advance(1000)
    actor.upload(started, FILE)
    actor.submit()
    actor.submit("delete")
    assert {job.status for job in all_jobs(actor)} == {Status.IN_PROGRESS, Status.ACCEPTED}
    assert_refused(71013030, actor.submit, "3 bulk jobs")


@pytest.mark.parametrize("how", ["completed", "failed", "cancelled"])
def test_ended_job_no_longer_counts_towards_the_limit(make_actor, assert_refused, how):
    actor = make_actor(concurrent_job_limit=1)
    job = actor.submit()
    assert_refused(71013030, actor.submit)
    if how == "cancelled":
        actor.cancel(job)
    else:
        actor.ended(actor.upload(job, FILE if how == "completed" else "brand__c\nvw,\n"))
    assert actor.status(job) == how
    assert actor.submit().status is Status.PENDING


def test_job_limit_is_per_tenant(make_actor, assert_refused):
    first, second = make_actor("first", concurrent_job_limit=1), make_actor("second", concurrent_job_limit=1)
    first.submit()
    second.submit()
    assert_refused(71013030, first.submit)


# Permissions


@pytest.mark.fidelity("permissions-01")
@pytest.mark.parametrize(
    ("operation", "held", "code", "verb"),
    [
        ("create", {Permission.VIEW, Permission.DELETE}, 71012515, "create"),
        ("update", {Permission.VIEW, Permission.DELETE}, 71012513, "update"),
        ("delete", {Permission.VIEW, Permission.EDIT}, 71012514, "delete"),
    ],
)
def test_submit_needs_the_permission_of_its_operation(make_actor, assert_refused, operation, held, code, verb):
    actor = make_actor(permissions=frozenset(held))
    error = assert_refused(code, lambda: actor.submit(operation))
    assert error.message == f"User does not have permission to {verb} custom objects."
    assert all_jobs(actor) == actor.tenant.store.objects.definitions() == []


@pytest.mark.fidelity("permissions-01")
@pytest.mark.parametrize(
    ("operation", "held"),
    [("create", Permission.EDIT), ("update", Permission.EDIT), ("delete", Permission.DELETE)],
)
def test_submit_needs_no_other_permission(make_actor, operation, held):
    assert make_actor(permissions=frozenset({held})).submit(operation).operation == operation


@pytest.mark.fidelity("permissions-01")
@pytest.mark.parametrize(("operation", "code"), [("create", 71012515), ("update", 71012513)])
def test_upload_needs_the_permission_of_its_operation(make_actor, assert_refused, operation, code):
    actor = make_actor()
    job = actor.submit(operation)
    actor.set_permissions(Permission.VIEW)
    assert_refused(code, lambda: actor.upload(job, FILE), f"permission to {operation} custom objects")
    assert actor.job(job) == job


@pytest.mark.fidelity("permissions-01")
def test_retrieve_needs_view_permission(make_actor, assert_refused):
    actor = make_actor(permissions=frozenset({Permission.EDIT, Permission.DELETE}))
    job = actor.submit()
    assert_refused(71012512, lambda: actor.retrieve(job), "permission to view custom objects")


@pytest.mark.fidelity("permissions-02")
def test_listing_and_cancelling_need_no_permission(make_actor):
    actor = make_actor()
    job = actor.submit()
    actor.set_permissions()
    assert jobs.list_jobs(actor.caller).jobs == [job]
    assert actor.errors(job) == []
    assert actor.cancel(job).status is Status.CANCELLED


# Retrieve


def test_job_id_can_have_any_letter_case(make_actor):
    actor = make_actor()
    job = actor.submit()
    assert jobs.retrieve(actor.caller, job.id.upper()) == job


@pytest.mark.fidelity("errors-02")
@pytest.mark.parametrize("job_id", [UNKNOWN_ID, "123", "", "7006ce52-91c9-11ed-a1eb-0242ac120002"])
def test_unknown_job_is_not_found_by_any_operation(make_actor, assert_refused, job_id):
    actor = make_actor()
    for operation in (jobs.retrieve, jobs.find_for_upload, jobs.list_errors, jobs.cancel):
        error = assert_refused(71013040, lambda operation=operation: operation(actor.caller, job_id))
        assert error.message == f"Job not found for id '{job_id}'."


@pytest.mark.fidelity("list-08")
def test_job_of_another_tenant_is_not_found(make_actor, assert_refused):
    first, second = make_actor("first"), make_actor("second")
    job = first.submit()
    for operation in (jobs.retrieve, jobs.find_for_upload, jobs.list_errors, jobs.cancel):
        assert_refused(71013040, lambda operation=operation: operation(second.caller, job.id), job.id)
    assert first.job(job) == job


# Upload


@pytest.mark.parametrize("operation", ["create", "update"])
def test_uploaded_job_is_in_progress_and_names_its_uploader(make_actor, time, operation):
    actor = make_actor()
    job = actor.submit(operation)
    time.pass_seconds(2)
    uploaded = actor.upload(job, FILE if operation == "create" else f"id,brand__c\n{job.id},vw\n")
    assert (uploaded.status, uploaded.processing_time, uploaded.records_processed) == (Status.IN_PROGRESS, 0, 0)
    assert (uploaded.updated_at, uploaded.updated_by) == (job.created_at + 2000, actor.caller.user.id)


@pytest.mark.fidelity("upload-07")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 71013620),
        (b"\xff", 71013620),
        ('"', 71013620),
        ("brand", 71013721),
        ("brand__c,brand__c", 71013720),
        ("Id,brand__c", 71013730),
    ],
)
def test_refused_file_leaves_job_pending(make_actor, assert_refused, text, code):
    actor = make_actor()
    job = actor.submit()
    assert_refused(code, lambda: actor.upload(job, text))
    assert actor.job(job) == job
    assert actor.tenant.store.jobs.file(job.id) is None
    assert actor.upload(job, FILE).status is Status.IN_PROGRESS


@pytest.mark.fidelity("upload-04")
def test_second_file_is_refused(make_actor, assert_refused):
    actor = make_actor()
    job = actor.started(FILE)
    assert_refused(71013620, lambda: actor.upload(job, "brand__c\nkia\n"), "'in_progress'", "while it is pending")
    assert actor.ended(job).records_processed == 1
    assert_refused(71013620, lambda: actor.upload(job, FILE), "'completed'")


def test_second_of_two_concurrent_files_is_refused(make_actor, assert_refused, read):
    actor = make_actor()
    job = actor.submit()
    jobs.upload(actor.caller, job.id, read(FILE))
    assert_refused(71013620, lambda: jobs.upload(actor.caller, job.id, read("brand__c\nkia\n")), "'in_progress'")
    actor.ended(job)
    assert actor.values() == [{"brand__c": "vw"}]


def test_file_for_accepted_job_is_refused(make_actor, assert_refused):
    actor = make_actor(accept_delay=1.0)
    job = actor.submit()
    assert_refused(71013620, lambda: actor.upload(job, FILE), "'accepted'", "while it is pending")


@pytest.mark.fidelity("upload-05")
def test_delete_job_refuses_a_file(make_actor, assert_refused):
    actor = make_actor()
    job = actor.submit("delete")
    assert_refused(71013530, lambda: actor.upload(job, FILE), "'delete'", "create or update")
    assert actor.job(job) == job


@pytest.mark.fidelity("permissions-01")
def test_permission_is_checked_before_the_operation_of_the_job(make_actor, assert_refused):
    actor = make_actor()
    job = actor.submit("delete")
    viewer = replace(actor.caller, permissions=frozenset({Permission.VIEW}))
    assert_refused(71012513, lambda: jobs.find_for_upload(viewer, job.id))


def test_file_for_missing_object_is_refused(make_actor, assert_refused):
    actor = make_actor()
    job = actor.submit()
    actor.tenant.store.objects.remove("default", "vehicle")
    assert_refused(71000040, lambda: actor.upload(job, FILE), "'vehicle'")


# Cancel


def test_cancelled_job_stays_cancelled(make_actor, assert_refused, time):
    actor = make_actor(accept_delay=1.0)
    job = actor.cancel(actor.submit())
    time.pass_seconds(3600)
    assert actor.job(job) == job
    assert_refused(71013620, lambda: actor.cancel(job), "'cancelled'")
    assert_refused(71013620, lambda: actor.upload(job, FILE), "'cancelled'")


def test_job_in_progress_cannot_be_cancelled(make_actor, assert_refused):
    actor = make_actor()
    job = actor.started(FILE)
    assert_refused(71013620, lambda: actor.cancel(job), "'in_progress'", "accepted or pending")
    assert actor.ended(job).status is Status.COMPLETED


# List


@pytest.fixture
def busy(make_actor, time):
    """A user with seven jobs, oldest first, alternately pending and cancelled."""
    actor = make_actor(concurrent_job_limit=100)
    actor.jobs = []
    for number in range(7):
        job = actor.submit()
        time.pass_seconds(1)
        actor.jobs.append(actor.cancel(job) if number % 2 else job)
    return actor


@pytest.mark.fidelity("list-01")
def test_jobs_are_listed_newest_first(busy):
    page = jobs.list_jobs(busy.caller)
    assert page.jobs == busy.jobs[::-1]
    assert page.is_last


@pytest.mark.fidelity("list-03")
def test_page_starts_after_its_cursor(busy):
    first = jobs.list_jobs(busy.caller, page_size=3)
    second = jobs.list_jobs(busy.caller, page_size=3, cursor=first.jobs[-1].id)
    third = jobs.list_jobs(busy.caller, page_size=3, cursor=second.jobs[-1].id)
    assert [len(page.jobs) for page in (first, second, third)] == [3, 3, 1]
    assert not first.is_last and third.is_last
    assert first.jobs + second.jobs + third.jobs == busy.jobs[::-1]


@pytest.mark.fidelity("mock-12")
def test_dropped_job_is_no_cursor(make_actor, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FINISHED_JOBS", 2)
    actor = make_actor(transitions=Transitions.IMMEDIATE)
    done = [actor.done(FILE).id for _ in range(3)]
    assert [each.id for each in jobs.list_jobs(actor.caller, cursor=done[2]).jobs] == [done[1]]
    with pytest.raises(ZuoraError, match="cursor") as refused:
        jobs.list_jobs(actor.caller, cursor=done[0])
    assert refused.value.problem.code == 71013120


def test_cursor_can_have_any_letter_case(busy):
    cursor = busy.jobs[1].id.upper()
    assert jobs.list_jobs(busy.caller, cursor=cursor).jobs == [busy.jobs[0]]


@pytest.mark.fidelity("list-04")
def test_page_after_the_last_job_is_empty(busy):
    assert jobs.list_jobs(busy.caller, cursor=busy.jobs[0].id) == jobs.JobPage([], is_last=True)


@pytest.mark.fidelity("list-07")
def test_paging_skips_and_repeats_no_job_while_jobs_are_submitted(busy):
    seen, cursor = [], None
    while page := jobs.list_jobs(busy.caller, page_size=2, cursor=cursor):
        if not page.jobs:
            break
        seen += page.jobs
        cursor = page.jobs[-1].id
        busy.submit()
    assert seen == busy.jobs[::-1]


def test_job_that_ends_during_paging_keeps_its_position(busy):
    first = jobs.list_jobs(busy.caller, page_size=3)
    busy.cancel(first.jobs[-1])
    second = jobs.list_jobs(busy.caller, page_size=3, cursor=first.jobs[-1].id)
    assert [job.id for job in second.jobs] == [job.id for job in busy.jobs[::-1][3:6]]


@pytest.mark.fidelity("list-06")
def test_list_can_be_limited_to_one_status(busy):
    page = jobs.list_jobs(busy.caller, statuses={Status.CANCELLED}, page_size=2)
    assert page.jobs == [busy.jobs[5], busy.jobs[3]]
    rest = jobs.list_jobs(busy.caller, statuses={Status.CANCELLED}, page_size=2, cursor=page.jobs[-1].id)
    assert rest.jobs == [busy.jobs[1]]


def test_page_has_25_jobs_by_default(make_actor):
    actor = make_actor(concurrent_job_limit=100, transitions=Transitions.IMMEDIATE)
    for _ in range(26):
        actor.submit()
    assert len(jobs.list_jobs(actor.caller).jobs) == 25


@pytest.mark.fidelity("errors-07")
def test_unknown_cursor_is_refused(busy, assert_refused, make_actor):
    assert_refused(71013120, lambda: jobs.list_jobs(busy.caller, cursor=UNKNOWN_ID), "cursor", UNKNOWN_ID)
    other = make_actor("other").submit()
    assert_refused(71013120, lambda: jobs.list_jobs(busy.caller, cursor=other.id), "cursor", other.id)


@pytest.mark.fidelity("list-08")
def test_list_contains_only_jobs_of_the_tenant(make_actor):
    first, second = make_actor("first"), make_actor("second")
    job = first.submit()
    second.submit()
    assert jobs.list_jobs(first.caller).jobs == [job]


@pytest.mark.fidelity("filter-05")
def test_delete_job_without_filter_is_refused_if_assumed(make_actor, assert_refused):
    actor = make_actor(assume=assumed({"delete-without-filter": "refused"}, Origin.TEST))
    error = assert_refused(71013222, lambda: actor.submit("delete"), "filter is missing; expected")
    assert error.assumption is DELETE_WITHOUT_FILTER
    assert jobs.list_jobs(actor.caller).jobs == []
    actor.submit("delete", filter={"conditions": [{"field": "brand__c", "operator": "EQ", "value": "vw"}]})
    actor.submit("create")
