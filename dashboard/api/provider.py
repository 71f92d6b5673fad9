"""Signing in through the identity provider: there and back."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.api import callers, entering, language, pages
from dashboard.api.front import Front, front
from dashboard.i18n import t
from dashboard.oidc import Begun, OpenIdProvider, ProviderError, said_no
from dashboard.settings import Settings
from moderation.errors import NotFound, Unauthenticated, Unavailable
from moderation.roles import Role
from moderation.service import provider
from moderation.service.desk import Desk

THERE, BACK = "/login/provider", "/login/provider/back"
COOKIE = "taliq_provider"
# How long somebody may look for their password there.
LASTS = timedelta(minutes=10)
_PURPOSE = "provider"
_STATUS = {"state": 400, "refused": 401, "invalid": 401, "client": 503, "down": 503}
_log = logging.getLogger("taliq.provider")


def is_on(settings: Settings) -> bool:
    return bool(settings.oidc_issuer and settings.oidc_client_id)


def button_html(request: Request, next_path: str, lang: str) -> str:
    """Below the form of the password; nothing where there is no provider."""
    settings = front(request).settings
    if not is_on(settings):
        return ""
    said = escape(t("access.provider.button", lang, name=settings.oidc_name))
    href = escape(f"{THERE}?next={quote(next_path, safe='/')}")
    return f'<p class="or">{escape(t("access.provider.or", lang))}</p><a class="button other" href="{href}">{said}</a>'


async def begin(request: Request) -> Response:
    doors = front(request)
    if not is_on(doors.settings):
        raise NotFound(what="path")
    there = OpenIdProvider(doors.settings)
    try:
        begun = await doors.run(lambda: there.begin(redirect_uri=_back(request)))
    except ProviderError as error:
        return _not_believed(request, error)
    kept = _sealed(doors.desk(), begun, pages.local(request.query_params.get("next")))
    response = RedirectResponse(begun.address, 303)
    seconds = int(LASTS.total_seconds())
    response.set_cookie(COOKIE, kept, max_age=seconds, **_cookie(request))  # type: ignore[arg-type]
    return response


async def back(request: Request) -> Response:
    """From the provider. Whatever comes of it, what the browser kept of this sign-in is used up."""
    response = await _answered(request)
    response.delete_cookie(COOKIE, **_cookie(request))  # type: ignore[arg-type]
    return response


async def _answered(request: Request) -> Response:
    doors, asked = front(request), request.query_params
    if not is_on(doors.settings):
        raise NotFound(what="path")
    begun = _opened(doors.desk(), request.cookies.get(COOKIE, ""), doors.desk().now())
    # Compared before anything of the answer is believed: an answer to another browser's question is nobody's.
    if begun is None or not asked.get("state") or asked.get("state") != begun["state"]:
        return _failed(request, "state")
    code = asked.get("code", "")[: callers.MAX_SECRET * 8]
    if not code:
        return _not_believed(request, said_no(asked.get("error", "")))
    try:
        made = await doors.run(lambda: _signed_in(doors, code, begun, request))
    except ProviderError as error:
        return _not_believed(request, error)
    except Unauthenticated as error:
        return _failed(request, str(error.fields.get("why", "unknown")))
    await entering.leave_former_session(request, doors)
    return entering.opened(request, made, pages.local(begun["next"]))


def _signed_in(doors: Front, code: str, begun: dict[str, str], request: Request) -> provider.Opened:
    desk, settings, lang = doors.desk(), doors.settings, language.of_person(request)
    claimed = OpenIdProvider(settings).answered(code, begun, redirect_uri=_back(request), now=desk.now())
    role = Role(settings.oidc_default_role) if settings.oidc_default_role else None
    address = callers.address(request)
    return provider.sign_in(
        desk, claimed, domains=settings.oidc_domains, default_role=role, language=lang, address=address
    )


def _back(request: Request) -> str:
    """By the name under which the browser reached us, which is one that we go by."""
    return f"{'https' if callers.is_secure(request) else 'http'}://{request.headers.get('host', '')}{BACK}"


def _cookie(request: Request) -> dict[str, object]:
    return entering.cookie(request) | {"path": THERE}


def _sealed(desk: Desk, begun: Begun, next_path: str) -> str:
    """In the visitor's own browser, encrypted: a table of them could be filled by anybody."""
    kept = {
        "for": _PURPOSE,
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "next": next_path,
        "until": (desk.now() + LASTS).isoformat(),
    }
    return desk.codes.sealed(json.dumps(kept)).decode("ascii")


def _opened(desk: Desk, sealed: str, now: datetime) -> dict[str, str] | None:
    try:
        kept: dict[str, str] = json.loads(desk.codes.opened(sealed.encode()))
        good = kept["for"] == _PURPOSE and now < datetime.fromisoformat(kept["until"])
    except (Unavailable, ValueError, TypeError, KeyError):
        return None
    return kept if good else None


def _not_believed(request: Request, error: ProviderError) -> Response:
    """What the person is told does not help who runs the desk, who is told what it was."""
    _log.warning("signing in by the identity provider failed: %s (%s)", error.kind, error.cause)
    return _failed(request, error.kind)


def _failed(request: Request, kind: str) -> Response:
    lang = language.of_person(request)
    title = t("access.provider.failed.title", lang)
    body = (
        f"<h1>{escape(title)}</h1><p>{escape(t(f'access.provider.{kind}', lang))}</p>"
        f'<p><a class="button" href="/login">{escape(t("access.provider.failed.action", lang))}</a></p>'
    )
    # The other language's page must not send the answer again, which is used up.
    return pages.page(request, title, body, status=_STATUS.get(kind, 403), back="/login")
