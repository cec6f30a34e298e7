"""Assumptions about records and queries."""

from typing import Final

from mock_zuora.domain.assumptions.assumption import BY_VERSION, Assumption

PUT_RECORD: Final = Assumption(
    name="put-record",
    question="What does PUT on a record do with the fields that the body omits?",
    choices={
        "merge": "They keep their values.",
        "replace": "They get their defaults. Fields without a default are cleared.",
    },
    default="merge",
    evidence="The sample of 2024 shows a response with fields that its request omits. The description says 'updates'.",
    row="records-04",
)
UUID_FORMAT: Final = Assumption(
    name="uuid-format",
    question="Which ids can a field with the format `uuid` store?",
    choices={
        "36-or-32": "UUIDs of 36 characters, and ids of 32 hexadecimal digits.",
        "36": "UUIDs of 36 characters only.",
    },
    default="36-or-32",
    evidence="The guide says that the option stores ids of 32 characters, and Zuora's own ids look like that. The "
    "samples of custom objects have 36.",
    row="rows-15",
)
RECORD_VERSION: Final = Assumption(
    name="record-version",
    question="Does a record in a response have the key `version`?",
    choices={
        BY_VERSION: "In the versions up to 341.0, and not in the dated ones.",
        "always": "In every version.",
        "never": "In no version.",
    },
    default=BY_VERSION,
    evidence="A sample of 2017 has the key. The samples of 2024 and the SDK do not.",
    row="records-13",
)
UNPROCESSED_RECORDS: Final = Assumption(
    name="unprocessed-records",
    question="Does the response to the creation of records have the key `unprocessedRecords`?",
    choices={
        BY_VERSION: "In the dated versions, and not in those up to 341.0.",
        "always": "In every version.",
        "never": "In no version.",
    },
    default=BY_VERSION,
    evidence="A sample of 2024 has the key with an empty list. Older samples and the SDK do not have it.",
    row="records-14",
)
RECORD_COUNT: Final = Assumption(
    name="record-count",
    question="What is the `count` of a list of records?",
    choices={
        "matches": "The number of records that match the query, on all pages.",
        "page": "The number of records on the page.",
        "all": "The number of records of the object.",
    },
    default="matches",
    evidence="The reference calls it the record count of the object. Its only sample has one record.",
    row="records-15",
)
RECORD_PERMISSION_STATUS: Final = Assumption(
    name="record-permission-status",
    question="Which status does a missing permission to create records, or to change several, have?",
    choices={
        "401": "401, with `details`.",
        "403": "403, like other missing permissions.",
    },
    default="401",
    evidence="The reference and the SDK list a 401 with these codes for the two operations. No sample shows one.",
    row="permissions-05",
)
QUERY_LETTER_CASE: Final = Assumption(
    name="query-letter-case",
    question="Are comparisons of text in queries case-sensitive?",
    choices={
        "exact": "Yes.",
        "ignored": "No.",
    },
    default="exact",
    evidence="The guide to queries does not mention it.",
    row="queries-07",
)
QUERY_DEFAULT_OPERATOR: Final = Assumption(
    name="query-default-operator",
    question="What do two terms of a query without an operator between them mean?",
    choices={
        "refused": "Nothing: the query is refused.",
        "or": "The same as with `OR`.",
    },
    default="refused",
    evidence="The guide to queries always shows an operator. `OR` is the default of search engines with this syntax.",
    row="queries-03",
)
