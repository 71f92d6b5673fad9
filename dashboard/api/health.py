"""Is the process alive, and can it work?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers
from dashboard.api.front import front
from moderation.errors import Unavailable
from moderation.service import clock


async def alive(request: Request) -> Response:
    return answers.answer({"status": "ok"})


async def ready(request: Request) -> Response:
    """503 while the database does not answer, cannot be written or is another version's; a balancer sends nothing then.

    A clock that was set back is told beside it: all goes on meanwhile.
    """
    doors = front(request)
    if not await doors.run(doors.is_current):
        raise Unavailable(kind="migrations", what="other_version")
    behind = await doors.run(lambda: clock.behind(doors.desk()))
    late = {"clock_behind_seconds": int(behind.total_seconds())} if behind else {}
    return answers.answer({"status": "ready", **late})
