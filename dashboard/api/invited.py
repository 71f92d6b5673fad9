"""The page behind an invitation: the invited person chooses their name and password, and is in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from dashboard import i18n
from dashboard.api import callers, entering, language, pages
from dashboard.api.front import front
from dashboard.i18n import t
from dashboard.sentences import of_error
from moderation.comment import MAX_NAME
from moderation.errors import Conflict, Invalid, Unauthenticated
from moderation.invitation import Invitation
from moderation.service import invitations

_ASKED = ("name", "display_name", "language", "password")


async def invitation_page(request: Request) -> Response:
    """Looking spends nothing, so that a mail program's preview of the link does no harm."""
    token = request.query_params.get("token", "")[: callers.MAX_SECRET]
    found = await _standing(request, token)
    if found is None:
        return _over(request)
    given = {"display_name": found.display_name, "language": language.of_person(request)}
    return _page(request, found, token, given=given)


async def accept(request: Request) -> Response:
    sent = await entering.form(request)
    token = sent.get("token", "")[: callers.MAX_SECRET]
    given = {name: sent.get(name, "").strip() if name != "password" else sent.get(name, "") for name in _ASKED}
    given["display_name"] = given["display_name"] or given["name"]
    doors, address = front(request), callers.address(request)
    try:
        made = await doors.run(lambda: invitations.accept(doors.desk(), token, address=address, **given))
    except Unauthenticated:
        return _over(request)
    except (Invalid, Conflict) as error:
        found = await _standing(request, token)
        if found is None:
            return _over(request)
        told = of_error(error, language.of_person(request))
        return _page(request, found, token, given=given, told=told, status=400 if isinstance(error, Invalid) else 409)
    await entering.leave_former_session(request, doors)
    response = entering.opened(request, made, pages.HOME)
    entering.remember_language(request, response, i18n.negotiate(made.staff.language))
    return response


async def _standing(request: Request, token: str) -> Invitation | None:
    doors = front(request)
    try:
        return await doors.run(lambda: invitations.opened(doors.desk(), token))
    except Unauthenticated:
        return None


def _over(request: Request) -> Response:
    return pages.notice(request, "access.invited.over", status=401)


def _page(
    request: Request, found: Invitation, token: str, *, given: Mapping[str, str], told: str = "", status: int = 200
) -> Response:
    lang = language.of_person(request)
    title = t("access.invited.title", lang)
    # The password is typed anew after a refusal: it never stands in a page.
    shown = {
        name: escape("".join(one for one in value[:MAX_NAME] if one.isprintable())) for name, value in given.items()
    }
    body = _FORM.format(
        title=escape(title),
        text=escape(t("access.invited.text", lang, role=t(f"common.role.{found.role}", lang))),
        problem=f'<p class="problem" role="alert" id="problem">{escape(told)}</p>' if told else "",
        described=' aria-describedby="problem"' if told else "",
        token=escape(token),
        name_label=escape(t("access.invited.name", lang)),
        name_hint=escape(t("access.invited.name.hint", lang)),
        name=shown.get("name", ""),
        display_label=escape(t("access.invited.display_name", lang)),
        display_name=shown.get("display_name", ""),
        language_label=escape(t("access.invited.language", lang)),
        languages="".join(_option(one, given.get("language", lang), lang) for one in i18n.LANGUAGES),
        password_label=escape(t("access.invited.password", lang)),
        password_hint=escape(t("access.invited.password.hint", lang)),
        action=escape(t("access.invited.action", lang)),
    )
    return pages.page(request, title, body, status=status, back=f"/invite?token={quote(token, safe='')}")


def _option(one: str, chosen: str, lang: str) -> str:
    selected = " selected" if one == chosen else ""
    return f'<option value="{one}"{selected}>{escape(t(f"common.language.{one}", lang))}</option>'


_FORM = """<h1>{title}</h1><p>{text}</p>{problem}
<form method="post" action="/invite">
<input type="hidden" name="token" value="{token}">
<label for="name">{name_label}</label>
<input id="name" name="name" value="{name}" dir="ltr" maxlength="100" autocomplete="username" autocapitalize="none"
 spellcheck="false" required autofocus aria-describedby="name_hint"{described}>
<p class="hint" id="name_hint">{name_hint}</p>
<label for="display_name">{display_label}</label>
<input id="display_name" name="display_name" value="{display_name}" dir="auto" maxlength="200" autocomplete="name">
<label for="language">{language_label}</label>
<select id="language" name="language">{languages}</select>
<label for="password">{password_label}</label>
<input id="password" name="password" type="password" dir="ltr" maxlength="500" autocomplete="new-password" required
 aria-describedby="password_hint">
<p class="hint" id="password_hint">{password_hint}</p>
<button type="submit">{action}</button>
</form>"""
