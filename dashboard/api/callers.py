"""Who sends a request: a program by its key, a person by the session cookie. Never one in place of the other."""

from __future__ import annotations

from contextlib import suppress

from starlette.requests import HTTPConnection

from dashboard.api.front import Front, front
from dashboard.cookies import SECURE_SESSION_COOKIE, SESSION_COOKIE
from moderation.errors import Contention, Forbidden, RateLimited, Unauthenticated, Unavailable
from moderation.roles import Key, Session
from moderation.service import accounts, authority
from moderation.service.desk import Desk

MAX_SECRET = 512


async def key(request: HTTPConnection) -> Key:
    """The known key of the `Authorization` header, within its rate. Asked before a byte of the body is read."""
    doors = front(request)
    caller = Key(secret_hash=accounts.token_hash(_bearer(request)))
    wait = doors.buckets.take(caller.secret_hash)
    if wait:
        raise RateLimited(retry_after=round(wait, 3))
    if caller.secret_hash not in doors.keys:
        await doors.run(lambda: _identify(doors.desk(), caller))
        doors.keys.add(caller.secret_hash)
    return caller


def session(request: HTTPConnection) -> Session:
    """The session that the cookie names; whether it lives, the use case finds out."""
    token = request.cookies.get(session_cookie(request), "")
    if not token or len(token) > MAX_SECRET:
        raise Unauthenticated(kind="session")
    return Session(token_hash=accounts.token_hash(token))


def is_secure(request: HTTPConnection) -> bool:
    """Whether the browser came by https, here or at the proxy before us."""
    return front(request).settings.secure_cookies or request.url.scheme in ("https", "wss")


def session_cookie(request: HTTPConnection) -> str:
    """The one name that counts: over https a cookie of the plain name may be a neighbouring host's."""
    return SECURE_SESSION_COOKIE if is_secure(request) else SESSION_COOKIE


def address(request: HTTPConnection) -> str:
    return request.client.host[:100] if request.client else ""


def from_this_site(request: HTTPConnection) -> bool:
    """Whether a browser says that one of our own pages sent this; a program without a browser says nothing.

    `Sec-Fetch-Site` cannot be forged by a page. Older browsers have only `Origin`, which must then be ours.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin") is None or _is_of_our_name(request)


def opened_from_this_site(request: HTTPConnection) -> bool:
    """The same of a websocket. Each browser names the page's origin then; not each says the other rightly of it."""
    return _is_of_our_name(request) or from_this_site(request)


def _is_of_our_name(request: HTTPConnection) -> bool:
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] == request.headers.get("host")


def is_asked_for_here(request: HTTPConnection) -> bool:
    """Whether a GET that costs or changes something may be answered: typed in, or asked for by one of our own pages."""
    return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def asked_for_here(request: HTTPConnection) -> None:
    """Forbidden where another site's page makes a signed-in person's browser ask."""
    if not is_asked_for_here(request):
        raise Forbidden(permission="origin")


def _bearer(request: HTTPConnection) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not 0 < len(secret) <= MAX_SECRET:
        raise Unauthenticated(kind="key")
    return secret


def _identify(desk: Desk, caller: Key) -> None:
    """And remember that the key was used, whatever for. To answer is more than to have that written."""
    with desk.read() as uow:
        now = desk.now()
        actor = authority.identify(uow, caller, now=now)
    if authority.is_use_to_note(actor, now=now):
        with suppress(Contention, Unavailable), desk.begin() as uow:
            authority.note_use(uow, actor, now=now)


def forget(doors: Front, caller: Key) -> None:
    """A key that a use case refused is asked for again at once."""
    doors.keys.discard(caller.secret_hash)
