"""The login page of a server whose control API needs a token."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_zuora.admin.access_control import LOGIN_PATH, AccessPolicy
from mock_zuora.admin.inspector.actions import form_of, page_to_return_to
from mock_zuora.admin.inspector.page import ROOT
from mock_zuora.admin.inspector.rendering import page_response
from mock_zuora.admin.inspector.themes import theme_of
from mock_zuora.config.settings import ControlMode
from mock_zuora.control.errors import Invalid


class Login:
    """Opens and ends the sessions of browsers."""

    def __init__(self, access: AccessPolicy) -> None:
        self._access = access

    async def show(self, request: Request) -> Response:
        """Shows the form that takes the control token."""
        return await self._page(request, page_to_return_to(request.query_params))

    async def log_in(self, request: Request) -> Response:
        """Opens a session for the control token."""
        try:
            form = await form_of(request)
        except Invalid as error:
            return await self._page(request, ROOT, str(error))
        back = page_to_return_to(form)
        if not self._access.is_token(form.get("token", "")):
            sentence = "token: this is not the control token; expected the one that the server was started with"
            return await self._page(request, back, sentence)
        return RedirectResponse(back, 303, {"Set-Cookie": self._access.sessions.cookie(request.scope)})

    async def log_out(self, request: Request) -> Response:
        """Ends the session."""
        return RedirectResponse(LOGIN_PATH, 303, {"Set-Cookie": self._access.sessions.end(request.scope)})

    async def _page(self, request: Request, back: str, error: str | None = None) -> Response:
        if self._access.mode is not ControlMode.TOKEN:
            return RedirectResponse(ROOT, 303)
        values = {"back": back, "error": error, "theme": theme_of(request.scope)}
        return await page_response("login.html", values, 200 if error is None else 401)
