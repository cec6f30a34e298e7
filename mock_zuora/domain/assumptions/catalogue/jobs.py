"""Assumptions about jobs: how they are submitted, listed, processed and cancelled."""

from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption

JOB_LIMIT: Final = Assumption(
    name="job-limit",
    question="How is a job refused when the tenant has too many unfinished jobs?",
    choices={
        "400": "With 400 and the code 71013030.",
        "429": "With 429 and the code 71013030.",
        "429-retry-after": "With 429, the code 71013030 and the header `Retry-After: 60`.",
    },
    default="400",
    evidence="The limit is documented, but not the response when it is exceeded. The category of the code implies 400.",
    row="limits-02",
)
WRONG_STATUS: Final = Assumption(
    name="wrong-status",
    question="If the job's status does not allow an upload or a cancel, which code does the refusal have?",
    choices={
        "71013620": "The code for an invalid file.",
        "71013430": "The code for a job status that breaks a rule.",
    },
    default="71013620",
    evidence="One sample, of a second file, has 71013620. The tables of resources and categories yield 71013430.",
    row="errors-12",
)
BAD_JOB_ID: Final = Assumption(
    name="bad-job-id",
    question="How is a job id that is not a UUID refused?",
    choices={
        "404": "With 404 and the code 71013040, like any unknown id.",
        "400": "With 400 and the code 71013120.",
    },
    default="404",
    evidence="The sources only show how an unknown id is refused.",
    row="errors-13",
)
ACCEPTED_NAME: Final = Assumption(
    name="accepted-name",
    question="What is the first status of a job called?",
    choices={
        "accepted": "`accepted`.",
        "open": "`open`, in responses and as the filter of a list.",
    },
    default="accepted",
    evidence="The current reference says `accepted`. References until 2022 said `open`, and clients generated from "
    "them know no other name.",
    row="versions-07",
)
DELETE_FIRST_STATUS: Final = Assumption(
    name="delete-first-status",
    question="Which status does the response to the submit of a delete job have?",
    choices={
        "accepted": "`accepted`, however fast the job ends.",
        "in-progress": "`in_progress`, unless an `accept_delay` is set.",
    },
    default="accepted",
    evidence="The transitions are documented. The only sample of a submit is that of a create job.",
    row="jobs-12",
)
PROCESSING_TIME: Final = Assumption(
    name="processing-time",
    question="When does the `processingTime` of a job begin?",
    choices={
        "processing": "When the processing of its rows begins.",
        "since-submission": "When the job is submitted.",
    },
    default="processing",
    evidence="The text says 'from the submission to the completion'; the 62 ms of a sample fit the processing alone.",
    row="jobs-15",
)
PENDING_EXPIRY: Final = Assumption(
    name="pending-expiry",
    question="How long does a job wait for its file?",
    choices={
        "never": "For ever; it counts towards the limit of unfinished jobs until it is cancelled.",
        "a-day": "24 hours; then it is cancelled.",
    },
    default="never",
    evidence="The sources do not mention an expiry.",
    row="jobs-22",
)
LAST_CURSOR: Final = Assumption(
    name="last-cursor",
    question="Which `cursor` does the last page of a list of jobs have?",
    choices={
        "last-id": "The id of its last job; none if the page is empty.",
        "absent": "None.",
        "null": "null.",
        "empty": "An empty string.",
    },
    default="last-id",
    evidence="The description is that of any page: the id of its last job. It does not mention the end of the list.",
    row="list-04",
)
DELETE_WITHOUT_FILTER: Final = Assumption(
    name="delete-without-filter",
    question="What does a delete job without a filter do?",
    choices={
        "all": "It deletes every record of the object.",
        "refused": "Its submit is refused with the code 71013222.",
    },
    default="all",
    evidence="The filter is optional in the models, and no source says what a job without one deletes.",
    row="filter-05",
)
REJECTED_ROWS: Final = Assumption(
    name="rejected-rows",
    question="What happens to the other rows of a file when rows are rejected?",
    choices={
        "skip": "They are written, and the job completes.",
        "fail-job": "No row is written, and the job fails with the first row's error.",
        "stop": "The rows before the first rejected one are written, and the later ones are not processed. The job "
        "fails with that row's error.",
    },
    default="skip",
    evidence="For duplicates of a unique value, the guide says that the others are written. Other errors are not "
    "mentioned.",
    row="jobs-17",
)
ALL_ROWS_REJECTED: Final = Assumption(
    name="all-rows-rejected",
    question="How does a job end if all its rows are rejected?",
    choices={
        "failed": "It fails with the first row's error.",
        "completed": "It completes with an error list.",
        "failed-generic": "It fails with the code 71012520 and a message that refers to the error list.",
    },
    default="failed",
    evidence="The sources do not mention such a job.",
    row="jobs-18",
)
RECORDS_PROCESSED: Final = Assumption(
    name="records-processed",
    question="Which rows does `recordsProcessed` count?",
    choices={
        "written": "Those that were written.",
        "all-rows": "Those that were written and those that were rejected.",
    },
    default="written",
    evidence="The reference calls it the number of records processed, and no sample has rejected rows.",
    row="jobs-16",
)
