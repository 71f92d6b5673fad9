"""What every way in shares: reading a form of our own pages, the cookies, and the session that was there before."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard import i18n
from dashboard.api import callers, strict
from dashboard.api.answers import UnsupportedType
from dashboard.api.front import Front, front
from dashboard.cookies import LANGUAGE_COOKIE
from moderation.errors import Forbidden, Unauthenticated
from moderation.roles import Session
from moderation.service import accounts
from moderation.service.accounts import Opened

MAX_FORM = 16 * 1024
_A_YEAR = 365 * 24 * 3600


def opened(request: Request, made: Opened, next_path: str) -> Response:
    response = RedirectResponse(next_path, 303)
    seconds = max(0, int((made.expires_at - front(request).desk().now()).total_seconds()))
    name = callers.session_cookie(request)
    response.set_cookie(name, made.token, max_age=seconds, **cookie(request))  # type: ignore[arg-type]
    if LANGUAGE_COOKIE not in request.cookies:
        remember_language(request, response, i18n.negotiate(made.staff.language))
    return response


def remember_language(request: Request, response: Response, lang: str) -> None:
    response.set_cookie(LANGUAGE_COOKIE, lang, max_age=_A_YEAR, **cookie(request))  # type: ignore[arg-type]


def forget_session(request: Request, response: Response) -> None:
    response.delete_cookie(callers.session_cookie(request), **cookie(request))  # type: ignore[arg-type]


def cookie(request: Request) -> dict[str, object]:
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": callers.is_secure(request)}


async def leave_former_session(request: Request, doors: Front) -> None:
    """A session never outlives the sign-in or sign-out that follows it in the same browser."""
    try:
        former = callers.session(request)
        await doors.run(lambda: accounts.sign_out(doors.desk(), former))
    except Unauthenticated:
        return


async def is_signed_in(request: Request, doors: Front) -> bool:
    try:
        caller: Session = callers.session(request)
        await doors.run(lambda: accounts.whoami(doors.desk(), caller))
    except Unauthenticated:
        return False
    return True


async def form(request: Request) -> dict[str, str]:
    """A short form of our own page; of a field sent twice the first counts."""
    check_origin(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise UnsupportedType(field="Content-Type", accepted="application/x-www-form-urlencoded")
    body = await strict.limited(request, MAX_FORM)
    try:
        fields = parse_qs(body.decode("latin-1"), keep_blank_values=True, max_num_fields=10, errors="replace")
    except ValueError:
        return {}
    # No database can be asked for a name with a NUL in it.
    return {name: values[0].replace("\x00", "") for name, values in fields.items()}


def check_origin(request: Request) -> None:
    if not callers.from_this_site(request):
        raise Forbidden(permission="origin")
