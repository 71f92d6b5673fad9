"""Charts and reports of the Insights page as files: the page's own address says what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import callers, language
from dashboard.api.front import front
from dashboard.i18n.languages import first_weekday
from dashboard.insights.address import ALL, REPORT
from dashboard.insights.view import Question, View, read
from dashboard.periods import today_in
from moderation.article import Site
from moderation.errors import NotFound
from moderation.roles import Caller, Session
from moderation.service import accounts
from moderation.service.desk import Desk

_HTML = "text/html; charset=utf-8"
_WHOLE = {(REPORT, "html"), (REPORT, "xlsx"), (ALL, "html"), (ALL, "xlsx")}


async def insight_file(request: Request) -> Response:
    """`NAME.png`, `.svg`, `.csv` or `.xlsx` of one chart, `report.html` or `.xlsx` of a question, `all` of the page."""
    # A report costs seconds of the server: no other site's page may ask for one in an editor's name.
    callers.asked_for_here(request)
    name, form = request.path_params["name"], request.path_params["form"]
    caller, given, lang = callers.session(request), dict(request.query_params), language.of_person(request)
    doors = front(request)
    content, media_type, file_name = await doors.run(lambda: _made(doors.desk(), caller, given, name, form, lang))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name)}"}
    return Response(content, headers=headers, media_type=media_type)


def _made(
    desk: Desk, caller: Session, given: dict[str, str], name: str, form: str, lang: str
) -> tuple[bytes, str, str]:
    # Charts are loaded by the first file, not by the start of a server that may never be asked for one.
    from dashboard.insights import files

    site = _site(desk, caller, given.get("site"))
    view = read(given, today_in(site.time_zone, desk.now()), first_day=first_weekday(site.time_zone))
    file_name = f"taliq-{name}-{site.name}-{view.first}-{view.last}.{form}"
    if (name, form) in _WHOLE:
        content = _whole(desk, caller, site, view, name, form, lang)
        return content, _HTML if form == "html" else files.FORMS["xlsx"], file_name
    if form not in files.FORMS:
        raise NotFound(what="export")
    from dashboard.insights.sections import section

    shown = section(desk, caller, site, view, lang)
    figure = next((one for one in shown.figures if one.name == name), None)
    if figure is None or (form in files.PICTURES and figure.chart is None):
        raise NotFound(what="export")
    return files.made(figure, form, shown.scope, site.title), files.FORMS[form], file_name


def _whole(desk: Desk, caller: Caller, site: Site, view: View, name: str, form: str, lang: str) -> bytes:
    from dashboard import spreadsheets
    from dashboard.insights.files import sheet
    from dashboard.insights.report import report, whole
    from dashboard.insights.sections import section

    if (name, form) == (ALL, "html"):
        return whole(desk, caller, site, view, lang).encode("utf-8", "backslashreplace")
    asked = list(_views(view)) if name == ALL else [view]
    drawn = [section(desk, caller, site, one, lang).for_all() for one in asked]
    if form == "html":
        return report(drawn, site, lang, made_at=desk.now()).encode("utf-8", "backslashreplace")
    return spreadsheets.numbers([sheet(one, each.scope, site.title) for each in drawn for one in each.figures], lang)


def _views(view: View) -> Iterator[View]:
    """Every question of the same days and filters."""
    return (replace(view, question=question) for question in Question)


def _site(desk: Desk, caller: Session, name: str | None) -> Site:
    known = accounts.sites(desk, caller)
    found = next((one for one in known if one.name == name), None if name else next(iter(known), None))
    if found is None:
        raise NotFound(what="site")
    return found
