"""Refuses a request that tells where it ends in two ways."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.problems import refusal
from moderation.errors import Invalid


class Framing:
    """The server goes by the chunks. A proxy before it that went by the length took what follows for another request's,
    maybe another person's (RFC 9112, 6.1: such a request ought to be handled as an error, and the connection closed).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = HTTPConnection(scope)
        if not {"transfer-encoding", "content-length"} <= set(request.headers.keys()):
            return await self._app(scope, receive, send)

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        return await refusal(request, Invalid(field="Content-Length", reason="duplicate_key"))(scope, receive, closing)
