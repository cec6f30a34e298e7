"""Assumptions about records and queries."""

from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption

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
