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
