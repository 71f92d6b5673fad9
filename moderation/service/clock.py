"""Whether the clock can be believed: nothing that is on record can have happened later than now."""

from __future__ import annotations

from datetime import timedelta

from moderation.service.desk import Desk

# Several machines' clocks are never quite the same.
TOLERATED = timedelta(minutes=1)


def behind(desk: Desk) -> timedelta:
    """By how much the clock is behind the newest event of any log; nothing where that is a minute at most.

    It was set back, or had been ahead while that event was recorded. All goes on meanwhile: logs keep their order by
    position, ids still grow; but times that are written now are earlier than some before.
    """
    with desk.read() as uow:
        newest = uow.log.newest()
    found = newest - desk.now() if newest is not None else timedelta()
    return found if found > TOLERATED else timedelta()
