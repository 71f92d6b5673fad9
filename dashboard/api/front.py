"""What the doors share: the desk, the deployment's settings, and the limits on callers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import HTTPConnection

from dashboard.api.buckets import Buckets, Seen
from dashboard.api.lanes import Lanes
from moderation.service.desk import Desk

if TYPE_CHECKING:
    from dashboard.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

# Writers queue for one database anyway; more threads would only take the page's own requests their turn.
THREADS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """`desk` is asked for at each request, because the process's desk is made after the routes are.

    `is_current` tells whether the database answers, has this version's shape and can be written.
    """

    desk: Callable[[], Desk]
    is_current: Callable[[], bool]
    settings: Settings
    buckets: Buckets
    keys: Seen = field(default_factory=Seen)
    lanes: Lanes = field(default_factory=Lanes)
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THREADS))

    async def run(self, work: Callable[[], T]) -> T:
        return await to_thread.run_sync(work, limiter=self.threads)


def front(request: HTTPConnection) -> Front:
    found: Front = request.scope["front"]
    return found
