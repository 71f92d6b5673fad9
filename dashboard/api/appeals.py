"""What a rejected commenter may be told, and their appeal."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers, callers, shapes, strict
from dashboard.api.patience import through
from dashboard.api.segments import known_id
from moderation import parsing
from moderation.appeal import MAX_TEXT
from moderation.service import appeals
from moderation.service.desk import Desk


async def notice(request: Request, external_id: str) -> Response:
    key = await callers.key(request)
    return await through(
        request, key, lambda desk: answers.answer(shapes.notice(appeals.notice(desk, key, known_id(external_id))))
    )


async def look_up(request: Request, external_id: str) -> Response:
    key = await callers.key(request)
    return await through(
        request, key, lambda desk: answers.answer(shapes.appeal(appeals.appeal_of(desk, key, known_id(external_id))))
    )


async def lodge(request: Request, external_id: str) -> Response:
    key = await callers.key(request)
    body, gzipped = await strict.read(request)

    def work(desk: Desk) -> Response:
        fields = strict.record(strict.parse(body, gzipped=gzipped))
        parsing.known(fields, ("text",))
        text = parsing.body(fields, "text", limit=MAX_TEXT)
        found, made = appeals.lodge(desk, key, known_id(external_id), text)
        return answers.answer(shapes.appeal(found), 201 if made else 200)

    return await through(request, key, work)
