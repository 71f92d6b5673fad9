"""The server's own upkeep of what charts are counted from: every minute, or when it started again."""

from __future__ import annotations

from threading import Event

from dashboard.schedule import Every, Job
from moderation.roles import Operator
from moderation.service.desk import Desk
from moderation.service.rollups import roll_up, warm

_ROLLER = Operator(name="rollups")


def job(desk: Desk) -> Job:
    """Not heavy: the charts' tail must not wait for a backup. A site counted the first time takes its minutes here."""

    def run(stopping: Event) -> None:
        roll_up(desk, _ROLLER, stopped=stopping.is_set)
        warm(desk, _ROLLER)

    return Job(name="rollups", cadence=Every(minutes=1), run=run)
