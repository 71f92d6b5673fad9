"""Streamlit's page in the person's language: its direction, our style sheet and our name before the first paint."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import i18n
from dashboard.api import assets, language, pages
from dashboard.api.problems import refusal
from moderation.errors import NotFound

# Parts of Streamlit's page that would name its cached, untranslated form.
_CONDITIONS = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
_STALE = ("etag", "last-modified", "accept-ranges", "content-length")
_HTML_TAG = re.compile(rb"<html[^>]*>")
_TITLE = re.compile(rb"<title>.*?</title>", re.DOTALL)
_NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)
_ICON = re.compile(rb'<link rel="shortcut icon"[^>]*>')
_AGENT_LINK = re.compile(rb'<!--\s*Machine-readable.*?-->\s*<link rel="service-desc"[^>]*>', re.DOTALL)


SCREENS = Path(__file__).parent.parent / "ui" / "screens"
# In this order: a later one has the last word where two weigh the same.
_SHEETS = ("taliq.css", "queue.css", "found.css", "windows.css", "insights.css")
# What Streamlit serves besides its page; a download is asked for like a page.
_STREAMLITS = {"_stcore", "media", "component", "static", "app"}
# Streamlit would answer here as well, and nobody asks: its counters, what drives its pages without a browser, and files
# that are sent to it, of which it would hold any number in memory.
_SHUT = ("/_stcore/metrics", "/_stcore/agent/", "/_stcore/upload_file/")


class Shell:
    """Rewrites HTML documents, which are small; any other answer passes through piece by piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_SHUT):
            return await refusal(HTTPConnection(scope), NotFound(what="path"))(scope, receive, send)
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        if _wants_page(scope) and not _is_page_of_ours(scope["path"]):
            return await refusal(HTTPConnection(scope), NotFound(what="page"))(scope, receive, send)
        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]}
        return await self._app(plain if _wants_page(scope) else scope, receive, _Rewriter(scope, send))


class _Rewriter:
    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)
        else:
            await self._send(message)

    async def _finish(self, start: Message) -> None:
        body = rewritten(bytes(self._body), language.of_person(HTTPConnection(self._scope)))
        headers = MutableHeaders(scope=start)
        for name in _STALE:
            if name in headers:
                del headers[name]
        headers["Cache-Control"] = "no-store"
        headers["Content-Length"] = str(len(body))
        self._start = None
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def rewritten(document: bytes, lang: str) -> bytes:
    title = escape(pages.BRAND).encode()
    tag = f'<html lang="{lang}" dir="{i18n.direction(lang)}" style="{escape(_words_for_styles(lang))}">'
    document = _HTML_TAG.sub(tag.encode(), document, count=1)
    document = _TITLE.sub(b"<title>" + title + b"</title>", document, count=1)
    document = _AGENT_LINK.sub(b"", document, count=1)
    document = _ICON.sub(
        f'<link rel="icon" href="{escape(assets.url("icon.svg"))}" type="image/svg+xml">'.encode(), document
    )
    without_script = f"<noscript><p>{escape(i18n.t('api.page.script_needed', lang))}</p></noscript>"
    document = _NOSCRIPT.sub(without_script.encode(), document, count=1)
    # Run before Streamlit's own, which is a module and waits for the document.
    document = document.replace(b"<head>", f"<head>{_scripts(lang)}".encode(), 1)
    # Last in the head, so that our rules come after Streamlit's own of the same weight.
    sheets = "".join(f'<link rel="stylesheet" href="{escape(assets.url(name))}">' for name in _SHEETS)
    return document.replace(b"</head>", f"{sheets}</head>".encode(), 1)


def _scripts(lang: str) -> str:
    locale = i18n.locale_tag(lang)
    root = f'<script src="{escape(assets.url("root.js"))}" data-locale="{locale}"></script>'
    # Deferred, and so before Streamlit's own all the same; keys.js and choices.js use what drafts.js keeps.
    for name in ("drafts.js", "ahead.js", "keys.js", "choices.js", "live.js"):
        root += f'<script defer src="{escape(assets.url(name))}"></script>'
    table = _streamlits_words(lang)
    if not table:
        return root
    nothing = escape(i18n.t("streamlit.list.nothing", "en"))
    address = escape(assets.url("words.js"))
    return f'{root}<script src="{address}" data-words="{escape(table)}" data-nothing="{nothing}"></script>'


@cache
def _streamlits_words(lang: str) -> str:
    """A table from what Streamlit says to what it is to say; nothing where that is the same."""
    given, own = (i18n.catalog(one) for one in ("en", lang))
    table = {entry: own[key] for key, entry in given.items() if key.startswith("streamlit.")}
    return json.dumps(table, ensure_ascii=False) if given != own else ""


def _words_for_styles(lang: str) -> str:
    """Words that only the style sheet can put in their place."""
    words = {part: i18n.t(f"api.page.date.{part}", lang) for part in ("year", "month", "day")}
    return "; ".join(f"--tq-{part}: {json.dumps(word, ensure_ascii=False)}" for part, word in words.items())


def _wants_page(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page_of_ours(path: str) -> bool:
    """Streamlit answers any address with its page; one that is no screen of ours is told so here, in both languages."""
    first, _, rest = path.removeprefix("/").partition("/")
    return first in _STREAMLITS or (not rest and (not first or "." in first or first in _screens()))


@cache
def _screens() -> frozenset[str]:
    """A screen's address is the name of its file."""
    return frozenset(path.stem for path in SCREENS.glob("[a-z]*.py"))


def _is_page(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200 and kind.startswith("text/html"))
