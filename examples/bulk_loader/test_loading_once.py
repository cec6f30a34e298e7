"""Tests that share what takes long to load."""

import pytest
from loader import Loader


@pytest.fixture(scope="class")
def loaded(zuora_class):
    """A tenant with a thousand vehicles, for all tests of a class."""
    credentials = zuora_class.client()
    with Loader(zuora_class.url, credentials.client_id, credentials.client_secret, max_rows=500) as loader:
        loader.load("vehicle", "plate__c\n" + "".join(f"A {each}\n" for each in range(1000)))
    zuora_class.snapshots.save("loaded")
    return zuora_class


class TestLoadedVehicles:
    @pytest.mark.parametrize("number", range(3))
    def test_each_test_begins_with_what_was_loaded(self, loaded, number):
        loaded.snapshots.restore("loaded")
        loaded.add_records("vehicle", [{"plate__c": f"B {number}"}])
        assert len(loaded.records("vehicle")) == 1001
