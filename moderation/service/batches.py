"""Deciding many comments by one act, and taking the whole act back.

A batch of thousands is several transactions, so that the desk goes on meanwhile. The first one stores the batch and its
event with what was chosen; each then decides some, every decision with an event of its own. If it is interrupted, what
is done is done, is known to be of this batch, and can be taken back with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from moderation.audit import Event, EventType
from moderation.comment import Status
from moderation.decision import Decision, Outcome, Reason, Recorded, status_after
from moderation.errors import Conflict, Invalid, NotFound
from moderation.messages import fill_in, has_places
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.queue import Case
from moderation.roles import Actor, Caller, Permission
from moderation.search import Batch, BatchResult, Chosen, LeftOut
from moderation.service import authority, verdicts
from moderation.service.desk import Desk
from moderation.service.recording import Change, milliseconds, record
from moderation.service.settled import settled
from moderation.service.verdicts import MAX_MESSAGE
from moderation.text.compact import compact_encoder

MAX_BATCH = 10_000
_AT_ONCE = 250
Progress = Callable[[int, int], None]
_encode = compact_encoder()


def decide_many(
    desk: Desk,
    caller: Caller,
    chosen: Sequence[Chosen],
    outcome: Outcome,
    *,
    site: str,
    reasons: Sequence[Reason] = (),
    note: str = "",
    message: str = "",
    progress: Progress | None = None,
) -> BatchResult:
    """A person's one decision on many comments, each at the version that they saw; `progress` hears (done, of all).

    `message` goes to each commenter, with {name} and {article} filled in.

    Left out and counted: what has changed since, what another moderator is working on, what waits for a second opinion
    or for the answer to an appeal, what a person decided so already, what is erased or of another site.
    """
    verdicts.check_said(outcome, reasons, note, message)
    # In the order of their ids, so that two batches lock what they share in the same order.
    wanted = sorted(dict(chosen).items())
    if not wanted:
        raise Invalid(field="comments", reason="missing")
    if len(wanted) > MAX_BATCH:
        raise Invalid(field="comments", reason="too_many", high=MAX_BATCH)
    batch = _open(desk, caller, [Chosen(*pair) for pair in wanted], outcome, reasons, site=site)
    decided, left_out = 0, Counter[LeftOut]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = [Chosen(*pair) for pair in wanted[start : start + _AT_ONCE]]
        done, left = _decide_some(desk, caller, batch, some, note, message)
        decided += done
        left_out += left
        if progress is not None:
            progress(min(start + _AT_ONCE, len(wanted)), len(wanted))
    return BatchResult(batch_id=batch.id, decided=decided, left_out=dict(left_out))


@settled
def _open(
    desk: Desk, caller: Caller, chosen: Sequence[Chosen], outcome: Outcome, reasons: Sequence[Reason], *, site: str
) -> Batch:
    with desk.begin() as uow:
        actor, now = _reviewer(desk, uow, caller)
        place = authority.part_for(uow, actor, site).site
        batch = Batch(
            id=desk.new_id(),
            site_id=place.id,
            actor=actor.name,
            outcome=outcome,
            reasons=tuple(dict.fromkeys(reasons)),
            size=len(chosen),
            created_at=now,
        )
        _add(uow, batch, EventType.BATCH_DECIDED, chosen=_digest(f"{one.comment_id}:{one.version}" for one in chosen))
        return batch


def _reviewer(desk: Desk, uow: UnitOfWork, caller: Caller) -> tuple[Actor, datetime]:
    now = desk.now()
    actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
    authority.person(actor)
    return actor, now


def _add(uow: UnitOfWork, batch: Batch, type_: EventType, **facts: object) -> None:
    uow.batches.add(batch)
    said = {"outcome": batch.outcome, "reasons": batch.reasons, "size": batch.size, **facts}
    event = Event(type=type_, actor=batch.actor, subject=f"batch:{batch.id}", at=batch.created_at, data=said)
    uow.log.append(batch.site_id, [event])


def _digest(chosen: Iterable[str]) -> str:
    """SHA-256 of the chosen comments, `id:version` as a JSON list in the order of their ids."""
    return sha256(_encode(list(chosen)).encode()).hexdigest()


@settled
def _decide_some(
    desk: Desk, caller: Caller, batch: Batch, chosen: Sequence[Chosen], note: str, message: str
) -> tuple[int, Counter[LeftOut]]:
    with desk.begin() as uow:
        actor, now = _reviewer(desk, uow, caller)
        decision = verdicts.human(actor, batch.outcome, batch.reasons, note, message=message)
        own = _own_messages(uow, message, chosen)
        changes: list[Change] = []
        left_out = Counter[LeftOut]()
        for one in chosen:
            case = uow.cards.case(one.comment_id)
            why = _left_out(case, one, batch, decision, actor, now)
            if case is None or why is not None:
                left_out[why or LeftOut.GONE] += 1
            else:
                told = replace(decision, message=own.get(one.comment_id, decision.message))
                changes.append(_of_batch(verdicts.deciding(case, told, actor), case, batch, now))
        record(desk, uow, changes, site_id=batch.site_id, at=now)
        return len(changes), left_out


def _own_messages(uow: UnitOfWork, message: str, chosen: Sequence[Chosen]) -> dict[int, str]:
    """By comment, where each is told something of its own."""
    if not has_places(message):
        return {}
    rows = uow.search.rows([one.comment_id for one in chosen])
    return {
        row.comment.id: plain(fill_in(message, name=row.commenter_name, article=row.article_title))[:MAX_MESSAGE]
        for row in rows
    }


def _left_out(
    case: Case | None, seen: Chosen, batch: Batch, decision: Decision, actor: Actor, now: datetime
) -> LeftOut | None:
    if case is None or case.comment.site_id != batch.site_id or case.comment.status is Status.ERASED:
        return LeftOut.GONE
    if not _reaches(actor, case):
        return LeftOut.GONE
    if case.comment.version != seen.version:
        return LeftOut.CHANGED
    if case.entry is not None and case.entry.held_by_other(actor.staff_id, now):
        return LeftOut.CLAIMED
    if case.opinions:
        return LeftOut.OPINION
    if case.appeal is not None:
        return LeftOut.APPEAL
    if case.entry is None and case.comment.status is status_after(decision):
        return LeftOut.SAME
    return None


def _reaches(actor: Actor, case: Case) -> bool:
    return actor.limits is None or actor.limits.covers(case.comment.site_id, case.comment.section_id)


def _of_batch(change: Change, case: Case, batch: Batch, now: datetime) -> Change:
    waited = milliseconds(now - case.entry.entered_at) if case.entry else None
    return change._replace(waited_ms=waited, batch_id=batch.id)


def undo_batch(desk: Desk, caller: Caller, batch_id: int, *, progress: Progress | None = None) -> BatchResult:
    """Take back one's own batch (an admin: anyone's): all its decisions that are still their comment's last.

    The comments stand as before, and those that waited wait again. May be called again after an interruption.
    """
    batch, standing, made = _to_undo(desk, caller, batch_id)
    undone = 0
    for start in range(0, len(standing), _AT_ONCE):
        undone += _undo_some(desk, caller, batch, standing[start : start + _AT_ONCE])
        if progress is not None:
            progress(min(start + _AT_ONCE, len(standing)), len(standing))
    left_out = {LeftOut.CHANGED: made - undone} if made > undone else {}
    return BatchResult(batch_id=batch.id, decided=undone, left_out=left_out)


@settled
def _to_undo(desk: Desk, caller: Caller, batch_id: int) -> tuple[Batch, list[Recorded], int]:
    """The undoing batch, stored with its event; what there is to undo; and how many decisions the batch had made."""
    with desk.begin() as uow:
        actor, now = _reviewer(desk, uow, caller)
        batch = uow.batches.get(batch_id)
        if batch is None or batch.undoes is not None:
            raise NotFound(what="batch")
        verdicts.check_own(actor, batch.actor)
        standing = uow.decisions.of_batch(batch_id)
        if not standing:
            raise Conflict(what="undo")
        undoing = replace(
            batch, id=desk.new_id(), actor=actor.name, size=len(standing), created_at=now, undoes=batch_id
        )
        chosen = _digest(f"{one.comment_id}:{one.comment_version + 1}" for one in standing)
        _add(uow, undoing, EventType.BATCH_UNDONE, undoes=str(batch_id), chosen=chosen)
        return undoing, standing, uow.decisions.count_of_batch(batch_id)


@settled
def _undo_some(desk: Desk, caller: Caller, batch: Batch, standing: Sequence[Recorded]) -> int:
    with desk.begin() as uow:
        actor, now = _reviewer(desk, uow, caller)
        made = uow.decisions.of_comments([one.comment_id for one in standing])
        changes = []
        for one in standing:
            case = uow.cards.case(one.comment_id)
            if case is not None and case.comment.version == one.comment_version + 1 and _reaches(actor, case):
                change = verdicts.undoing(case, one, actor, made=made[one.comment_id])
                changes.append(change._replace(batch_id=batch.id))
        record(desk, uow, changes, site_id=batch.site_id, at=now)
        return len(changes)


def recent(desk: Desk, caller: Caller, *, site: str, limit: int = 5) -> list[Batch]:
    """The caller's own batches, newest first."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        return uow.batches.recent(authority.part_for(uow, actor, site).site.id, actor=actor.name, limit=limit)
