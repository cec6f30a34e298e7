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
    question="How is the first status of a job called?",
    choices={
        "accepted": "`accepted`.",
        "open": "`open`, in responses and as the filter of a list.",
    },
    default="accepted",
    evidence="The current reference says `accepted`. References until 2022 said `open`, and clients generated from "
    "them know no other name.",
    row="versions-07",
)
