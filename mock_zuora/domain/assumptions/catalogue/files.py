"""Assumptions about uploaded files and their rows."""

from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption

FILE_LIMIT: Final = Assumption(
    name="file-limit",
    question="How many bytes can a file of 15 MB have?",
    choices={
        "15000000": "15,000,000, counted after gunzip.",
        "15728640": "15,728,640 (15 MiB), counted after gunzip.",
    },
    default="15000000",
    evidence="The sources say '15 MB'.",
    row="upload-03",
)
