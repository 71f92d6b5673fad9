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
        try:
            await _check(request)
        except ModerationError as error:
            if scope["type"] == "websocket":
                await receive()
                # Before the handshake was accepted, the server makes an HTTP 403 of this.
                return await send({"type": "websocket.close", "code": 4401})
            return await _turned_away(request, error)(scope, receive, send)
        return await self._app(scope, receive, send)


async def _check(request: HTTPConnection) -> None:
    doors, caller = front(request), callers.session(request)
    await doors.run(lambda: accounts.whoami(doors.desk(), caller))


def _turned_away(request: HTTPConnection, error: ModerationError) -> ASGIApp:
    if isinstance(error, Unavailable) or not for_people(request) or request.scope["method"] not in ("GET", "HEAD"):
        return refusal(request, error if isinstance(error, Unavailable) else Unauthenticated(kind="session"))
    there = pages.address_of(request)
    return RedirectResponse("/login" if there == pages.HOME else f"/login?next={quote(there, safe='')}", 303)
