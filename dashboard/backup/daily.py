"""A backup each day, while the desk is served."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.backup import folder
from dashboard.backup.age import Lock, recipients_of
from dashboard.backup.making import make
from dashboard.schedule import Every, Job
from moderation.roles import Operator

if TYPE_CHECKING:
    from dashboard.wiring import Plant

_MAKER = Operator(name="backups")
_EVERY = timedelta(days=1)
# Between two looks at whether it is time, so that a failure is tried again soon.
_LOOK_MINUTES = 10
_LOG = logging.getLogger(__name__)


def job(plant: Plant) -> Job | None:
    """Where there is a folder, and somebody to encrypt to."""
    place, keys = plant.settings.backup_folder, plant.settings.backup_recipients
    if place is None or not keys:
        return None
    lock = Lock(recipients=recipients_of(keys))
    cadence = Every(minutes=_LOOK_MINUTES, heavy=True)

    def run(stopping: threading.Event) -> Path | None:
        # Of two processes with one folder; one that has its own looks again in minutes.
        with plant.alone("backup") as free:
            return once(plant, place, lock, plant.desk.now, stopping) if free else None

    return Job(name="backup", cadence=cadence, run=run)


class _Stopped(Exception):
    pass


def once(plant: Plant, place: Path, lock: Lock, now: Callable[[], datetime], stopping: threading.Event) -> Path | None:
    """Make one if the newest in the folder is a day old. The one made; None where none was due, or the process stops:
    what waits for minutes at the end is killed, and leaves its part of a file behind.
    """
    at = now()
    if not _is_due(place, at):
        return None

    def look(done: int, total: int) -> None:
        if stopping.is_set():
            raise _Stopped

    path = place / folder.name_of(at)
    try:
        with folder.whole(path) as out:
            made = make(plant, _MAKER, out, lock, progress=look)
    except _Stopped:
        return None
    gone = folder.prune(place, plant.settings.backup_keep)
    _LOG.info("Backup of %s rows in %s, %s older removed", made.total, path.name, len(gone))
    return path


def _is_due(place: Path, at: datetime) -> bool:
    newest = folder.newest(place)
    # A clock that was set back must not keep the desk without backups until it has caught up.
    return newest is None or not timedelta() <= at - newest < _EVERY
