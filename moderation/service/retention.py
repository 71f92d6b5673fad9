"""How long data is kept: set by an admin, applied by `taliq serve` and `taliq retention run`, each step in the log.

A step is one transaction of some hundred rows with its event, which counts and never quotes. What a step has done is
not found again, so that a run that was interrupted goes on when it is called again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.audit import Event, EventType
from moderation.errors import Invalid
from moderation.ports import UnitOfWork
from moderation.retention import DEFAULTS, FOR_EVER, MAX_DAYS, OF_THE_DESK, Applied, Kind, Period
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.erasing import erase_comment, tidy
from moderation.service.logs import tell_desk
from moderation.service.pacing import let_others_write
from moderation.service.settled import settled

_AT_ONCE = 200
# Each of these takes some milliseconds, for all of which others wait.
_TEXTS_AT_ONCE = 50
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    kind: Kind
    days: int
    site_id: int | None
    site: str | None

    def before(self, now: datetime) -> datetime:
        return now - timedelta(days=self.days)


def periods(desk: Desk, caller: Caller) -> list[Period]:
    """One for each kind, the default where nobody set another."""
    with desk.read() as uow:
        authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=desk.now())
        return _periods(uow)


def _periods(uow: UnitOfWork) -> list[Period]:
    chosen = uow.retention.periods()
    return [chosen.get(kind, Period(kind=kind, days=DEFAULTS[kind])) for kind in Kind]


@settled
def set_days(desk: Desk, caller: Caller, kind: Kind, days: int) -> Period:
    """From the next run on; 0 is for ever. Setting what is set changes nothing."""
    if not FOR_EVER <= days <= MAX_DAYS:
        raise Invalid(field="days", reason="out_of_range", low=FOR_EVER, high=MAX_DAYS)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=now)
        current = next(one for one in _periods(uow) if one.kind is kind)
        if current.days == days:
            return current
        period = Period(kind=kind, days=days, set_by=actor.name, set_at=now)
        uow.retention.put(period)
        facts = {"days": days, "before": current.days}
        event = Event(type=EventType.RETENTION_SET, actor=actor.name, subject=f"retention:{kind}", at=now, data=facts)
        tell_desk(uow, event)
        return period


def due(desk: Desk, caller: Caller) -> list[Applied]:
    """What a run would take away now."""
    with desk.read() as uow:
        now = desk.now()
        authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=now)
        return [_applied(task, _count(uow, task, now)) for task in _tasks(uow)]


def _tasks(uow: UnitOfWork) -> Iterator[_Task]:
    for period in _periods(uow):
        if period.days == FOR_EVER:
            continue
        if period.kind in OF_THE_DESK:
            yield _Task(kind=period.kind, days=period.days, site_id=None, site=None)
            continue
        for site in uow.sites.all():
            task = _Task(kind=period.kind, days=period.days, site_id=site.id, site=site.name)
            if period.kind is Kind.REJECTED_TEXTS:
                # Who may still appeal must find their text judged, not gone.
                task = replace(task, days=max(period.days, uow.policies.active(site.id).appeal_days))
            yield task


def _count(uow: UnitOfWork, task: _Task, now: datetime) -> int:
    return uow.retention.count(task.kind, task.site_id, before=task.before(now), now=now)


def _applied(task: _Task, count: int) -> Applied:
    return Applied(kind=task.kind, site=task.site, days=task.days, count=count)


def run(
    desk: Desk,
    caller: Caller,
    *,
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Applied]:
    """Take away what is due; `progress` is told (rows gone, of how many), `stopping` is asked between two steps."""
    with desk.read() as uow:
        now = desk.now()
        authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=now)
        tasks = [(task, _count(uow, task, now)) for task in _tasks(uow)]
    total, gone, done = sum(count for _, count in tasks), 0, []
    for task, _ in tasks:
        went = 0
        while not stopping() and (step := _step(desk, caller, task)):
            went += step
            let_others_write()
            if progress is not None:
                progress(gone + went, max(total, gone + went))
        gone += went
        done.append(_applied(task, went))
    # What authors took back and edited since the last run is in the index's corners, too.
    tidy(desk, caller, stopping=stopping)
    return done


@settled
def _step(desk: Desk, caller: Caller, task: _Task) -> int:
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=now)
        before = task.before(now)
        events: list[Event] = []
        if task.kind is Kind.REJECTED_TEXTS and task.site_id is not None:
            found = uow.retention.rejected(task.site_id, before=before, limit=_TEXTS_AT_ONCE)
            events = [erase_comment(uow, one, EventType.COMMENT_ERASED, actor.name, now) for one in found]
            count = len(found)
        else:
            count = uow.retention.drop(task.kind, task.site_id, before=before, now=now, limit=_AT_ONCE)
        if count:
            facts = {"days": task.days, "count": count}
            told = EventType.RETENTION_APPLIED
            events.append(Event(type=told, actor=actor.name, subject=f"retention:{task.kind}", at=now, data=facts))
            _seal(uow, task, events)
        return count


def _seal(uow: UnitOfWork, task: _Task, events: list[Event]) -> None:
    if task.site_id is None:
        for event in events:
            tell_desk(uow, event)
        return
    uow.log.append(task.site_id, events)
