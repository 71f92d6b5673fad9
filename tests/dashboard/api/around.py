"""The real layers around a stand-in for the dashboard, and a client that holds answers against the OpenAPI document."""

from __future__ import annotations

import json
import re
import warnings
from contextlib import suppress
from pathlib import Path

import httpx
import streamlit
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.api import app, openapi
from dashboard.api.front import Front
from dashboard.cookies import SESSION_COOKIE
from moderation.roles import Role
from moderation.service import accounts
from tests.builders import OPERATOR, Newsroom

with warnings.catch_warnings():
    # Starlette would rather have httpx2, which is no dependency of anything else here.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

STREAMLIT_FILES = Path(streamlit.__file__).parent / "static"
BASE = "http://localhost"


def held_against_the_document(response: httpx.Response) -> None:
    """Every answer under /api and of the health checks is one that the document tells of."""
    path = response.request.url.raw_path.decode().partition("?")[0]
    document = openapi.document()
    found = [name for name in document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", ".+", name), path)]
    if not found:
        if path.startswith("/api/"):
            assert response.status_code == 404, path
        return
    # The most specific: `…/{external_id}/reports` before `…/{external_id}`.
    item = document["paths"][max(found, key=len)]
    method = response.request.method.lower()
    schema = {"$ref": "#/components/schemas/Error"}
    if method in item and response.status_code != 405:
        answers = item[method]["responses"]
        assert str(response.status_code) in answers, f"{method} {path} answered {response.status_code}"
        schema = answers[str(response.status_code)]["content"]["application/json"]["schema"]
    elif method == "head":
        return
    assert response.headers["content-type"] == "application/json"
    content = json.loads(response.content)
    Draft202012Validator({**schema, "components": document["components"]}).validate(content)
    told = document["components"]["schemas"]["Problem"]["properties"]["fields"]["properties"]
    for problem in [one["error"] for one in (content, *content.get("results", ())) if "error" in one]:
        assert problem["fields"].keys() <= told.keys(), problem


class Client(TestClient):
    def send(self, *args: object, **kwargs: object) -> httpx.Response:
        response = super().send(*args, **kwargs)
        if not kwargs.get("stream"):
            held_against_the_document(response)
        return response


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")
    with suppress(WebSocketDisconnect):
        while True:
            await websocket.send_bytes(await websocket.receive_bytes())


async def _told(_: Request) -> Response:
    return PlainTextResponse("what Streamlit knows")


def application(front: Front) -> Starlette:
    """Our layers around Streamlit's own files, a websocket that says what it heard, and what it tells of itself."""
    routes = [
        WebSocketRoute("/_stcore/stream", _stream),
        Route("/_stcore/metrics", _told),
        Route("/_stcore/agent/{rest:path}", _told, methods=["GET", "POST"]),
        Mount("/", StaticFiles(directory=STREAMLIT_FILES, html=True)),
    ]
    return Starlette(routes=routes, middleware=app.middleware(front))


def token_of(newsroom: Newsroom, role: Role) -> str:
    link = accounts.issue_link(newsroom.desk, OPERATOR, f"{role}-1")
    return accounts.sign_in_by_link(newsroom.desk, link, address="127.0.0.1").token


def sign_in(client: Client, newsroom: Newsroom, role: Role = Role.MODERATOR) -> str:
    token = token_of(newsroom, role)
    client.cookies.set(SESSION_COOKIE, token, domain="localhost.local")
    return token
