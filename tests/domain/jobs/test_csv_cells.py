import csv

import pytest

from mock_zuora.domain.jobs.csv_cells import cells_of_any_length


@pytest.mark.parametrize("extra", [0, 1, 1_000_000])
def test_limit_is_raised_inside_the_block_only_and_for_larger_files_only(extra):
    limit = csv.field_size_limit()
    with cells_of_any_length(limit + extra):
        assert csv.field_size_limit() == limit + extra
    assert csv.field_size_limit() == limit


def test_limit_is_not_lowered_for_a_small_file():
    limit = csv.field_size_limit()
    with cells_of_any_length(10):
        assert csv.field_size_limit() == limit


def test_limit_is_restored_after_an_error():
    limit = csv.field_size_limit()
    with pytest.raises(csv.Error), cells_of_any_length(limit + 1):
        raise csv.Error
    assert csv.field_size_limit() == limit
