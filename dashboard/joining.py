"""Replies that are still outside of their thread join it each night, and soon after a start."""

from __future__ import annotations

import logging
import threading

from dashboard.schedule import Every, Job
from moderation.roles import Operator
from moderation.service import threads
from moderation.service.desk import Desk

_JOINER = Operator(name="threads")
_MINUTES = 24 * 60
_LOG = logging.getLogger(__name__)


def job(desk: Desk) -> Job:
    def run(stopping: threading.Event) -> None:
        joined = threads.join_all(desk, _JOINER, stopping=stopping.is_set)
        if joined:
            _LOG.info("%s replies joined the thread of what they answer", joined)

    return Job(name="threads", cadence=Every(minutes=_MINUTES, heavy=True), run=run)
