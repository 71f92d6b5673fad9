"""The outermost layer: security headers on every answer, and an answer even when everything inside failed."""

from __future__ import annotations

import asyncio
import logging
import secrets
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from re import DOTALL, finditer

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.answers import Internal
from dashboard.api.problems import refusal
from moderation.errors import Unavailable

_log = logging.getLogger("taliq.http")

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_HSTS = "max-age=31536000; includeSubDomains"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would also blank the Origin of our own forms; this keeps every address within the site.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


@cache
def content_security_policy() -> str:
    """Streamlit's page needs an inline script, named by its hash, inline styles, and blobs for components' code."""
    scripts = " ".join(["'self'", "blob:", *_inline_script_hashes(INDEX.read_text(encoding="utf-8"))])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'none'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _inline_script_hashes(document: str) -> list[str]:
    scripts = finditer(r"<script>(.*?)</script>", document, DOTALL)
    return [f"'sha256-{b64encode(sha256(script[1].encode()).digest()).decode()}'" for script in scripts]


class Headers:
    """Adds the headers, and turns an error that nothing caught into an answer that tells only its number.

    A request that is cut off by the server's stop is answered too. `secure`: browsers come by https alone, whether or
    not the proxy says so.
    """

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add(MutableHeaders(scope=message), secure=self._secure or scope.get("scheme") == "https")
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except asyncio.CancelledError:
            # The server stops, and has waited long enough. Work that is in a thread goes on to its end all the same.
            _log.warning("stopped before an answer was finished")
            if not started:
                await refusal(HTTPConnection(scope), Unavailable(what="stopping"))(scope, receive, with_headers)
        except Exception as error:
            if started:
                # The client sees a broken stream, which is what it is.
                _log.error("answer broken off: %s in %s", type(error).__name__, _place(error))
                raise BrokenOff from None
            # Neither the error's words nor its values are logged: they may hold a reader's text or a secret.
            number = secrets.token_hex(4)
            _log.error("error %s: %s in %s", number, type(error).__name__, _place(error))
            await refusal(HTTPConnection(scope), Internal(id=number))(scope, receive, with_headers)
        return None


class BrokenOff(Exception):
    """An answer could not be finished; says nothing of why, since what is raised here is printed with its words."""


def _add(headers: MutableHeaders, *, secure: bool) -> None:
    for name, value in _FIXED.items():
        headers[name] = value
    headers["Content-Security-Policy"] = content_security_policy()
    # Streamlit names the caching of its own files; whatever says nothing is somebody's page or answer.
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers["Strict-Transport-Security"] = _HSTS
    del headers["server"]


def _place(error: BaseException) -> str:
    """File and line of the innermost frame: enough to find the mistake, and no values."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
