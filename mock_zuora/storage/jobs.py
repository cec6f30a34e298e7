"""Jobs in memory, with their files and row errors. Finished jobs and row errors are bounded, oldest first."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Set
from heapq import heappop, heappush

from mock_zuora.domain import limits
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job
from mock_zuora.domain.jobs.planned_outcomes import JobProgress
from mock_zuora.domain.limits import Drop
from mock_zuora.domain.ports import RowError
from mock_zuora.storage.change_log import Counter

_Entry = tuple[int, str]
"""The number of a job in order of submission, and its id."""


class MemoryJobs:
    """Jobs by id and in order of submission."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._entries: dict[str, _Entry] = {}
        self._order: list[_Entry] = []
        """The jobs in order of submission, and up to as many that were dropped."""
        self._count = 0
        self._unfinished: dict[str, None] = {}
        self._finished: list[_Entry] = []
        """A heap."""
        self._files: dict[str, CsvFile] = {}
        self._progress: dict[str, JobProgress] = {}
        self._row_errors: dict[str, list[RowError]] = {}
        self._with_row_errors: list[_Entry] = []
        """A heap of the jobs with row errors, and of some that were dropped."""
        self._row_error_count = 0
        self._dropped: set[Drop] = set()
        self.note = Counter()

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def dropped(self) -> Set[Drop]:
        return self._dropped

    @property
    def revision(self) -> int:
        return self.note.count

    def add(self, job: Job, limit: int) -> bool:
        if len(self._unfinished) >= limit:
            return False
        self._count += 1
        entry = self._entries[job.id] = (self._count, job.id)
        self._order.append(entry)
        self._unfinished[job.id] = None
        self._jobs[job.id] = job
        self.note("job", job)
        return True

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def save(self, job: Job) -> None:
        self._jobs[job.id] = job
        self.note("job", job)
        if job.has_ended and job.id in self._unfinished:
            del self._unfinished[job.id]
            self._files.pop(job.id, None)
            self._progress.pop(job.id, None)
            heappush(self._finished, self._entries[job.id])
            if len(self._finished) > limits.MAX_FINISHED_JOBS:
                self._dropped.add(Drop.FINISHED_JOBS)
                self.drop(self._finished[0][1])

    def drop(self, job_id: str) -> None:
        """Deletes the oldest finished job; does nothing if it is another one."""
        if not self._finished or self._finished[0][1] != job_id:
            return
        heappop(self._finished)
        self.drop_row_errors(job_id)
        del self._jobs[job_id], self._entries[job_id]
        if len(self._order) > 2 * len(self._jobs):
            # A new list: iterators may still read the old one.
            self._order = [entry for entry in self._order if entry[1] in self._jobs]
        self.note("job dropped", job_id)

    def unfinished(self) -> list[Job]:
        return [self._jobs[job_id] for job_id in self._unfinished]

    def newest_first(self, after: str | None = None) -> Iterator[Job]:
        order = self._order
        end = len(order) if after is None else bisect_left(order, self._entries[after])
        found = (self._jobs.get(order[index][1]) for index in range(end - 1, -1, -1))
        return (job for job in found if job is not None)

    def oldest_first(self, after: str | None = None) -> Iterator[Job]:
        order = self._order
        start = 0 if after is None else bisect_right(order, self._entries[after])
        found = (self._jobs.get(order[index][1]) for index in range(start, len(order)))
        return (job for job in found if job is not None)

    def put_file(self, job_id: str, file: CsvFile) -> None:
        self._files[job_id] = file
        self.note("file", job_id, file)

    def save_progress(self, job_id: str, progress: JobProgress) -> None:
        self._progress[job_id] = progress
        self.note("progress", job_id, progress)

    def progress(self, job_id: str) -> JobProgress | None:
        return self._progress.get(job_id)

    def file(self, job_id: str) -> CsvFile | None:
        return self._files.get(job_id)

    # Row errors

    def add_row_error(self, job_id: str, error: RowError) -> None:
        errors = self._row_errors.get(job_id)
        if errors is None:
            errors = self._row_errors[job_id] = []
            heappush(self._with_row_errors, self._entry_of(job_id))
        elif len(errors) >= limits.MAX_ROW_ERRORS_OF_JOB:
            self._dropped.add(Drop.ROW_ERRORS_OF_JOB)
            return
        errors.append(error)
        self._row_error_count += 1
        self.note("rejected", job_id, error)
        if self._row_error_count > limits.MAX_ROW_ERRORS:
            self._drop_oldest_row_errors(job_id)

    def _drop_oldest_row_errors(self, current: str) -> None:
        """Drops the row errors of the oldest job that has any, except for the current job."""
        kept = None
        while self._with_row_errors:
            entry = heappop(self._with_row_errors)
            if entry[1] == current:
                kept = entry
            elif entry[1] in self._row_errors:
                self._dropped.add(Drop.ROW_ERRORS)
                self.drop_row_errors(entry[1])
                break
        if kept is not None:
            heappush(self._with_row_errors, kept)

    def _entry_of(self, job_id: str) -> _Entry:
        return self._entries.get(job_id, (0, job_id))

    def drop_row_errors(self, job_id: str) -> None:
        """Deletes the row errors of a job, if it has any."""
        if (errors := self._row_errors.pop(job_id, None)) is not None:
            self._row_error_count -= len(errors)
            self.note("row errors dropped", job_id)
        while self._with_row_errors and self._with_row_errors[0][1] not in self._row_errors:
            heappop(self._with_row_errors)

    def row_errors(self, job_id: str) -> list[RowError]:
        return list(self._row_errors.get(job_id, ()))

    def copy(self) -> "MemoryJobs":
        copy = MemoryJobs()
        copy._jobs = dict(self._jobs)
        copy._entries = dict(self._entries)
        copy._order = list(self._order)
        copy._count = self._count
        copy._unfinished = dict(self._unfinished)
        copy._finished = list(self._finished)
        copy._files = dict(self._files)
        copy._progress = dict(self._progress)
        copy._row_errors = {job_id: list(errors) for job_id, errors in self._row_errors.items()}
        copy._with_row_errors = list(self._with_row_errors)
        copy._row_error_count = self._row_error_count
        return copy
