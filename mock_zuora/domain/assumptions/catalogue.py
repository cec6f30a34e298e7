"""Every assumption, in the order of the documentation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption

ERROR_BODY: Final = Assumption(
    name="error-body",
    question="Which form does the body of an error have?",
    choices={
        "flat": '`{"code": 71013040, "message": "…"}`.',
        "reasons": '`{"success": false, "processId": "…", "requestId": "…", "reasons": [{"code": …, "message": "…"}]}`',
    },
    default="flat",
    evidence="The SDK's models and every sample are flat. The reference of 2023 has a schema with `reasons`, which its "
    "own samples contradict.",
    row="versions-05",
)
UNAUTHORIZED_BODY: Final = Assumption(
    name="unauthorized-body",
    question="Which body does a 401 for the access token have?",
    choices={
        "message": '`{"message": "Authentication error"}`.',
        "reasons": "The form with `reasons`, with the code 90000011 and a message that gives the reason.",
    },
    default="message",
    evidence="The SDK has a model of its own for this response, with a message only. The general guide has `reasons`.",
    row="errors-08",
)
TOKEN_ERROR_BODY: Final = Assumption(
    name="token-error-body",
    question="Which body does a refused token request have?",
    choices={
        "zuora": '`{"code": …, "message": "…"}` with status 400, and `{"message": "…"}` with status 401.',
        "rfc6749": '`{"error": "invalid_client", "error_description": "…"}`, as OAuth 2.0 specifies it.',
    },
    default="zuora",
    evidence="The SDK lists Zuora's own models for the errors of this operation; the guides do not mention them.",
    row="tokens-08",
)
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
PUT_RECORD: Final = Assumption(
    name="put-record",
    question="What does PUT on a record do with the fields that the body omits?",
    choices={
        "merge": "They keep their values.",
        "replace": "They are cleared.",
    },
    default="merge",
    evidence="The sample of 2024 shows a response with fields that its request omits. The description says 'updates'.",
    row="records-04",
)

ASSUMPTIONS: Final[Mapping[str, Assumption]] = MappingProxyType(
    {each.name: each for each in list(globals().values()) if isinstance(each, Assumption)}
)
"""Every assumption by its name."""
