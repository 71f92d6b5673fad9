"""Commenters over HTTP: what the desk decided about one, so that the site can tell them. There are no shadow bans."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers, callers, shapes
from dashboard.api.patience import through
from dashboard.api.segments import beyond, known_id, segment
from moderation.service import commenters
from moderation.service.desk import Desk

PREFIX = "/api/v1/commenters/"


async def one(request: Request) -> Response:
    """By the site's own id, one percent-encoded segment."""
    key = await callers.key(request)
    external_id = segment(beyond(request, PREFIX))

    def work(desk: Desk) -> Response:
        found, measures, standing = commenters.measures_for_site(desk, key, known_id(external_id))
        return answers.answer(shapes.commenter(found, measures, standing))

    return await through(request, key, work)
