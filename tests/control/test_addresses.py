import pytest

from mock_zuora.control.addresses import ADDRESSES, Address
from mock_zuora.control.errors import Invalid

STEP = Address("POST", "/jobs/{id}/step")


def test_an_address_knows_what_its_path_says():
    assert (STEP.names, STEP.of_path({"id": 4, "other": 5})) == (("id",), {"id": "4"})


@pytest.mark.parametrize("said", ["", "a/b"])
def test_what_cannot_stand_in_a_path_is_refused(said):
    with pytest.raises(Invalid, match="id: "):
        STEP.of_path({"id": said})


@pytest.mark.parametrize(
    ("path", "is_there"),
    [("/__mock/v1/jobs/4/step", True), ("/__mock/v1/jobs/4/5/step", False), ("/jobs/4/step", False)],
)
def test_an_address_is_at_its_path_only(path, is_there):
    assert STEP.is_at(path) is is_there


def test_only_what_changes_something_has_a_body():
    assert {each.method for each in ADDRESSES.values() if not each.has_body} == {"GET", "DELETE"}
