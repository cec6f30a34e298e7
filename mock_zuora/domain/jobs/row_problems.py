"""Collects all problems of a rejected row, and explains the number of its cells."""

from typing import Final

from mock_zuora.domain.errors import Category, counted
from mock_zuora.domain.jobs.header_diagnosis import SEPARATORS
from mock_zuora.domain.objects.field import FieldValidationError

MAX_PROBLEMS: Final = 20
"""Problems that a message names: thousands of messages are kept."""


class RowProblems:
    """The problems of one row, in the order in which they were found. A ``with`` block collects its problem."""

    def __init__(self) -> None:
        self._found: list[FieldValidationError] = []

    def __len__(self) -> int:
        return len(self._found)

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, FieldValidationError):
            return False
        self.add(error)
        return True

    def add(self, problem: FieldValidationError) -> None:
        """Adds a problem that was not raised."""
        self._found.append(problem)

    def together(self) -> FieldValidationError:
        """One error with the code of the first problem and the messages of all. There is at least one problem.

        It rests on the assumption of the first problem that has one.
        """
        first = self._found[0]
        if len(self._found) == 1:
            return first
        sentences = [_sentence(each) for each in self._found[:MAX_PROBLEMS]]
        if (more := len(self._found) - MAX_PROBLEMS) > 0:
            sentences.append(f"The row has {counted(more, 'more problem')}.")
        assumption = next((each.assumption for each in self._found if each.assumption is not None), None)
        return FieldValidationError(first.category, " ".join(sentences), assumption)


def _sentence(problem: FieldValidationError) -> str:
    return problem.message if problem.message.endswith((".", "?")) else f"{problem.message}."


def wrong_width(row: tuple[str, ...], width: int) -> FieldValidationError:
    """The error of a row with too many or too few cells."""
    message = f"The row has {counted(len(row), 'cell')}, but the header row has {counted(width, 'column')}."
    return FieldValidationError(Category.INVALID, message + _reason(row, width))


def _reason(row: tuple[str, ...], width: int) -> str:
    if len(row) > width:
        if not any(row[width:]):
            return f" The row ends with {counted(len(row) - width, 'comma')} too many."
        if any([each[:1].isspace() and each.lstrip().startswith('"') for each in row]):
            return " A cell begins with a space and a quote; expected no space before the quote."
        return " A cell that contains a comma needs quotes."
    if len(row) == 1:
        if "," in row[0]:
            return " The whole row is in quotes; expected quotes around single cells."
        for separator, word in SEPARATORS.items():
            if row[0].count(separator) == width - 1:
                return f" Is the row separated by {word}?"
    return ""
