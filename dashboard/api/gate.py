"""Nobody reaches the dashboard without a session: neither its pages nor its files nor its websocket."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api import callers, pages
from dashboard.api.front import front
from dashboard.api.problems import for_people, refusal
from moderation.errors import ModerationError, Unauthenticated, Unavailable
from moderation.service import accounts

# What a websocket is closed with, as RFC 6455 and its registry have it: ours, and "policy violation".
_NO_SESSION, _FROM_ELSEWHERE = 4401, 1008


class Gate:
    """Pure ASGI, because middleware for requests alone would let the websocket by.

    There is no list of open paths: what needs no session is answered by the doors, before this.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        request = HTTPConnection(scope)
        # Streamlit would let in whatever calls itself localhost, another port's page too; and of every other name it
        # first asks a server on the internet what this machine's own address is, while all requests wait.
        if scope["type"] == "websocket" and not callers.opened_from_this_site(request):
            return await _closed(receive, send, _FROM_ELSEWHERE)
        try:
            await _check(request)
        except ModerationError as error:
            if scope["type"] == "websocket":
                return await _closed(receive, send, _NO_SESSION)
            return await _turned_away(request, error)(scope, receive, send)
        return await self._app(scope, receive, send)


async def _closed(receive: Receive, send: Send, code: int) -> None:
    """Before the handshake was accepted, the server makes an HTTP 403 of this."""
    await receive()
    await send({"type": "websocket.close", "code": code})


async def _check(request: HTTPConnection) -> None:
    doors, caller = front(request), callers.session(request)
    await doors.run(lambda: accounts.whoami(doors.desk(), caller))


def _turned_away(request: HTTPConnection, error: ModerationError) -> ASGIApp:
    if isinstance(error, Unavailable) or not for_people(request) or request.scope["method"] not in ("GET", "HEAD"):
        return refusal(request, error if isinstance(error, Unavailable) else Unauthenticated(kind="session"))
    there = pages.address_of(request)
    return RedirectResponse("/login" if there == pages.HOME else f"/login?next={quote(there, safe='')}", 303)
