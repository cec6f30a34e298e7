"""The short way from a call to the handler of its path operation.

FastAPI declares the operations, and makes the document from what they declare. On its own way to a handler it passes
five middlewares, tries one route after the other and validates texts as texts: most of what a call costs. So an
operation that takes nothing but the request and texts is called here; what is left (a path or a method that no
operation has, a parameter of another type) goes FastAPI's way, with the same result.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor
from starlette.requests import Request
from starlette.responses import Response

Handler = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A path operation, ready to be called."""

    handler: Handler
    request: str
    """The name of the handler's parameter that takes the request."""
    texts: tuple[str, ...]
    """The query parameters that are given once; of one that was sent twice, the last counts, as in FastAPI."""
    lists: tuple[str, ...]

    async def answer(self, request: Request, path_parameters: Mapping[str, str]) -> Response:
        """Calls the handler with what the request says."""
        parameters: dict[str, Any] = {self.request: request, **path_parameters}
        if request.scope["query_string"]:
            sent = request.query_params
            parameters |= {name: sent[name] for name in self.texts if name in sent}
            parameters |= {name: sent.getlist(name) for name in self.lists if name in sent}
        return await self.handler(**parameters)


class Dispatcher:
    """The path operations of some routers by method, in their order."""

    def __init__(self, routers: Sequence[APIRouter]) -> None:
        self._routes: dict[str, list[tuple[APIRoute, Route | None]]] = {}
        for router in routers:
            for route in router.routes:
                if isinstance(route, APIRoute):
                    for method in route.methods or ():
                        self._routes.setdefault(method, []).append((route, _short(route)))

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The operation of a call and the parameters in its path; None: FastAPI is to find out."""
        for declared, short in self._routes.get(method, ()):
            found = declared.path_regex.match(path)
            if found is not None:
                return None if short is None else (short, found.groupdict())
        return None

    def operation_id(self, method: str, path: str) -> str | None:
        """The operation id of a call; None if there is no such operation."""
        declared = (route for route, _ in self._routes.get(method, ()))
        return next((route.operation_id for route in declared if route.path_regex.match(path)), None)

    def operation_ids(self) -> list[str]:
        """Every operation id."""
        return [str(route.operation_id) for routes in self._routes.values() for route, _ in routes]


def _short(route: APIRoute) -> Route | None:
    """The route, if its handler can be called with the request and texts alone."""
    hints = get_type_hints(route.endpoint)
    hints.pop("return", None)
    requests = [name for name, hint in hints.items() if hint is Request]
    in_path = [name for name, hint in hints.items() if name in route.param_convertors and hint is str]
    texts = [name for name, hint in hints.items() if hint == str | None]
    lists = [name for name, hint in hints.items() if hint == list[str] | None]
    is_understood = (
        inspect.iscoroutinefunction(route.endpoint)
        and len(requests) == 1
        and len(requests) + len(in_path) + len(texts) + len(lists) == len(hints)
        and all(isinstance(convertor, StringConvertor) for convertor in route.param_convertors.values())
        and not route.dependencies
    )
    if not is_understood:
        return None
    return Route(route.endpoint, requests[0], tuple(texts), tuple(lists))
