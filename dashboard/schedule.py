"""What `taliq serve` does by itself while it runs: jobs with a cadence, all kept by one scheduler.

A job is declared by its module (`def job(plant) -> Job | None`, None where the settings do not want it) and listed in
`dashboard/jobs.py`. It holds to three rules, and the scheduler needs no memory of its own:

- it asks the database or its folder what is due, so that running it twice, or in two processes, does no harm;
- it looks at `stopping` between its pieces of work, because the process waits for it when it stops;
- what fails raises: the scheduler tells the log what `dashboard.causes` says of the error, never words that may hold a
  reader's text or a password, and tries again after minutes, then after twice as many, until the next round is due.

Each job runs soon after the start, for what was due while nobody served, and then at its cadence. Those of the night
and the week take turns, so that a backup and an export never compete; those of minutes wait for nobody.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from dashboard.causes import cause_of, place_of

# Seconds after the start in which nobody should wait for it.
SOON = 20
# The longest sleep in seconds: a machine that slept, or a clock that was set, is noticed within it.
_NAP = 60
# Minutes after which a job that failed is tried again, if its next round is not due before. Twice as many each time,
# up to a week, ten doublings: what fails each minute for an hour would else be put off beyond the end of time.
_AGAIN, _DOUBLINGS = 10, 10
_LOG = logging.getLogger(__name__)


class Cadence(Protocol):
    heavy: bool

    def after(self, moment: datetime) -> datetime:
        """The first due moment later than an aware one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    minutes: int
    heavy: bool = False

    def after(self, moment: datetime) -> datetime:
        return moment + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """At a time of the newsroom's clock. Where the clock skips it, it is as much later; where it comes twice, once."""

    at: time
    zone: str
    heavy: bool = True

    def after(self, moment: datetime) -> datetime:
        return _first_after(moment, self.at, ZoneInfo(self.zone), lambda day: True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """`weekday` as in `date.weekday()`: Monday is 0."""

    weekday: int
    at: time
    zone: str
    heavy: bool = True

    def after(self, moment: datetime) -> datetime:
        return _first_after(moment, self.at, ZoneInfo(self.zone), lambda day: day.weekday() == self.weekday)


def _first_after(moment: datetime, at: time, zone: ZoneInfo, wanted: Callable[[date], bool]) -> datetime:
    day = moment.astimezone(zone).date()
    while True:
        # Compared as instants: two moments of one zone would be compared by the hands of its clock.
        due = datetime.combine(day, at, zone).astimezone(moment.tzinfo)
        if wanted(day) and due > moment:
            return due
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`run` is called in a thread of its own; `stopping` is set when the process wants to end."""

    name: str
    cadence: Cadence
    run: Callable[[threading.Event], object]


async def keep(jobs: Sequence[Job], now: Callable[[], datetime], stopping: threading.Event, soon: float = SOON) -> None:
    """Until it is cancelled."""
    turns = asyncio.Lock()
    await asyncio.gather(*(_keep(job, now, stopping, turns=turns, soon=soon) for job in jobs))


async def _keep(
    job: Job, now: Callable[[], datetime], stopping: threading.Event, *, turns: asyncio.Lock, soon: float
) -> None:
    due = min(now() + timedelta(seconds=soon), await asyncio.to_thread(job.cadence.after, now()))
    failures = 0
    while not stopping.is_set():
        while (left := (due - now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _NAP))
        error = None
        async with turns if job.cadence.heavy else nullcontext():
            if not stopping.is_set():
                error = await asyncio.to_thread(run_once, job, stopping)
        due = await asyncio.to_thread(job.cadence.after, now())
        failures = failures + 1 if error else 0
        if error:
            due = min(due, now() + timedelta(minutes=_AGAIN * 2 ** min(failures - 1, _DOUBLINGS)))
            minutes = max(1, round((due - now()).total_seconds() / 60))
            _LOG.error(
                "The job %s failed, tried again in %s minutes: %s at %s",
                job.name, minutes, cause_of(error), place_of(error),
            )  # fmt: skip


def run_once(job: Job, stopping: threading.Event) -> Exception | None:
    """What kept it from going well; the desk goes on whatever happens in a job."""
    try:
        job.run(stopping)
    except Exception as error:
        return error
    _LOG.debug("The job %s is done", job.name)
    return None
