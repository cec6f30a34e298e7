"""Fixtures of all tests: files, credentials, and pauses that take no time."""

import pytest
from loader import Loader

VEHICLE = {
    "object": "vehicle",
    "label": "Vehicle",
    "required": ["plate__c"],
    "unique": ["plate__c"],
    "filterable": ["plate__c"],
    "properties": {
        "plate__c": {"type": "string", "label": "Plate"},
        "seats__c": {"type": "integer", "label": "Seats"},
    },
}


@pytest.fixture
def vehicles():
    """Makes a CSV file with as many vehicles as the test asks for."""
    return lambda number: "plate__c,seats__c\n" + "".join(f"A {each},{each % 7 + 1}\n" for each in range(number))


@pytest.fixture
def pauses():
    """The pauses of the loader in seconds."""
    return []


@pytest.fixture
def sleep(zuora, pauses):
    """Moves the tenant's clock instead of waiting."""

    def sleep(seconds):
        pauses.append(seconds)
        zuora.clock.advance(seconds)

    return sleep


@pytest.fixture
def make(zuora, sleep):
    """Makes a loader with settings of the test's own."""
    made = []

    def make(user=None, **options):
        credentials = zuora.client(user)
        options = {"sleep": sleep, **options}
        loader = Loader(zuora.url, credentials.client_id, credentials.client_secret, **options)
        made.append(loader)
        return loader

    yield make
    for loader in made:
        loader.__exit__()


@pytest.fixture
def loader(make):
    """A loader that splits files after three rows."""
    return make(max_rows=3)
