"""Assumptions about every request: errors, headers, rate limits and dates."""

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
IDEMPOTENCY_KEY: Final = Assumption(
    name="idempotency-key",
    question="What does the header `Idempotency-Key` do?",
    choices={
        "ignored": "Nothing; a fidelity warning says so.",
        "honoured": "The first response is kept for 24 hours and returned again. While the first request runs, others "
        "get 409; with another tenant, URL or method, the key is refused with 422.",
        "conflict": "A retry gets the body of the first response with the status 409.",
    },
    default="ignored",
    evidence="The changelog of 2024-05-30 removed the header from every POST and PATCH under `/objects` as "
    "unsupported, and the pages of the operations no longer have it. The SDK and the general guide still do.",
    row="requests-05",
)
REFUSED_REQUESTS: Final = Assumption(
    name="refused-requests",
    question="Do requests over the rate limit count towards the limit per minute?",
    choices={
        "count": "Yes: a client that retries without waiting is refused for ever.",
        "free": "No.",
    },
    default="count",
    evidence="The guide says that refused requests count. It gives neither the kind of the window nor a sample.",
    row="limits-06",
)
DATES: Final = Assumption(
    name="dates",
    question="How many decimals do the seconds of a date-time in a response have?",
    choices={
        "milliseconds": "Three: `2021-03-15T06:47:18.000Z`.",
        "instant": "Three, but none on a whole second, as Java's `Instant` prints: `2021-03-15T06:47:18Z`.",
        "whole-seconds": "None; the milliseconds are cut off.",
    },
    default="milliseconds",
    evidence="The samples show both forms. Read together, one date-time in a thousand has no decimals; the default "
    "never omits them, so that no test depends on chance.",
    row="jobs-04",
)
