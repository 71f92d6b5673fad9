"""The pages that this package draws itself: they work without JavaScript and before anyone has signed in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from dashboard import i18n
from dashboard.api import assets, language
from dashboard.i18n import t

BRAND = "تعليق | Taliq"
HOME = "/"
CODE = "/login/code"


def page(
    request: HTTPConnection,
    title: str,
    body: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    script: str = "",
    back: str = "",
    hidden: str = "",
) -> HTMLResponse:
    """A whole document around `body`, which is HTML already escaped; `script` is one of our assets that helps it.

    `back` is where the choice of the other language leads, if that is not this very address. `hidden` are the fields of
    the second step, to which no address leads back: the choice is posted with them.
    """
    lang = language.of_person(request)
    document = _DOCUMENT.format(
        lang=lang,
        direction=i18n.direction(lang),
        title=escape(title),
        brand=escape(BRAND),
        icon=escape(assets.url("icon.svg")),
        sheets="".join(f'<link rel="stylesheet" href="{escape(sheet)}">' for sheet in _sheets()),
        scripts=f'<script defer src="{escape(assets.url(script))}"></script>' if script else "",
        tagline=escape(t("common.product.tagline", lang)),
        body=body,
        other=_posted(lang, hidden) if hidden else _other_language(request, lang, back),
    )
    return HTMLResponse(document, status, headers)


def notice(
    request: HTTPConnection, key: str, *, status: int, headers: Mapping[str, str] | None = None, text: str = ""
) -> HTMLResponse:
    """A page with a title, a sentence and a way on: `key` names `.title`, `.text` and `.action` in the catalogs.

    `text` is another sentence in place of the catalogs'.
    """
    lang = language.of_person(request)
    body = (
        f"<h1>{escape(t(f'{key}.title', lang))}</h1><p>{escape(text or t(f'{key}.text', lang))}</p>"
        f'<p><a class="button" href="{HOME}">{escape(t(f"{key}.action", lang))}</a></p>'
    )
    return page(request, t(f"{key}.title", lang), body, status=status, headers=headers)


def local(path: str | None) -> str:
    """The path if it leads to a page of ours, else the first page.

    A browser reads `//host`, `/\\host` and a path with a control character in it as another host's address.
    """
    if not path or len(path) > 1_000 or not path.startswith("/") or path.startswith(("//", "/\\")):
        return HOME
    if "\\" in path or any(ord(character) < 0x21 or ord(character) == 0x7F for character in path):
        return HOME
    return path


def address_of(request: HTTPConnection) -> str:
    """The path and query of this request, for `next`."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return quote(request.scope["path"], safe="/") + (f"?{query}" if query else "")


def _sheets() -> list[str]:
    return [assets.url("taliq.css"), assets.url("pages.css")]


def _other(lang: str) -> str:
    return next(name for name in i18n.LANGUAGES if name != lang)


def _posted(lang: str, hidden: str) -> str:
    other = _other(lang)
    button = f'<button name="lang" value="{other}" lang="{other}" dir="{i18n.direction(other)}">'
    said = escape(t("api.page.language", other))
    return f'<form method="post" action="{CODE}">{hidden}{button}{said}</button></form>'


def _other_language(request: HTTPConnection, lang: str, back: str) -> str:
    other = _other(lang)
    # A page that answers a form is not one to come back to.
    posted = request.scope.get("method") == "POST"
    back = back or (request.scope["path"] if posted else address_of(request))
    target = f"/language/{other}?next={quote(back, safe='')}"
    label = escape(t("api.page.language", other))
    return f'<a lang="{other}" dir="{i18n.direction(other)}" href="{escape(target)}">{label}</a>'


_DOCUMENT = """<!DOCTYPE html>
<html lang="{lang}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title} · {brand}</title>
<link rel="icon" href="{icon}" type="image/svg+xml">
{sheets}{scripts}
</head>
<body class="taliq-page">
<header>
<p class="brand"><bdi lang="ar">تعليق</bdi> <bdi lang="en">Taliq</bdi></p>
<p class="tagline">{tagline}</p>
</header>
<main>{body}</main>
<footer>{other}</footer>
</body>
</html>
"""
