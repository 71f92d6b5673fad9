"""Refuses requests for hosts that are not ours, so that another name pointed at this address reaches nothing."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api.problems import refusal
from dashboard.settings import is_number
from moderation.errors import ModerationError

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^][:/?#@\\\s]*))(?::[0-9]*)?")


class UnknownHost(ModerationError):
    """The request is for a name that this desk does not go by; TALIQ_ALLOWED_HOSTS lists its names."""

    code = "unknown_host"


class Hosts:
    """`allowed` are names without ports; `*.example.org` means every name under it, `*` any.

    With none, this machine's own: its name, the name it listens on, and addresses in numbers, for which nobody else's
    name can be made to stand.
    """

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str] = (), own: str = "") -> None:
        self._app = app
        self._allowed = tuple(name.strip().lower().rstrip(".") for name in allowed if name.strip())
        self._own = {"localhost", socket.gethostname().lower(), own.lower()} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        request = HTTPConnection(scope)
        if self._knows(name_of(request.headers.get("host", ""))):
            return await self._app(scope, receive, send)
        if scope["type"] == "websocket":
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        return await refusal(request, UnknownHost())(scope, receive, send)

    def _knows(self, host: str) -> bool:
        if not self._allowed:
            return host in self._own or host.endswith(".localhost") or is_number(host)
        return any(name in ("*", host) or (name.startswith("*.") and host.endswith(name[1:])) for name in self._allowed)


def name_of(host: str) -> str:
    """The name without the port: `[::1]:8501` is `::1`. Nothing, where more follows, as in `ours:1@evil.example`."""
    parts = _HOST.fullmatch(host.strip().lower())
    return (parts[1] or parts[2] or "").rstrip(".") if parts else ""
