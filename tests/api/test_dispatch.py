"""The short way to a handler: who takes it, and that its answers are those of the long one."""

import pytest
from fastapi import APIRouter, Request
from starlette.responses import Response

from mock_zuora.api.dispatch import Dispatcher
from mock_zuora.server.app import ROUTERS

pytestmark = pytest.mark.anyio

OPERATIONS = [(method, route.path) for router in ROUTERS for route in router.routes for method in route.methods]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(each) for each in OPERATIONS])
def test_every_operation_of_the_api_is_called_without_a_detour(method, path):
    route, parameters = Dispatcher(ROUTERS).find(method, path)
    assert route.handler.__name__
    assert all(value.strip("{}") == name for name, value in parameters.items())


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/objects"), ("PUT", "/objects/jobs"), ("HEAD", "/objects/jobs"), ("GET", "/objects/jobs/")],
    ids=["no such path", "no such method", "head", "a slash too many"],
)
def test_what_no_operation_answers_is_left_to_the_framework(method, path):
    assert Dispatcher(ROUTERS).find(method, path) is None


def test_an_operation_that_takes_more_than_texts_is_left_to_the_framework():
    router = APIRouter()

    @router.get("/cars/{number}")
    async def car(request: Request, number: int) -> Response: ...

    assert Dispatcher([router]).find("GET", "/cars/1") is None


@pytest.mark.parametrize(
    "path",
    [
        "/objects/jobs?pageSize=1&pageSize=2",
        "/objects/jobs?pageSize=",
        "/objects/jobs?status=completed&color=red",
        "/objects/records/default/vehicle?ids=1&ids=2",
        "/objects/records/default/a%20b?q=%22",
        "/objects/jobs/%2F",
    ],
)
async def test_the_short_way_answers_as_the_framework_does(make_api, path):
    short, long = make_api(), make_api()
    long.app._api._dispatcher = Dispatcher([])
    answers = []
    for api in (short, long):
        async with api.client() as client:
            await client.post(
                "/objects/jobs", json={"operation": "create", "object": "vehicle", "namespace": "default"}
            )
            answers.append(await client.get(path))
    assert (answers[0].status_code, answers[0].content) == (answers[1].status_code, answers[1].content)
