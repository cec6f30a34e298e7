"""The app of the inspector: pages, actions, the login, and the files that a page loads."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora.admin.access_control import LOGIN_PATH, AccessPolicy
from mock_zuora.admin.inspector import views
from mock_zuora.admin.inspector.actions import form_of, page_to_return_to, run_action
from mock_zuora.admin.inspector.assets import asset_response
from mock_zuora.admin.inspector.login import Login
from mock_zuora.admin.inspector.page import PREFIX, ROOT, VIEWS, Entry, Page, View
from mock_zuora.admin.inspector.rendering import page_response
from mock_zuora.admin.inspector.snippets import operation_named
from mock_zuora.admin.inspector.themes import THEME_COOKIE, THEMES, theme_of
from mock_zuora.config.settings import ControlMode, InspectorMode
from mock_zuora.control.context import Control
from mock_zuora.control.errors import ControlError, Invalid
from mock_zuora.control.paths import allowed_methods, match_whole_paths
from mock_zuora.control.services.info import get_info
from mock_zuora.domain.errors import quote

_YEAR: Final = 365 * 86_400

logger = logging.getLogger("mock_zuora.inspector")


class Inspector:
    """The pages of a server."""

    def __init__(self, control: Control, access: AccessPolicy) -> None:
        self._control = control
        self._access = access
        self._is_read_only = control.settings.inspector is InspectorMode.READ_ONLY
        self.pages = [Route(each.path, self._page_of(each), methods=["GET"]) for each in VIEWS]
        match_whole_paths(self.pages)

    # Pages

    def _page_of(self, entry: Entry) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            return await self._show(entry, self._page(request.scope, request.query_params, request.path_params))

        return respond

    def _page(self, scope: Scope, query: Mapping[str, str], parameters: Mapping[str, str]) -> Page:
        request = Request(scope)
        return Page(
            control=self._control,
            tenant=self._control.name_of(query.get("tenant") or None),
            path=scope["path"],
            query=dict(query),
            parameters=parameters,
            base_url=str(request.base_url).rstrip("/"),
            is_read_only=self._is_read_only,
            theme=theme_of(scope),
        )

    async def _show(self, entry: Entry, page: Page, error: ControlError | None = None) -> Response:
        """A page; with an error, the one that the form was on."""
        try:
            view, values = await entry.handler(page), await self._layout(page, entry.section)
        except ControlError as failed:
            return await self._show_error(page, entry.section, error or failed)
        message = None if error is None else self._control.registry.secrets.redact(str(error))
        values |= {"view": view, "error": message, **view.values}
        return await page_response(view.template, values, 200 if error is None else error.status)

    async def _show_error(self, page: Page, section: str, error: ControlError) -> Response:
        if page.tenant not in self._control.registry.tenants:
            # The layout needs a tenant that exists.
            page = replace(page, tenant=self._control.name_of(None), query={})
        title = "Not found" if error.status == 404 else "Not possible"
        view = View(template="error.html", title=title, watch="tenants")
        values = await self._layout(page, section)
        message = self._control.registry.secrets.redact(str(error))
        return await page_response(view.template, {**values, "view": view, "error": message}, error.status)

    async def _layout(self, page: Page, section: str) -> dict[str, Any]:
        """The values that every page has."""
        done, info = page.query.get("done", ""), await get_info(self._control, page.tenant)
        return {
            "page": page,
            "section": section,
            "sections": views.SECTIONS,
            "info": info,
            "done": None if operation_named(done) is None else views.DONE.get(done, "Done."),
            "can_log_out": self._access.mode is ControlMode.TOKEN,
            "themes": THEMES,
        }

    # Forms

    async def run(self, request: Request) -> Response:
        """Runs the action of a form, and leads back to its page; shows that page with the error if it is refused."""
        try:
            form = await form_of(request)
        except Invalid as error:
            return await self._back(request, ROOT, error)
        back = page_to_return_to(form)
        name = request.path_params["name"]
        try:
            await run_action(self._control, name, form, is_read_only=self._is_read_only)
        except ControlError as error:
            return await self._back(request, back, error)
        path, _, query = back.partition("?")
        kept = "&".join(each for each in query.split("&") if each and not each.startswith("done="))
        return RedirectResponse(f"{path}?{kept}&done={name}" if kept else f"{path}?done={name}", 303)

    async def _back(self, request: Request, back: str, error: ControlError) -> Response:
        path, _, query = back.partition("?")
        # A path in a URL is quoted, and the one in a scope is not.
        scope = {**request.scope, "method": "GET", "path": unquote(path), "query_string": query.encode()}
        shown = Request(scope)
        for route, entry in zip(self.pages, VIEWS, strict=True):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return await self._show(entry, self._page(scope, shown.query_params, found["path_params"]), error)
        return await self._show_error(self._page(scope, {}, {}), "", error)

    async def set_theme(self, request: Request) -> Response:
        """Keeps the theme in a cookie."""
        try:
            form = await form_of(request)
        except Invalid as error:
            return await self._back(request, ROOT, error)
        theme = form.get("theme", "system")
        response = RedirectResponse(page_to_return_to(form), 303)
        if theme in THEMES:
            response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, path="/__mock", samesite="strict", httponly=True)
        return response


def build_inspector(control: Control, access: AccessPolicy) -> ASGIApp:
    """The app of the inspector."""
    inspector, login = Inspector(control, access), Login(access)
    routes = [
        Route("/__mock", _to_first_page),
        Route(LOGIN_PATH, login.show, methods=["GET"]),
        Route(LOGIN_PATH, login.log_in, methods=["POST"]),
        Route(PREFIX + "/logout", login.log_out, methods=["POST"]),
        Route(PREFIX + "/theme", inspector.set_theme, methods=["POST"]),
        Route(PREFIX + "/assets/{name}", asset_response),
        Route(PREFIX + "/actions/{name}", inspector.run, methods=["POST"]),
    ]
    match_whole_paths(routes)
    handlers = {HTTPException: _not_routed, ClientDisconnect: _unread, Exception: _crash}
    app = Starlette(routes=[*routes, *inspector.pages], exception_handlers=handlers)
    app.state.redact = control.registry.secrets.redact
    return _unless_seeding(app, control)


def _unless_seeding(app: ASGIApp, control: Control) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if control.runner.is_ready:
            await app(scope, receive, send)
        else:
            headers = {"Refresh": "1", "Retry-After": "1"}
            await PlainTextResponse("The server is still seeding; this page follows.", 503, headers)(
                scope, receive, send
            )

    return serve


async def _to_first_page(request: Request) -> Response:
    return RedirectResponse(ROOT, 308)


async def _not_routed(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = quote(request.scope["path"])
    sentence = f"{request.method} is not allowed for {path}." if status == 405 else f"There is no page {path}."
    values = {"title": "Not found", "error": sentence, "theme": "system"}
    response = await page_response("plain_error.html", values, status)
    if status == 405:
        response.headers["Allow"] = allowed_methods(request.app.routes, request.scope["path"])
    return response


async def _unread(request: Request, error: Exception) -> Response:
    """For a client that went away while it sent a form, and so reads no response."""
    return Response(status_code=400)


async def _crash(request: Request, error: Exception) -> Response:
    redact = request.app.state.redact
    logger.error("%s crashed", redact(f"{request.method} {quote(request.scope['path'])}"), exc_info=error)
    values = {"title": "Error", "error": "The mock server has a bug; its log has the details.", "theme": "system"}
    return await page_response("plain_error.html", values, 500)
