"""Whether anyone changed a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from moderation.checkpoint import Checkpoint, Stored, Verifier, opened, stated
from moderation.errors import Invalid
from moderation.ports import LogHead, UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import DESK_LOG, DESK_ORIGIN, log_of, origin_of
from moderation.service.walking import walked
from moderation.tree import HASH
from moderation.verification import Break, BreakKind, Claim, Verification


def verify(
    desk: Desk,
    caller: Caller,
    *,
    site: str | None = None,
    everything: bool = True,
    notes: Sequence[str] = (),
    trusted: Sequence[Verifier] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Verification]:
    """Recompute the logs from their events and compare with their heads: all logs, or the one of `site`.

    The heads: the one stored beside the events, the signed ones that are stored, and `notes`, signed ones that somebody
    kept elsewhere, by this desk's key or a `trusted` one. Only the last show a rewriting by whoever holds both the
    database and the key. `progress` is told (events checked, events in all).
    """
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        heads, lost = (
            [one for one in some if authority.reads_log(actor, one.log_id)]
            for some in (uow.log.heads(), _without_head(uow))
        )
        if not everything:
            wanted = log_of(uow, actor, site)
            heads, lost = ([one for one in some if one.log_id == wanted] for some in (heads, lost))
        kept = _kept(desk, heads, notes, trusted)
        total = sum(max(head.size, 0) for head in heads)
        done = 0
        found = [_lost(desk, head) for head in lost]
        for head in heads:

            def tell(checked: int, before: int = done) -> None:
                if progress is not None:
                    progress(before + checked, total)

            found.append(_verified(desk, uow, head, kept.get(head.origin, []), trusted, tell))
            done += max(head.size, 0)
            tell(0, done)
        return sorted(found, key=lambda one: one.log_id)


def _without_head(uow: UnitOfWork) -> list[LogHead]:
    """Logs that must be there and have no head: each site's, and the desk's once there is anything of it."""
    known = {head.log_id for head in uow.log.heads()}
    missing = [(site.id, origin_of(site.name)) for site in uow.sites.all() if site.id not in known]
    if DESK_LOG not in known and (uow.log.event(DESK_LOG, 0) is not None or uow.log.newest_checkpoint(DESK_LOG)):
        missing.append((DESK_LOG, DESK_ORIGIN))
    return [LogHead(log_id=log_id, origin=origin, size=0, root=b"", frontier=b"") for log_id, origin in missing]


def _lost(desk: Desk, head: LogHead) -> Verification:
    return Verification(
        log_id=head.log_id,
        origin=head.origin,
        size=0,
        root="",
        checked_at=desk.now(),
        first_break=Break(position=0, kind=BreakKind.HEAD),
    )


def _kept(
    desk: Desk, heads: Sequence[LogHead], notes: Sequence[str], trusted: Sequence[Verifier]
) -> dict[str, list[Checkpoint]]:
    """The given notes by the log that they speak of. Invalid for one of no log here, or that no known key signed."""
    found: dict[str, list[Checkpoint]] = {}
    origins = {head.origin for head in heads}
    for note in notes:
        origin = stated(note).origin
        if origin not in origins:
            raise Invalid(field="checkpoint", reason="unknown_log")
        found.setdefault(origin, []).append(opened(note, _verifiers(desk, origin, trusted), desk.signer))
    return found


def _verifiers(desk: Desk, origin: str, trusted: Sequence[Verifier]) -> list[Verifier]:
    """A key that goes by another log's name says nothing of this one."""
    return [Verifier(name=origin, public_key=desk.signer.public_key), *(one for one in trusted if one.name == origin)]


def _verified(
    desk: Desk,
    uow: UnitOfWork,
    head: LogHead,
    kept: Sequence[Checkpoint],
    trusted: Sequence[Verifier],
    tell: Callable[[int], None],
) -> Verification:
    stored = uow.log.checkpoints(head.log_id)
    known: dict[int, set[bytes]] = {}
    heads = [(one.size, one.root) for one in stored if _is_head(one)]
    for size, root in [*heads, *((one.size, one.root) for one in kept)]:
        known.setdefault(size, set()).add(root)
    claim = Claim(size=head.size, root=head.root, frontier=head.frontier, heads=known)
    wrong = walked(uow, claim, log_id=head.log_id, checkers=desk.checkers, progress=tell)
    if wrong is None and head.origin != _name_of(uow, head.log_id):
        wrong = Break(position=max(head.size - 1, 0), kind=BreakKind.HEAD)
    return Verification(
        log_id=head.log_id,
        origin=head.origin or _name_of(uow, head.log_id),
        size=head.size,
        root=head.root.hex(),
        checked_at=desk.now(),
        first_break=wrong or _altered(desk, head.origin, stored, trusted),
        checkpoints=len(stored) + len(kept),
    )


def _is_head(one: Stored) -> bool:
    """Whether it says anything of a log, and what its note says too; `_altered` names those that do not.

    Else events that nobody touched were blamed for a head that somebody changed.
    """
    if one.size < 0 or len(one.root) != HASH:
        return False
    try:
        said = stated(one.note)
    except Invalid:
        return True
    return (said.size, said.root) == (one.size, one.root)


def _altered(desk: Desk, origin: str, stored: Sequence[Stored], trusted: Sequence[Verifier]) -> Break | None:
    """A stored checkpoint that is not what was signed."""
    if not stored:
        # Nothing to hold against a key, which need not be there to read a log.
        return None
    verifiers = _verifiers(desk, origin, trusted)
    for one in stored:
        expected = Checkpoint(origin=origin, size=one.size, root=one.root)
        try:
            said = opened(one.note, verifiers, desk.signer)
        except Invalid:
            said = None
        if said != expected:
            return Break(position=max(one.size, 0), kind=BreakKind.CHECKPOINT)
    return None


def _name_of(uow: UnitOfWork, log_id: int) -> str:
    site = uow.sites.get(log_id)
    return DESK_ORIGIN if log_id == DESK_LOG else origin_of(site.name) if site else ""
