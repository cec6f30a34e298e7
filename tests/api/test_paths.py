import pytest

from mock_zuora.api.app import ROUTERS
from mock_zuora.api.paths import similar_path

ROUTES = [route for router in ROUTERS for route in router.routes]


@pytest.mark.parametrize("path", ["/", "", "/favicon.ico", "/x" * 10_000])
def test_path_that_resembles_no_operation_has_no_similar_one(path):
    assert similar_path(ROUTES, path) is None
