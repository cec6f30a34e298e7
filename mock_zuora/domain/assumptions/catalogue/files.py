"""Assumptions about uploaded files: their header, their rows, and the cells of the rows."""

from typing import Final

from mock_zuora.domain.assumptions.assumption import BY_VERSION, Assumption

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
BYTE_ORDER_MARK: Final = Assumption(
    name="byte-order-mark",
    question="What happens to a file that starts with a byte-order mark?",
    choices={
        "ignored": "The mark is ignored.",
        "refused": "The upload is refused with the code 71013620, and the message names the mark.",
    },
    default="ignored",
    evidence="The reference only says that files are UTF-8. Spreadsheets write the mark.",
    row="rows-03",
)
HEADER_CHECK: Final = Assumption(
    name="header-check",
    question="When is a header row with wrong columns refused?",
    choices={
        "upload": "At the upload, and the job stays pending.",
        "processing": "The upload is accepted, and the job fails with the error when it is processed.",
    },
    default="upload",
    evidence="The error codes about headers are documented, but not which response has them.",
    row="upload-14",
)
HEADER_ONLY_FILE: Final = Assumption(
    name="header-only-file",
    question="What happens to a file that has a header row and no other row?",
    choices={
        "refused": "The upload is refused with the code 71013620.",
        "completed": "The job completes without records.",
    },
    default="refused",
    evidence="The sources do not mention such a file. Empty files are refused with this code.",
    row="upload-15",
)
BLANK_LINES: Final = Assumption(
    name="blank-lines",
    question="What happens to a blank line?",
    choices={
        "skipped": "It is skipped, but it counts in row numbers.",
        "rejected": "It is a rejected row, with the code 71012520.",
    },
    default="skipped",
    evidence="The sources do not mention blank lines, and RFC 4180 does not define them.",
    row="rows-02",
)
EMPTY_ROWS: Final = Assumption(
    name="empty-rows",
    question="What happens to a row whose cells are all empty?",
    choices={
        "rejected": "It is rejected with the code 71012520.",
        "skipped": "It is skipped like a blank line.",
        "written": "It is processed: a create writes a record of defaults, and in an update the id is missing.",
    },
    default="rejected",
    evidence="The sources do not mention such rows. Spreadsheets write them below a table.",
    row="rows-14",
)
EMPTY_CELL: Final = Assumption(
    name="empty-cell",
    question="What does an empty cell do?",
    choices={
        "cleared": "The field has no value, even if it has a default. A required field rejects the row with 71012522.",
        "default-value": "The field takes its default, as it does without a column.",
        "rejected": "It rejects the row with the code 71012526.",
    },
    default="cleared",
    evidence="The reference says that empty strings cannot be stored, and that a field without a column takes its "
    "default. It does not mention empty cells.",
    row="rows-05",
)
UPDATE_MISSING_COLUMN: Final = Assumption(
    name="update-missing-column",
    question="What does an update do with a field that has a value, but neither a column nor a default?",
    choices={
        "cleared": "The field is cleared.",
        "kept": "The field keeps its value.",
    },
    default="cleared",
    evidence="The reference says that an update sets a field without a column to its default.",
    row="rows-06",
)
BOOLEAN_TEXT: Final = Assumption(
    name="boolean-text",
    question="In which letter cases can the text of a boolean be written?",
    choices={
        "any-case": "In any letter case, such as `TRUE`.",
        "lower-case": "Only as `true` and `false`; other text is refused, in a row with the code 71012525.",
    },
    default="any-case",
    evidence="The file of the guide has lower case. The user interface shows `True` and `False`.",
    row="rows-13",
)
MULTISELECT_SEPARATOR: Final = Assumption(
    name="multiselect-separator",
    question="How does a cell list the options of a multiselect field?",
    choices={
        "semicolon": "Separated by semicolons.",
        "comma": "Separated by commas, in a quoted cell.",
        "json": "As a JSON array of strings.",
    },
    default="semicolon",
    evidence="The reference says only that the value is a string.",
    row="definitions-05",
)
UNIQUE_SCOPE: Final = Assumption(
    name="unique-scope",
    question="With which records can a row clash over a unique value?",
    choices={
        "stored": "With stored records and with earlier rows of its file.",
        "file": "Only with earlier rows of its file.",
    },
    default="stored",
    evidence="Only the rows of one file are documented.",
    row="rows-08",
)
ROW_ERROR_RECORD: Final = Assumption(
    name="row-error-record",
    question="What does `record` hold in the error of a rejected row?",
    choices={
        BY_VERSION: "What the version says: `as-sent` until 341.0, `all-fields` in dated versions.",
        "as-sent": "The values as sent, by column.",
        "with-id": "An `Id`, generated for a create, and the values as sent.",
        "all-fields": "`Id`, `type`, the users and dates of creation and update, and the values as sent.",
    },
    default=BY_VERSION,
    evidence="The models of the SDK make every field optional. The sample of 2024 shows all fields, with an `Id` for a "
    "rejected create.",
    row="rows-09",
)
