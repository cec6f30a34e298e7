import pytest

from mock_zuora.api.app import ROUTERS
from mock_zuora.api.paths import allowed_methods, similar_path

ROUTES = [route for router in ROUTERS for route in router.routes]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/objects/jobs", "GET, POST"),
        ("/objects/jobs/1", "GET"),
        ("/objects/records/default/a/1", "DELETE, GET, PATCH, PUT"),
        ("/objects", ""),
    ],
)
def test_allowed_methods_are_those_of_every_operation_at_the_path(path, methods):
    assert allowed_methods(ROUTES, path) == methods


@pytest.mark.parametrize("path", ["/", "", "/favicon.ico", "/x" * 10_000])
def test_path_that_resembles_no_operation_has_no_similar_one(path):
    assert similar_path(ROUTES, path) is None
