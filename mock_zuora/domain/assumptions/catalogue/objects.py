"""Assumptions about objects: their definitions, and how a missing one is refused."""

from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption

UNKNOWN_OBJECT: Final = Assumption(
    name="unknown-object",
    question="How does an operation that documents no 404 refuse an object that does not exist?",
    choices={
        "400": "With 400 and the code 71000220.",
        "404": "With 404 and the code 71000040, like the operations that document a 404.",
    },
    default="400",
    evidence="The reference and the SDK list a 404 for some operations only. The others list 400, 401 and 403.",
    row="definitions-22",
)
TEXT_LIMIT: Final = Assumption(
    name="text-limit",
    question="What is the largest `maxLength` of a filterable or unique text field?",
    choices={
        "512": "512 characters.",
        "255": "255 characters.",
    },
    default="512",
    evidence="The SDK says 512. The guide calls text of up to 255 characters Text, and longer text Long Text, which "
    "cannot be filterable.",
    row="definitions-24",
)
FILTERABLE_LIMIT: Final = Assumption(
    name="filterable-limit",
    question="How many custom fields of an object can be filterable?",
    choices={
        "10": "10.",
        "none": "All of them.",
    },
    default="10",
    evidence="The SDK says 10, in its text about migrations. The text about new definitions names no limit.",
    row="definitions-25",
)
FILTERABLE_SYSTEM_FIELDS: Final = Assumption(
    name="filterable-system-fields",
    question="Which system fields can filters and queries use?",
    choices={
        "dates-and-id": "`Id`, `CreatedDate` and `UpdatedDate`.",
        "all": "These and `CreatedById` and `UpdatedById`.",
    },
    default="dates-and-id",
    evidence="A sample of 2024 lists three system fields as filterable. An older sample lists all five.",
    row="filter-04",
)
