"""Charts are counted beforehand, up to a place in each site's log; what came after it is counted when asked.

Worked out in a transaction that only reads, put in by a short one, so that intake waits for neither. Interrupted at any
moment, what was put in stays right and the next call goes on. They are derived, not state: no event tells of them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from moderation.article import Site
from moderation.ports import Addition, Came, RollupState, UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled

STRETCH = 10_000
"""Events of one addition: so many are held in memory at once."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """`events` were counted of the logs; `anew` sites were counted from their comments and decisions."""

    events: int
    anew: int


def roll_up(
    desk: Desk,
    caller: Caller,
    *,
    site: str | None = None,
    anew: bool = False,
    progress: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> RolledUp:
    """Bring one site's charts, or all sites', up to date. `anew` forgets what was counted before.

    `progress` is told (done, of how many), in months where a site is counted anew and in events otherwise.
    """
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        places = uow.sites.all() if site is None else [authority.site_for(uow, actor, site)]
        whole = {place.id for place in places if not anew and uow.rollups.current(place.id, zone=place.time_zone)}
    events = made = 0
    for place in places:
        if place.id not in whole:
            made += _make_whole(desk, caller, place, anew, progress, stopped)
        events += _follow(desk, caller, place, progress, stopped)
    return RolledUp(events=events, anew=made)


def warm(desk: Desk, caller: Caller) -> None:
    """Have this process read what charts of years are made of, as far as it changed since it did: the first who asks
    for one does not wait for that."""
    with desk.read() as uow:
        authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        for place in uow.sites.all():
            uow.insights.warm(place.id)


def _make_whole(
    desk: Desk, caller: Caller, place: Site, anew: bool, progress: Progress | None, stopped: Callable[[], bool]
) -> int:
    """1 if the site was counted anew, as far as that went."""
    state = _begun(desk, caller, place, anew)
    if state is None:
        return 0
    first, last = _span(desk, place)
    while state.until is not None and not stopped():
        _tell(progress, state.until, first, last, place.time_zone)
        state = _added(desk, caller, place, state, lambda uow, at: uow.rollups.month(place.id, at))
    if progress is not None and state.until is None:
        progress(1, 1)
    return 1


@settled
def _begun(desk: Desk, caller: Caller, place: Site, anew: bool) -> RollupState | None:
    """Where counting anew stands, None where there is no need of it. One that was interrupted goes on."""
    with desk.begin() as uow:
        authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        state = uow.rollups.state(place.id)
        if not anew and uow.rollups.current(place.id, zone=place.time_zone):
            return None
        if state is not None and state.until is not None and not anew and state.zone == place.time_zone:
            return state
        return uow.rollups.begin_anew(place.id, zone=place.time_zone)


def _span(desk: Desk, place: Site) -> tuple[datetime, datetime]:
    with desk.read() as uow:
        first, last = (datetime.fromtimestamp(at / 1_000, UTC) for at in uow.rollups.span(place.id))
    return first, last


def _tell(progress: Progress | None, until: datetime, first: datetime, last: datetime, zone: str) -> None:
    if progress is not None:
        first_month, month, last_month = (_month(at.astimezone(ZoneInfo(zone))) for at in (first, until, last))
        progress(min(max(month - first_month, 0), last_month - first_month + 1), last_month - first_month + 1)


def _month(at: datetime) -> int:
    return at.year * 12 + at.month


def _follow(desk: Desk, caller: Caller, place: Site, progress: Progress | None, stopped: Callable[[], bool]) -> int:
    """How many events were added."""
    done = 0
    with ThreadPoolExecutor(1) as thread:
        ahead: Future[Came] | None = None
        while not stopped():
            state, left = _behind(desk, place)
            if state is None or state.until is not None or not left:
                break
            came = ahead.result() if ahead is not None else None
            # While this stretch is counted and put in, what came in with the next one is read.
            ahead = thread.submit(_came, desk, place, state, STRETCH) if left > STRETCH else None
            after = _added(desk, caller, place, state, partial(_more, site_id=place.id, came=came))
            done += max(after.position - state.position, 0)
            if progress is not None:
                progress(done, max(done, done + left - STRETCH))
            if left <= STRETCH:
                # What has come meanwhile is for the next round.
                break
    return done


def _came(desk: Desk, place: Site, state: RollupState, after: int) -> Came:
    with desk.read() as uow:
        return uow.rollups.came(place.id, state.position + after, zone=state.zone, limit=STRETCH)


def _more(uow: UnitOfWork, state: RollupState, *, site_id: int, came: Came | None) -> Addition:
    return uow.rollups.more(site_id, state, limit=STRETCH, came=came)


def _behind(desk: Desk, place: Site) -> tuple[RollupState | None, int]:
    with desk.read() as uow:
        state = uow.rollups.state(place.id)
        return state, uow.rollups.head(place.id) - state.position if state else 0


def _added(
    desk: Desk, caller: Caller, place: Site, state: RollupState, count: Callable[[UnitOfWork, RollupState], Addition]
) -> RollupState:
    """The state afterwards, also where another process was the one that moved it."""
    with desk.read() as uow:
        addition = count(uow, state)
    return _put_in(desk, caller, place, addition)


@settled
def _put_in(desk: Desk, caller: Caller, place: Site, addition: Addition) -> RollupState:
    with desk.begin() as uow:
        authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        if uow.rollups.add(addition):
            return addition.after
        return uow.rollups.state(place.id) or addition.before
