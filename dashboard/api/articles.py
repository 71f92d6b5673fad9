"""Articles over HTTP: a title, an address and a section, sent before or after the comments that name the article."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers, callers, shapes, strict
from dashboard.api.patience import through
from moderation import parsing
from moderation.service import intake
from moderation.service.desk import Desk


async def save(request: Request) -> Response:
    key = await callers.key(request)
    body, gzipped = await strict.read(request)

    def work(desk: Desk) -> Response:
        sent = strict.record(strict.parse(body, gzipped=gzipped))
        article, created = intake.save_article(desk, key, parsing.article(sent, now=desk.now()))
        return answers.answer(shapes.article(article, created=created), 201 if created else 200)

    return await through(request, key, work)
