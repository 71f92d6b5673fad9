"""Signing in by password or one-time link, signing out, and the choice of a language."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard import i18n
from dashboard.api import callers, entering, language, pages, provider
from dashboard.api.answers import retry_after
from dashboard.api.front import front
from dashboard.i18n import plural, t
from moderation.errors import ModerationError, NotFound, RateLimited, Unauthenticated
from moderation.service import accounts
from moderation.service.accounts import Challenged

LOGIN = "/login"


async def login_page(request: Request) -> Response:
    return _login(request, next_path=pages.local(request.query_params.get("next")))


async def login(request: Request) -> Response:
    form = await entering.form(request)
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
    await entering.leave_former_session(request, doors)
    return entering.opened(request, opened, next_path)


async def code(request: Request) -> Response:
    """The second step: a code of the authenticator app, or a recovery code."""
    form = await entering.form(request)
    token, typed, next_path = form.get("token", ""), form.get("code", ""), pages.local(form.get("next"))
    if (chosen := form.get("lang", "")) in i18n.LANGUAGES:
        language.choose(request, chosen)
        response = _asked(request, token, next_path=next_path)
        entering.remember_language(request, response, chosen)
        return response
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
    await entering.leave_former_session(request, doors)
    return entering.opened(request, opened, next_path)


async def code_page(request: Request) -> Response:
    """Nothing to do here without a password first."""
    return RedirectResponse(LOGIN, 303)


def _asked(request: Request, token: str, *, next_path: str, problem: str = "", status: int = 200) -> Response:
    lang = language.of_person(request)
    told = t(problem, lang) if problem else ""
    hidden = _HIDDEN.format(next=escape(next_path), token=escape(token))
    body = _CODE_FORM.format(
        title=escape(t("api.code.title", lang)),
        problem=f'<p class="problem" role="alert" id="problem">{escape(told)}</p>' if told else "",
        described=' aria-describedby="problem" aria-invalid="true"' if told else "",
        hidden=hidden,
        label=escape(t("api.code.label", lang)),
        action=escape(t("api.login.action", lang)),
        hint=escape(t("api.code.hint", lang)),
    )
    # What led here is not asked for again: no address comes back to this page in the other language.
    return pages.page(request, t("api.code.title", lang), body, status=status, hidden=hidden)


async def login_by_link(request: Request) -> Response:
    """A GET signs in at once, as the link printed at the start works by a click; HEAD and prefetch spend nothing."""
    if request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=204)
    doors, link = front(request), request.query_params.get("token", "")[: callers.MAX_SECRET]
    try:
        opened = await doors.run(lambda: accounts.sign_in_by_link(doors.desk(), link, address=callers.address(request)))
    except (Unauthenticated, NotFound):
        # Reloading the page that a link opened is no mistake of a person who is in already.
        if await entering.is_signed_in(request, doors):
            return RedirectResponse(pages.HOME, 303)
        return pages.notice(request, "api.link.used", status=401)
    except RateLimited as error:
        return _refused_for_now(request, error, next_path=pages.HOME, name="")
    if isinstance(opened, Challenged):
        return _asked(request, opened.token, next_path=pages.HOME)
    await entering.leave_former_session(request, doors)
    return entering.opened(request, opened, pages.HOME)


async def logout_page(request: Request) -> Response:
    if not await entering.is_signed_in(request, front(request)):
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
    entering.check_origin(request)
    await entering.leave_former_session(request, front(request))
    response = RedirectResponse(LOGIN, 303)
    entering.forget_session(request, response)
    # Also what a tab keeps that has not come by our page's script; the cookies go one by one, for the language stays.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


async def choose_language(request: Request) -> Response:
    lang = request.path_params["lang"]
    if lang not in i18n.LANGUAGES:
        raise NotFound(what="language")
    response = RedirectResponse(pages.local(request.query_params.get("next")), 303)
    entering.remember_language(request, response, lang)
    await _keep_in_account(request, lang)
    return response


async def _keep_in_account(request: Request, lang: str) -> None:
    """The choice follows a signed-in person to other browsers. Another site's link may not make it for them."""
    if not callers.is_asked_for_here(request):
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
    body += provider.button_html(request, next_path, lang)
    return pages.page(request, t("api.login.title", lang), body, status=status, headers=headers)


def _refused_for_now(request: Request, error: RateLimited, *, next_path: str, name: str) -> Response:
    seconds = retry_after(error)
    told = plural("api.login.too_many", -(-seconds // 60), language.of_person(request))
    headers = {"Retry-After": str(seconds)}
    return _login(request, next_path=next_path, name=name, told=told, status=429, headers=headers)


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

_HIDDEN = """<input type="hidden" name="next" value="{next}">
<input type="hidden" name="token" value="{token}">
"""

_CODE_FORM = """<h1>{title}</h1>{problem}
<form method="post" action="/login/code">
{hidden}<label for="code">{label}</label>
<input id="code" name="code" dir="ltr" maxlength="40" autocomplete="one-time-code" autocapitalize="none"
 spellcheck="false" required autofocus{described}>
<button type="submit">{action}</button>
</form>
<p class="hint">{hint}</p>"""
