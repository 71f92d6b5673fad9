"""A moderator's shift: what they see of the desk beside the queue, and what they leave when they go."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from moderation.audit import Event, EventType
from moderation.errors import Invalid
from moderation.parsing import plain
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled
from moderation.shift import MAX_NOTE, Handover, Shift, pause

# A night's sleep lies between two shifts, and a note of the day before still says something.
_LONGEST = timedelta(hours=12)
_KEPT = timedelta(hours=24)
_NOTES, _READS = 3, 2_000


def shift(desk: Desk, caller: Caller, *, site: str) -> Shift:
    """What the caller did within the last twelve hours, who else holds a comment, and the latest notes left."""
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        place, staff_id = authority.part_for(uow, actor, site).site, authority.person(actor)
        colleagues = uow.shifts.colleagues(place.id, staff_id, now=now)
        reached = authority.reached(uow, actor, [one.comment_id for one in colleagues])
        reads = uow.shifts.reads(place.id, staff_id, since=now - _LONGEST, limit=_READS)
        return Shift(
            since=reads[-1].at if reads else now,
            decided=len(reads),
            harsh=sum(read.harsh for read in reads),
            suggested=pause(reads, now),
            colleagues=tuple(one for one in colleagues if one.comment_id in reached),
            handovers=tuple(uow.shifts.handovers(place.id, since=now - _KEPT, limit=_NOTES)),
        )


@settled
def end(desk: Desk, caller: Caller, *, site: str, note: str = "") -> int:
    """Give back what one holds and leave a note for the others; how many comments were given back."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        place, staff_id = authority.part_for(uow, actor, site).site, authority.person(actor)
        released = uow.queue.release(staff_id)
        left = Handover(id=desk.new_id(), by=actor.name, note=plain(note).strip(), at=now)
        if left.note:
            uow.shifts.add_handover(place.id, left)
        uow.log.append(place.id, [_event(left, actor.name, released, now)])
        return released


def _event(left: Handover, actor: str, released: int, now: datetime) -> Event:
    facts: dict[str, object] = {"released": released}
    if left.note:
        # A note may name a reader or quote one, so the log binds it without holding it.
        facts |= {"handover": str(left.id), "note": sha256(f"{left.id}:{left.note}".encode()).hexdigest()}
    return Event(type=EventType.SHIFT_ENDED, actor=actor, subject=actor, at=now, data=facts)
