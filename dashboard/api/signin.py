"""Signing in by password or one-time link, signing out, and the choice of a language."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard import i18n
from dashboard.api import callers, language, pages, strict
from dashboard.api.answers import UnsupportedType, retry_after
from dashboard.api.front import Front, front
from dashboard.cookies import LANGUAGE_COOKIE
from dashboard.i18n import plural, t
from moderation.errors import Forbidden, ModerationError, NotFound, RateLimited, Unauthenticated
from moderation.roles import Session
from moderation.service import accounts
from moderation.service.accounts import Challenged, Opened

LOGIN = "/login"
MAX_FORM = 16 * 1024
_A_YEAR = 365 * 24 * 3600


async def login_page(request: Request) -> Response:
    return _login(request, next_path=pages.local(request.query_params.get("next")))


async def login(request: Request) -> Response:
    form = await _form(request)
    name, password, next_path = form.get("name", ""), form.get("password", ""), pages.local(form.get("next"))
    if not name.strip() or not password:
        return _login(request, next_path=next_path, name=name, problem="api.login.incomplete", status=400)
    doors, address = front(request), callers.address(request)
    try:
        opened = await doors.run(lambda: accounts.sign_in(doors.desk(), name.strip(), password, address=address))
    except Unauthenticated:
        return _login(request, next_path=next_path, name=name, problem="api.login.wrong", status=401)
    except RateLimited as error:
        return _refused_for_now(request, error, next_path=next_path, name=name)
    if isinstance(opened, Challenged):
        return _asked(request, opened.token, next_path=next_path)
    await _leave_former_session(request, doors)
    return _opened(request, opened, next_path)


async def code(request: Request) -> Response:
    """The second step: a code of the authenticator app, or a recovery code."""
    form = await _form(request)
    token, typed, next_path = form.get("token", ""), form.get("code", ""), pages.local(form.get("next"))
    doors, address = front(request), callers.address(request)
    try:
        opened = await doors.run(
            lambda: accounts.sign_in_by_code(doors.desk(), token[: callers.MAX_SECRET], typed[:40], address=address)
        )
    except Unauthenticated as error:
        if error.fields.get("kind") == "code":
            return _asked(request, token, next_path=next_path, problem="api.code.wrong", status=401)
        return _login(request, next_path=next_path, problem="api.code.over", status=401)
    except RateLimited as error:
        return _refused_for_now(request, error, next_path=next_path, name="")
    await _leave_former_session(request, doors)
    return _opened(request, opened, next_path)


async def code_page(request: Request) -> Response:
    """Nothing to do here without a password first."""
    return RedirectResponse(LOGIN, 303)


def _asked(request: Request, token: str, *, next_path: str, problem: str = "", status: int = 200) -> Response:
    lang = language.of_person(request)
    told = t(problem, lang) if problem else ""
    body = _CODE_FORM.format(
        title=escape(t("api.code.title", lang)),
        problem=f'<p class="problem" role="alert" id="problem">{escape(told)}</p>' if told else "",
        described=' aria-describedby="problem" aria-invalid="true"' if told else "",
        next=escape(next_path),
        token=escape(token),
        label=escape(t("api.code.label", lang)),
        action=escape(t("api.login.action", lang)),
        hint=escape(t("api.code.hint", lang)),
    )
    return pages.page(request, t("api.code.title", lang), body, status=status)


async def login_by_link(request: Request) -> Response:
    """A GET signs in at once, as the link printed at the start works by a click; HEAD and prefetch spend nothing."""
    if request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=204)
    doors, link = front(request), request.query_params.get("token", "")[: callers.MAX_SECRET]
    try:
        opened = await doors.run(lambda: accounts.sign_in_by_link(doors.desk(), link, address=callers.address(request)))
    except (Unauthenticated, NotFound):
        # Reloading the page that a link opened is no mistake of a person who is in already.
        if await _signed_in(request, doors):
            return RedirectResponse(pages.HOME, 303)
        return pages.notice(request, "api.link.used", status=401)
    except RateLimited as error:
        return _refused_for_now(request, error, next_path=pages.HOME, name="")
    if isinstance(opened, Challenged):
        return _asked(request, opened.token, next_path=pages.HOME)
    await _leave_former_session(request, doors)
    return _opened(request, opened, pages.HOME)


async def logout_page(request: Request) -> Response:
    if not await _signed_in(request, front(request)):
        return RedirectResponse(LOGIN, 303)
    lang = language.of_person(request)
    body = (
        f"<h1>{escape(t('api.logout.title', lang))}</h1><p>{escape(t('api.logout.text', lang))}</p>"
        f'<form method="post" action="/logout"><button type="submit">{escape(t("api.logout.action", lang))}</button>'
        f' <a href="{pages.HOME}">{escape(t("api.logout.stay", lang))}</a></form>'
    )
    # What is half written in this tab is of whoever leaves.
    return pages.page(request, t("api.logout.title", lang), body, script="leaving.js")


async def logout(request: Request) -> Response:
    _from_here(request)
    await _leave_former_session(request, front(request))
    response = RedirectResponse(LOGIN, 303)
    _forget_session(request, response)
    return response


async def choose_language(request: Request) -> Response:
    lang = request.path_params["lang"]
    if lang not in i18n.LANGUAGES:
        raise NotFound(what="language")
    response = RedirectResponse(pages.local(request.query_params.get("next")), 303)
    _remember_language(request, response, lang)
    await _keep_in_account(request, lang)
    return response


async def _keep_in_account(request: Request, lang: str) -> None:
    """The choice follows a signed-in person to other browsers. Another site's link may not make it for them."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return
    doors = front(request)
    try:
        caller = callers.session(request)
        await doors.run(lambda: accounts.set_language(doors.desk(), caller, lang))
    except ModerationError:
        # The cookie alone does what was asked for here and now.
        return


def _login(
    request: Request,
    *,
    next_path: str,
    name: str = "",
    problem: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
    told: str = "",
) -> Response:
    lang = language.of_person(request)
    told = told or (t(problem, lang) if problem else "")
    body = _FORM.format(
        title=escape(t("api.login.title", lang)),
        problem=f'<p class="problem" role="alert" id="problem">{escape(told)}</p>' if told else "",
        described=' aria-describedby="problem" aria-invalid="true"' if told else "",
        next=escape(next_path),
        name_label=escape(t("api.login.name", lang)),
        name=escape("".join(character for character in name[:100] if character.isprintable())),
        password_label=escape(t("api.login.password", lang)),
        action=escape(t("api.login.action", lang)),
        hint=escape(t("api.login.hint", lang)),
    )
    return pages.page(request, t("api.login.title", lang), body, status=status, headers=headers)


def _refused_for_now(request: Request, error: RateLimited, *, next_path: str, name: str) -> Response:
    seconds = retry_after(error)
    told = plural("api.login.too_many", -(-seconds // 60), language.of_person(request))
    headers = {"Retry-After": str(seconds)}
    return _login(request, next_path=next_path, name=name, told=told, status=429, headers=headers)


def _opened(request: Request, opened: Opened, next_path: str) -> Response:
    response = RedirectResponse(next_path, 303)
    seconds = max(0, int((opened.expires_at - front(request).desk().now()).total_seconds()))
    name = callers.session_cookie(request)
    response.set_cookie(name, opened.token, max_age=seconds, **_cookie(request))  # type: ignore[arg-type]
    if LANGUAGE_COOKIE not in request.cookies:
        _remember_language(request, response, i18n.negotiate(opened.staff.language))
    return response


def _remember_language(request: Request, response: Response, lang: str) -> None:
    response.set_cookie(LANGUAGE_COOKIE, lang, max_age=_A_YEAR, **_cookie(request))  # type: ignore[arg-type]


def _forget_session(request: Request, response: Response) -> None:
    response.delete_cookie(callers.session_cookie(request), **_cookie(request))  # type: ignore[arg-type]


def _cookie(request: Request) -> dict[str, object]:
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": callers.is_secure(request)}


async def _leave_former_session(request: Request, doors: Front) -> None:
    """A session never outlives the sign-in or sign-out that follows it in the same browser."""
    try:
        former = callers.session(request)
        await doors.run(lambda: accounts.sign_out(doors.desk(), former))
    except Unauthenticated:
        return


async def _signed_in(request: Request, doors: Front) -> bool:
    try:
        caller: Session = callers.session(request)
        await doors.run(lambda: accounts.whoami(doors.desk(), caller))
    except Unauthenticated:
        return False
    return True


async def _form(request: Request) -> dict[str, str]:
    """A short form of our own page; of a field sent twice the first counts."""
    _from_here(request)
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


def _from_here(request: Request) -> None:
    if not callers.from_this_site(request):
        raise Forbidden(permission="origin")


_FORM = """<h1>{title}</h1>{problem}
<form method="post" action="/login">
<input type="hidden" name="next" value="{next}">
<label for="name">{name_label}</label>
<input id="name" name="name" value="{name}" dir="auto" maxlength="100" autocomplete="username" autocapitalize="none"
 spellcheck="false" required autofocus{described}>
<label for="password">{password_label}</label>
<input id="password" name="password" type="password" dir="ltr" maxlength="500" autocomplete="current-password" required>
<button type="submit">{action}</button>
</form>
<p class="hint">{hint}</p>"""

_CODE_FORM = """<h1>{title}</h1>{problem}
<form method="post" action="/login/code">
<input type="hidden" name="next" value="{next}">
<input type="hidden" name="token" value="{token}">
<label for="code">{label}</label>
<input id="code" name="code" dir="ltr" maxlength="40" autocomplete="one-time-code" autocapitalize="none"
 spellcheck="false" required autofocus{described}>
<button type="submit">{action}</button>
</form>
<p class="hint">{hint}</p>"""
