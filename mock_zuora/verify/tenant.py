"""The tenant as probes use it: objects, jobs and records of their own, and nothing else."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from mock_zuora.domain.jobs.job import Status
from mock_zuora.verify.connection import JOB_LIMIT, Connection
from mock_zuora.verify.evidence import PREFIX
from mock_zuora.verify.finding import Inconclusive, Unclear
from mock_zuora.verify.response import Response
from mock_zuora.verify.timer import Timer

JOBS: Final = "/objects/jobs"
DEFINITIONS: Final = "/objects/definitions/default"
RECORDS: Final = "/objects/records/default"
BATCH: Final = "/objects/batch/default"
UNKNOWN_ID: Final = "00000000-0000-4000-8000-000000000000"
"""The id of nothing."""
CSV: Final = {"Content-Type": "text/csv"}
INTEGER: Final = {"type": "integer"}
"""The schema of an integer field."""
TEXT: Final = {"type": "string", "maxLength": 100}
"""The schema of a text field."""
MARKER: Final = "marker__c"
"""A field of every probe's object. It marks a record that is written last: a list that shows it is up to date."""
WAITING: Final = frozenset({"accepted", "open", "pending"})
"""The statuses in which a job can be cancelled."""
_FINAL: Final = frozenset(each.value for each in Status if each.is_final)
SETTLE_SECONDS: Final = 120.0
"""How long to wait until a list shows the latest writes."""
_PAGE: Final = "1000"


@dataclass(frozen=True, slots=True)
class Run:
    """A job that ran: the response to its upload, the job at its end, and its error list."""

    upload: Response
    job: Mapping[str, Any]
    """Empty if the upload was refused."""
    errors: Sequence[Mapping[str, Any]]

    @property
    def status(self) -> str:
        """The status at the end, or ``refused`` if the upload was refused."""
        return str(self.job.get("status", "refused"))

    @property
    def code(self) -> str:
        """The code with which the upload was refused or the job failed; "" if neither happened."""
        if not self.job:
            return self.upload.code
        error = self.job.get("error")
        return str(error.get("code", "")) if isinstance(error, Mapping) else ""

    @property
    def rejected(self) -> dict[int, str]:
        """The codes of the rejected rows, by row."""
        return {int(each["row"]): str(each["code"]) for each in self.errors}

    @property
    def seen(self) -> str:
        """What happened, in a few words, for the reason of a finding."""
        if not self.job:
            return self.upload.seen
        rows = ", ".join(f"row {each.get('row')}: {each.get('code')}" for each in self.errors[:5])
        processed = self.job.get("recordsProcessed")
        code = f" {self.code}" if self.code else ""
        return f"the job ended {self.status}{code} with recordsProcessed {processed}; rejected rows: {rows or 'none'}"


class ProbedTenant:
    """The verbs of probes. What an attempt of a probe creates is deleted at its end.

    Every method raises what ``Connection.call`` raises. Those that expect success raise Inconclusive with the response
    if they are refused.
    """

    def __init__(self, connection: Connection, timer: Timer, suffix: str, job_seconds: float) -> None:
        """``suffix`` is the random part of the names of objects, ``job_seconds`` how long a job may take."""
        self._connection, self.timer, self.suffix, self._job_seconds = connection, timer, suffix, job_seconds
        self.objects: list[str] = []
        """The objects of this attempt that may exist."""
        self.jobs: list[str] = []
        """The jobs of this attempt that may be unfinished."""
        self.has_created = False
        """Whether it may have created anything at all."""
        self._number = 0
        self._is_full = False
        """Whether the last wait for a free job slot timed out."""
        self.call = connection.call
        self.once = connection.once
        self.authorization = connection.authorization
        self.token_fields = connection.token_fields

    # Objects

    def new_name(self) -> str:
        """The name of an object that does not exist yet. The attempt deletes the object if it was created."""
        name = self.unused_name()
        self.objects.append(name)
        return name

    def unused_name(self) -> str:
        """The name of an object that does not exist, for requests that create none."""
        self._number += 1
        return f"{PREFIX}{self.suffix}_{self._number}"

    def define(
        self, fields: Mapping[str, Mapping[str, Any]], *, name: str | None = None, **keys: Any
    ) -> tuple[str, Response]:
        """Posts the definition of a new object; returns its name and the response, which may be a refusal.

        ``keys`` are further keys, such as ``required=["name__c"]``.
        """
        is_new = name is None
        name = name or self.new_name()
        labelled = {field: {"label": field, **schema} for field, schema in {**fields, MARKER: TEXT}.items()}
        definition = {"object": name, "label": "mock_zuora probe", "properties": labelled, **keys}
        try:
            response = self.post_definitions({name: definition})
        except Inconclusive:
            # It was never processed.
            self.objects.remove(name)
            raise
        if is_new and not response.is_success:
            self.objects.remove(name)
        return name, response

    def post_definitions(self, definitions: Mapping[str, Any]) -> Response:
        """Posts definitions, and notices that they may have created something."""
        try:
            response = self.call("POST", DEFINITIONS, json_body={"definitions": definitions})
        except Inconclusive:
            raise
        except BaseException:
            # Unclear, or interrupted by the user.
            self.has_created = True
            raise
        # A refusal may be that of a request which a gateway has sent for the second time.
        self.has_created |= response.status not in (401, 403)
        return response

    def object(self, fields: Mapping[str, Mapping[str, Any]], **keys: Any) -> str:
        """Defines a new object, with a text field ``marker__c`` besides the given ones, and returns its name."""
        name, response = self.define(fields, **keys)
        accepted(response)
        self._until_found(f"{DEFINITIONS}/{name}")
        return name

    def _until_found(self, path: str) -> Response:
        def read() -> Response | None:
            response = self.call("GET", path)
            return None if response.status == 404 else response

        found = self.timer.poll(read, SETTLE_SECONDS)
        if found is None:
            raise Inconclusive(f"GET {path} was still 404 after {SETTLE_SECONDS:g} s")
        return accepted(found)

    # Jobs

    def submit(self, operation: str, name: str, **keys: Any) -> Response:
        """Submits a job and returns the response, which may be a refusal. Waits while there are too many jobs."""
        body = {"operation": operation, "namespace": "default", "object": name, **keys}

        def read() -> Response | None:
            response = self.call("POST", JOBS, json_body=body)
            return None if response.code == JOB_LIMIT else response

        response = self.timer.poll(read, 0 if self._is_full else self._job_seconds)
        self._is_full = response is None
        if response is None:
            raise Inconclusive("the tenant has too many unfinished jobs")
        if response.is_success:
            self.jobs.append(str(response.object.get("Id")))
        return response

    def pending_job(self, name: str, operation: str = "create") -> str:
        """Submits a job, waits until it is pending, and returns its id."""
        job = str(accepted(self.submit(operation, name)).object.get("Id"))
        self.wait_for(job, frozenset({"pending"}))
        return job

    def wait_for(self, job: str, statuses: Iterable[str] = _FINAL) -> Response:
        """Waits until a job has one of these statuses, and returns the response that shows it."""
        wanted = frozenset(statuses)
        response = None

        def read() -> Response | None:
            nonlocal response
            response = accepted(self.call("GET", f"{JOBS}/{job}"))
            status = response.object.get("status")
            return response if status in wanted or status in _FINAL else None

        found = self.timer.poll(read, self._job_seconds)
        if found is None or found.object.get("status") not in wanted:
            raise Inconclusive(
                f"the job did not become {' or '.join(sorted(wanted))}; {response.seen if response else ''}"
            )
        return found

    def upload(self, job: str, content: str | bytes, headers: Mapping[str, str] = CSV) -> Response:
        """Uploads a file and returns the response, which may be a refusal."""
        return self.call("POST", f"{JOBS}/{job}/files", content=content, headers=headers)

    def run(self, name: str, content: str | bytes, operation: str = "create") -> Run:
        """Runs a job with a file to its end. A job whose upload is refused is cancelled."""
        job = self.pending_job(name, operation)
        upload = self.upload(job, content)
        if not upload.is_success:
            self.cancel(job)
            return Run(upload, {}, ())
        end = self.wait_for(job).object
        return Run(upload, end, self.errors(job))

    def errors(self, job: str) -> list[dict[str, Any]]:
        """The rejected rows of a job."""
        return _objects(accepted(self.call("GET", f"{JOBS}/{job}/errors")).object.get("errors"))

    def cancel(self, job: str) -> Response:
        """Cancels a job and returns the response, which may be a refusal."""
        return self.call("PATCH", f"{JOBS}/{job}/cancel")

    # Records

    def create(self, name: str, *records: Mapping[str, Any]) -> list[str]:
        """Creates records and returns their ids."""
        response = accepted(self.call("POST", f"{RECORDS}/{name}", json_body={"records": list(records)}))
        ids = [each.get("Id") for each in _objects(response.object.get("records"))]
        if len(ids) != len(records) or not all(isinstance(each, str) for each in ids):
            raise Inconclusive(f"expected the ids of {len(records)} records; {response.seen}")
        return [str(each) for each in ids]

    def record(self, name: str, record: str) -> dict[str, Any]:
        """A record by its id."""
        return accepted(self.call("GET", f"{RECORDS}/{name}/{record}")).object

    def records(self, name: str, **needed: Any) -> list[dict[str, Any]]:
        """The records of an object, once its list shows everything that was written until now.

        That is tested with one more record, which is left out. ``needed`` are its values in required fields.
        """
        (marker,) = self.create(name, {MARKER: "marker", **needed})

        def read() -> list[dict[str, Any]] | None:
            found = self._listed(name)
            return found if marker in [each.get("Id") for each in found] else None

        found = self.timer.poll(read, SETTLE_SECONDS)
        if found is None:
            raise Inconclusive(f"the list of records did not show a new one within {SETTLE_SECONDS:g} s")
        return [each for each in found if each.get(MARKER) != "marker"]

    def _listed(self, name: str) -> list[dict[str, Any]]:
        response = accepted(self.call("GET", f"{RECORDS}/{name}", params={"pageSize": _PAGE}))
        found = response.object.get("records")
        if not isinstance(found, list):
            raise Inconclusive(f"expected a list of records; {response.seen}")
        return _objects(found)

    # The end

    def clean(self) -> list[str]:
        """Ends the jobs and deletes the objects of this attempt; returns what could not be ended or deleted."""
        with self._to_the_end():
            return self._clean()

    @contextmanager
    def _to_the_end(self) -> Iterator[None]:
        """Lets the clean-up use the last requests of a rate limit, which are otherwise left to others."""
        self._connection.is_sparing = False
        try:
            yield
        finally:
            self._connection.is_sparing = True

    def _clean(self) -> list[str]:
        left = [f"job {job}: {why}" for job in dict.fromkeys(self.jobs) if (why := self._end(job))]
        self.jobs = []
        gone = [(name, self._delete(name)) for name in reversed(dict.fromkeys(self.objects))]
        self.objects = [name for name, why in gone if why]
        return [*left, *(f"object {name}: {why}" for name, why in gone if why)]

    def _end(self, job: str) -> str:
        """Ends a job. Returns why it has not ended, or ""."""
        response = self.call("GET", f"{JOBS}/{job}")
        if response.is_success and response.object.get("status") in WAITING:
            with suppress(Unclear):
                self.cancel(job)
            response = self.call("GET", f"{JOBS}/{job}")
        if response.status == 404 or response.object.get("status") in _FINAL:
            return ""
        try:
            self.wait_for(job)
        except Inconclusive as why:
            return str(why)
        return ""

    def _delete(self, name: str) -> str:
        """Deletes an object with its records. Returns why it is still there, or ""."""
        response: Response | None = None

        def read() -> bool | None:
            nonlocal response
            response = self.call("DELETE", f"{DEFINITIONS}/{name}")
            if response.is_success:
                return True
            # It has records, or the deletion of its records is not visible yet, or it was never created.
            listed = self.call("GET", f"{RECORDS}/{name}", params={"pageSize": _PAGE})
            found = listed.object.get("records")
            ids = [each["Id"] for each in _objects(found) if "Id" in each]
            if ids:
                # Whether it took effect shows next.
                with suppress(Unclear):
                    self.call("POST", f"{BATCH}/{name}", json_body={"action": {"type": "delete", "ids": ids}})
                response = self.call("DELETE", f"{DEFINITIONS}/{name}")
            elif self.call("GET", f"{DEFINITIONS}/{name}").status == 404:
                return True
            if response.is_denied:
                return False
            return True if response.is_success else None

        return "" if self.timer.poll(read, SETTLE_SECONDS) else (response.seen if response else "")

    def sweep(self, suffixes: Iterable[str]) -> list[str]:
        """Ends and deletes what attempts with these suffixes have left; returns what could not be deleted."""
        mine = tuple(f"{PREFIX}{suffix}_" for suffix in suffixes)
        with self._to_the_end():
            for status in sorted({*WAITING, "in_progress"}):
                found = self.call("GET", JOBS, params={"status": status, "pageSize": "100"}).object.get("jobs")
                jobs = [each for each in _objects(found) if str(each.get("object", "")).startswith(mine)]
                self.jobs += [str(each["Id"]) for each in jobs if "Id" in each]
            response = self.call("GET", DEFINITIONS, params={"select": "type"})
            listed = response.object.get("definitions")
            if isinstance(listed, dict):
                self.objects += [name for name in listed if name.startswith(mine)]
                return self._clean()
            unknown = [
                f"any object that begins with {each}: the objects cannot be listed; {response.seen}" for each in mine
            ]
            return [*self._clean(), *unknown]


def _objects(found: Any) -> list[dict[str, Any]]:
    """The JSON objects of a list; none if it is something else."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def accepted(response: Response) -> Response:
    """The response, if it is a success. Raises Inconclusive otherwise."""
    if not response.is_success:
        raise Inconclusive(response.seen)
    return response


def csv_text(*rows: Sequence[str]) -> str:
    """A CSV file with these rows, the first of them the header."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
