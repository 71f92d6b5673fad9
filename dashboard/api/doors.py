"""Our own routes, before anything of Streamlit's: its layers would refuse ids with dots and drive letters as paths."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api import (
    answers,
    articles,
    assets,
    commenters,
    comments,
    decisions,
    exports,
    health,
    insight_files,
    invited,
    openapi,
    picks,
    provider,
    signin,
)
from dashboard.api.front import Front
from dashboard.api.problems import refusal
from moderation.errors import ModerationError, NotFound

Endpoint = Callable[[Request], Awaitable[Response]]


async def _document(request: Request) -> Response:
    return answers.answer(openapi.document())


async def _robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _icon(request: Request) -> Response:
    """What a browser asks for by itself where a document names no icon, as an answer in JSON."""
    return RedirectResponse(assets.url("icon.svg"), 307)


class _ByItself(Route):
    """Of an endpoint that knows which methods it answers at which of its paths, and tells who comes with another."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _by_method(**endpoints: Endpoint) -> Endpoint:
    """One route for a path that answers several methods, so that a wrong method is told all of them."""

    async def endpoint(request: Request) -> Response:
        return await endpoints[request.method if request.method in endpoints else "GET"](request)

    return endpoint


def routes() -> list[Route]:
    """Each route decides by itself who may come in: with a key, with a session, or without either."""
    return [
        Route("/api/v1/comments", comments.submit, methods=["POST"]),
        _ByItself("/api/v1/comments/{rest:path}", comments.one, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
        Route("/api/v1/commenters/{rest:path}", commenters.one, methods=["GET"]),
        Route("/api/v1/articles", articles.save, methods=["POST"]),
        Route("/api/v1/decisions", decisions.feed, methods=["GET"]),
        Route("/api/v1/erasures", decisions.erasures, methods=["GET"]),
        Route("/api/v1/picks", picks.of_article, methods=["GET"]),
        Route("/api/v1/openapi.json", _document, methods=["GET"]),
        Route("/healthz", health.alive, methods=["GET"]),
        Route("/readyz", health.ready, methods=["GET"]),
        Route("/login", _by_method(GET=signin.login_page, POST=signin.login), methods=["GET", "POST"]),
        Route("/login/code", _by_method(GET=signin.code_page, POST=signin.code), methods=["GET", "POST"]),
        Route("/login/link", signin.login_by_link, methods=["GET"]),
        Route(provider.THERE, provider.begin, methods=["GET"]),
        Route(provider.BACK, provider.back, methods=["GET"]),
        Route("/invite", _by_method(GET=invited.invitation_page, POST=invited.accept), methods=["GET", "POST"]),
        Route("/logout", _by_method(GET=signin.logout_page, POST=signin.logout), methods=["GET", "POST"]),
        Route("/language/{lang}", signin.choose_language, methods=["GET"]),
        Route("/assets/{name:path}", assets.asset, methods=["GET"]),
        Route("/export/audit.{form}", exports.audit_file, methods=["GET"]),
        Route("/export/insights/{name}.{form}", insight_files.insight_file, methods=["GET"]),
        Route("/export/checkpoint", exports.checkpoint, methods=["GET"]),
        Route("/export/proof", exports.proof, methods=["GET"]),
        Route("/robots.txt", _robots, methods=["GET"]),
        Route("/favicon.ico", _icon, methods=["GET"]),
    ]


class Doors:
    """Answers what is ours, and lets the rest through to the dashboard."""

    def __init__(self, app: ASGIApp, *, front: Front) -> None:
        self._app = app
        self._front = front
        self._router = Router(routes(), redirect_slashes=False, default=self._beyond)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        scope["front"] = self._front
        if scope["type"] == "websocket":
            return await self._app(scope, receive, send)
        try:
            await self._router(scope, receive, send)
        except ModerationError as error:
            await refusal(HTTPConnection(scope), error)(scope, receive, send)
        except HTTPException as error:
            await refusal(HTTPConnection(scope), _told(error))(scope, receive, send)
        except ClientDisconnect:
            # Nobody is left to answer, and nothing was stored: the body never came to its end.
            return None
        return None

    async def _beyond(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/api/"):
            raise NotFound(what="path")
        await self._app(scope, receive, send)


def _told(error: HTTPException) -> ModerationError:
    if error.status_code == 405:
        return answers.MethodNotAllowed(allowed=(error.headers or {}).get("Allow", ""))
    return NotFound(what="path")
