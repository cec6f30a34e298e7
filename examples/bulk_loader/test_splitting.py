"""Splitting needs no server."""

import pytest
from splitting import split


@pytest.mark.parametrize(("rows", "parts"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_parts_have_at_most_so_many_rows(vehicles, rows, parts):
    assert [part.rows for part in split(vehicles(rows), 3)] == parts


def test_each_part_has_the_header_and_knows_its_place(vehicles):
    first, second = split(vehicles(4), 3)
    assert (first.offset, second.offset) == (0, 3)
    assert second.text == "plate__c,seats__c\nA 3,4\n"


def test_quoted_line_breaks_stay_in_their_row():
    [part] = split('plate__c,note__c\nA 1,"two\nlines"\n', 3)
    assert (part.rows, part.text) == (1, 'plate__c,note__c\nA 1,"two\nlines"\n')


@pytest.mark.parametrize("text", ["", "\n"])
def test_file_without_a_header_is_refused(text):
    with pytest.raises(ValueError, match="no header row"):
        list(split(text, 3))
