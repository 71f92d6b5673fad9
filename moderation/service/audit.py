"""Auditors: the events, and their export with a signed head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from moderation.audit import Event, EventType, Proven, Sealed, instant
from moderation.errors import Conflict, LogMisfit
from moderation.ports import EventFilter
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.heads import checkpoint, checkpoint_all, keys, made_since, signed_head
from moderation.service.logs import in_order, log_of
from moderation.service.proving import place_of, prove, prove_growth
from moderation.service.settled import settled
from moderation.service.verifying import verify
from moderation.stored_tree import StoredTree

__all__ = [
    "EventPage",
    "Export",
    "actors",
    "checkpoint",
    "checkpoint_all",
    "events",
    "export",
    "keys",
    "made_since",
    "place_of",
    "prove",
    "prove_growth",
    "verify",
]  # fmt: skip

_ANY = EventFilter()
_MAX_PAGE = 500
_AT_ONCE = 2_000
_PROVEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Newest first; `next_before` is None on the last page."""

    rows: tuple[Sealed, ...]
    next_before: int | None


def events(
    desk: Desk,
    caller: Caller,
    *,
    site: str | None,
    where: EventFilter = _ANY,
    before: int | None = None,
    limit: int = 50,
) -> EventPage:
    limit = min(max(limit, 1), _MAX_PAGE)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        rows = uow.log.page(log_of(uow, actor, site), where, before=before, limit=limit + 1)
    more = len(rows) > limit
    return EventPage(rows=tuple(rows[:limit]), next_before=rows[limit - 1].position if more else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """`note` is the signed head over all that was there, the export's own event included; empty where the log does not
    extend its last signed head: that is evidence, to be taken out and not to be signed.

    A log that does not fit its head takes no event: then there is none of the export, and no proof either.

    `size`: how many events the log has, that one included. `complete`: every event of the log is among the rows, so
    that they and the note prove each other. `proven` are the same rows, each with its proof for the note; one of the
    two is to be read.
    """

    rows: Iterator[Sealed]
    proven: Iterator[Proven]
    note: str
    size: int
    complete: bool


def export(desk: Desk, caller: Caller, *, site: str | None, where: EventFilter = _ANY) -> Export:
    """Stream the events in order. That someone exported them is the last event, and the head over it is signed."""
    in_order(where.since, where.until)
    try:
        sealed, note = _record_export(desk, caller, site=site, where=where)
    except LogMisfit:
        return _evidence(desk, caller, site=site, where=where)
    return Export(
        rows=_stream(desk, caller, sealed.log_id, where, until=sealed.position + 1),
        proven=_proven(desk, caller, sealed, where),
        note=note,
        size=sealed.position + 1,
        complete=where == _ANY,
    )


def _evidence(desk: Desk, caller: Caller, *, site: str | None, where: EventFilter) -> Export:
    """What stands in a log that nothing can be appended to."""
    with desk.read() as uow:
        log_id = log_of(uow, authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now()), site)
        newest = uow.log.page(log_id, _ANY, before=None, limit=1)
    return Export(
        rows=_stream(desk, caller, log_id, where, until=None),
        proven=(Proven(event, []) for event in _stream(desk, caller, log_id, where, until=None)),
        note="",
        size=max(newest[0].position + 1, 0) if newest else 0,
        complete=where == _ANY,
    )


@settled
def _record_export(desk: Desk, caller: Caller, *, site: str | None, where: EventFilter) -> tuple[Sealed, str]:
    """The export's own event, and the signed head over it."""
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=at)
        log_id = log_of(uow, actor, site)
        given = {name: value for name, value in asdict(where).items() if value not in (None, False)}
        facts = {name: instant(at) if hasattr(at, "tzinfo") else at for name, at in given.items()}
        event = Event(
            type=EventType.LOG_EXPORTED,
            actor=actor.name,
            subject=f"log:{log_id}",
            at=at,
            data={"filter": {name: str(value) for name, value in facts.items()}},
        )
        [sealed] = uow.log.append(log_id, [event])
        try:
            head = next(one for one in uow.log.heads() if one.log_id == log_id)
            return sealed, signed_head(desk, uow, log_id, size=head.size, root=head.root).note
        except Conflict:
            return sealed, ""


def _stream(desk: Desk, caller: Caller, log_id: int, where: EventFilter, *, until: int | None) -> Iterator[Sealed]:
    # A short transaction a page: who reads slowly holds up nobody, and whose session has ended gets no further.
    after = None
    while True:
        with desk.read() as uow:
            authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
            rows = uow.log.following(log_id, where, after=after, until=until, limit=_AT_ONCE)
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].position


def _proven(desk: Desk, caller: Caller, last: Sealed, where: EventFilter) -> Iterator[Proven]:
    size, after = last.position + 1, None
    while True:
        with desk.read() as uow:
            authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
            rows = uow.log.following(last.log_id, where, after=after, until=size, limit=_PROVEN_AT_ONCE)
            proofs = _proofs(StoredTree(uow.log, last.log_id), rows, size)
        yield from map(Proven, rows, proofs)
        if len(rows) < _PROVEN_AT_ONCE:
            return
        after = rows[-1].position


def _proofs(tree: StoredTree, rows: Sequence[Sealed], size: int) -> list[list[bytes]]:
    try:
        return tree.proofs([one.position for one in rows], size)
    except ValueError:
        # An event is missing, or one stands where none can: then each for itself.
        return [_proof_or_none(tree, one.position, size) for one in rows]


def _proof_or_none(tree: StoredTree, position: int, size: int) -> list[bytes]:
    try:
        return tree.proofs([position], size)[0]
    except ValueError:
        return []


def actors(desk: Desk, caller: Caller, *, site: str | None) -> list[str]:
    """Who did anything in this log, machines left out."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        return uow.log.actors(log_of(uow, actor, site))
