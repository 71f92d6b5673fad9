"""The way from a program's request to its use case and back: a thread, and another try where two writers met."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from dashboard.api.front import front
from moderation.errors import Contention, Unauthenticated, Unavailable
from moderation.roles import Key
from moderation.service.desk import Desk

T = TypeVar("T")
TRIES = 3


async def through(request: Request, key: Key, work: Callable[[Desk], T]) -> T:
    doors = front(request)
    try:
        return await doors.run(lambda: patiently(doors.desk(), work))
    except Unauthenticated:
        doors.keys.discard(key.secret_hash)
        raise


def patiently(desk: Desk, work: Callable[[Desk], T]) -> T:
    """Every use case here may be repeated, so two requests that bring the same comment at once both get its receipt."""
    for _ in range(TRIES - 1):
        try:
            return work(desk)
        except Contention:
            continue
    try:
        return work(desk)
    except Contention as error:
        raise Unavailable(kind="contention") from error
