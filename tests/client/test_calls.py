"""How resources name jobs and faults in control requests."""

import pytest

from mock_zuora.control.errors import Invalid


def test_value_without_id_is_refused(handle):
    with pytest.raises(Invalid, match="id: 7 is not valid"):
        handle.faults.get(7)
