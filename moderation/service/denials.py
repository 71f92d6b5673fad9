"""Every denied access becomes an event of the desk's log: who, which permission, in which use case.

It is told after the use case's own transaction has rolled back, by whatever opened that transaction, so that no use
case can forget it. A caller that is refused again and again is one event with a count now and then: what a stranger
can write into an append-only log must have a bound (docs/decisions/0017).
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from types import FrameType, TracebackType

from moderation.audit import Event, EventType
from moderation.errors import Forbidden, ModerationError, Unauthenticated
from moderation.ports import Begin, UnitOfWork
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled

# The same refusal of the same caller is told once in so long, with how often it came meanwhile.
QUIET = timedelta(minutes=10)
# And no more than so many in that time, of whomever.
MOST = 100
_KEPT = 1_000
_STRANGER = "visitor:?"
_SERVICE = "moderation.service."
_log = logging.getLogger("taliq.access")


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """`actor` as it stands in the log; a key that nobody knows is nobody's."""

    actor: str
    permission: str
    where: str


class Quiet:
    """Which refusals are told, and how many were not since the last that was. Bounded, for the threads of a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: OrderedDict[Denied, tuple[datetime, int]] = OrderedDict()
        self._since: datetime | None = None
        self._count = 0

    def counts(self, denied: Denied, now: datetime) -> int | None:
        """How many times it came, this one included, since it was last told; None where it is not told now."""
        with self._lock:
            at, missed = self._told.pop(denied, (None, 0))
            if (at is not None and now - at < QUIET) or not self._room(now):
                self._keep(denied, at or now, missed + 1)
                return None
            self._keep(denied, now, 0)
            return missed + 1

    def _room(self, now: datetime) -> bool:
        if self._since is None or now - self._since >= QUIET:
            self._since, self._count = now, 0
        self._count += 1
        return self._count <= MOST

    def _keep(self, denied: Denied, at: datetime, missed: int) -> None:
        self._told[denied] = (at, missed)
        if len(self._told) > _KEPT:
            self._told.popitem(last=False)


class _Watched:
    """Opens transactions as `inner` does, and tells of what was denied in them."""

    def __init__(self, inner: Begin, tell: Callable[[Denied], None]) -> None:
        self.inner = inner
        self._tell = tell

    def __call__(self) -> AbstractContextManager[UnitOfWork]:
        return _Unit(self.inner(), self._tell)


class _Unit:
    def __init__(self, inner: AbstractContextManager[UnitOfWork], tell: Callable[[Denied], None]) -> None:
        self._inner = inner
        self._tell = tell

    def __enter__(self) -> UnitOfWork:
        return self._inner.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        swallowed = self._inner.__exit__(kind, error, trace)
        denied = denied_by(error, trace)
        if denied is not None:
            self._tell(denied)
        return swallowed


def denied_by(error: BaseException | None, trace: TracebackType | None) -> Denied | None:
    """What is told of an error; None of one that denies nothing. A session that has ended is no attempt."""
    if isinstance(error, Forbidden) and error.by:
        where = str(error.fields.get("where") or _use_case(trace))
        return Denied(actor=error.by, permission=str(error.fields.get("permission", "")), where=where)
    if isinstance(error, Unauthenticated) and error.fields.get("kind") == "key":
        return Denied(actor=_STRANGER, permission="key", where=_use_case(trace))
    return None


def _use_case(trace: TracebackType | None) -> str:
    """The first of our use cases that the error came through: `review.decide`."""
    while trace is not None:
        if _module(trace.tb_frame).startswith(_SERVICE):
            return _named(trace.tb_frame)
        trace = trace.tb_next
    return "?"


def _named(frame: FrameType) -> str:
    """A transaction may be a part of the use case that others know by name."""
    found: FrameType | None = frame
    while found is not None and _module(found).startswith(_SERVICE):
        if not found.f_code.co_name.startswith("_") and _module(found) != settled.__module__:
            return f"{_module(found).removeprefix(_SERVICE)}.{found.f_code.co_name}"
        found = found.f_back
    return f"{_module(frame).removeprefix(_SERVICE)}.{frame.f_code.co_name}"


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def watched(desk: Desk) -> Desk:
    """The same desk, whose transactions tell of what was denied in them. One that is watched already is so anew."""
    begin, read = (one.inner if isinstance(one, _Watched) else one for one in (desk.begin, desk.read))
    quiet = Quiet()

    def tell(denied: Denied) -> None:
        now = desk.now()
        times = quiet.counts(denied, now)
        if times is None:
            return
        data = {"permission": denied.permission, "where": denied.where, "times": times}
        event = Event(type=EventType.ACCESS_DENIED, actor=denied.actor, subject=denied.actor, at=now, data=data)
        try:
            with begin() as uow:
                tell_desk(uow, event)
        except ModerationError as error:
            # The refusal stands whether or not it can be told.
            _log.warning("a denied access was not recorded: %s", error.code)

    return replace(desk, begin=_Watched(begin, tell), read=_Watched(read, tell))
