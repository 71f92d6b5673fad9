"""Is the process alive, and can it work?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers
from dashboard.api.front import front
from moderation.errors import Unavailable


async def alive(request: Request) -> Response:
    return answers.answer({"status": "ok"})


async def ready(request: Request) -> Response:
    """503 while the database does not answer, cannot be written or lacks a migration; a balancer sends nothing then."""
    doors = front(request)
    if not await doors.run(doors.is_current):
        raise Unavailable(kind="migrations")
    return answers.answer({"status": "ready"})
