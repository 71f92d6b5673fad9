"""What is older than its period goes each night, while the desk is served."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from dashboard.schedule import Every, Job
from moderation.roles import Operator
from moderation.service import retention

if TYPE_CHECKING:
    from moderation.service.desk import Desk

_KEEPER = Operator(name="retention")
_MINUTES = 24 * 60
_LOG = logging.getLogger(__name__)


def job(desk: Desk) -> Job:
    return Job(name="retention", cadence=Every(minutes=_MINUTES, heavy=True), run=lambda stopping: once(desk, stopping))


def once(desk: Desk, stopping: threading.Event) -> None:
    for done in retention.run(desk, _KEEPER, stopping=stopping.is_set):
        if done.count:
            _LOG.info("Retention: %s older than %s days: %s gone", done.kind.value, done.days, done.count)
