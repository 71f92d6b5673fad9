"""Editors' picks over HTTP: which comments of an article the site may set off."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers, callers, parameters, shapes
from dashboard.api.patience import through
from dashboard.api.segments import known_id
from moderation.errors import Invalid
from moderation.service import picks
from moderation.service.desk import Desk


async def of_article(request: Request) -> Response:
    """`?article=` is the site's own id of the article."""
    key = await callers.key(request)
    parameters.check_known(request, "article")
    article = request.query_params.get("article")
    if not article:
        raise Invalid(field="article", reason="missing")

    def work(desk: Desk) -> Response:
        return answers.answer(shapes.picks(picks.picks_of(desk, key, known_id(article, "article"))))

    return await through(request, key, work)
