"""Signed heads of the logs, and the proof that an event is in one."""

from __future__ import annotations

from moderation.checkpoint import Checkpoint, Stored, Verifier, proof_text, signed
from moderation.errors import NotFound
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import DESK_LOG, DESK_ORIGIN, log_of
from moderation.service.settled import settled
from moderation.tree import heads_of, inclusion_ranges


def signed_head(desk: Desk, uow: UnitOfWork, log_id: int, *, size: int, root: bytes) -> Stored:
    """The signed head of this size: the one that was made before, or a new one, stored."""
    known = uow.log.checkpoint(log_id, size)
    if known is not None:
        return known
    origin = next(head.origin for head in uow.log.heads() if head.log_id == log_id)
    note = signed(Checkpoint(origin=origin, size=size, root=root), desk.signer)
    made = Stored(log_id=log_id, size=size, root=root, note=note, made_at=desk.now())
    uow.log.add_checkpoint(made)
    return made


@settled
def checkpoint(desk: Desk, caller: Caller, *, site: str | None) -> Stored:
    """Sign the log's head as it is now. No event tells of it: an event would be another head (docs/decisions/0013)."""
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        return _sign_head(desk, uow, log_of(uow, actor, site))


@settled
def checkpoint_all(desk: Desk, caller: Caller) -> list[Stored]:
    """Sign the head of every log that has grown since its last signed head; those that were made now."""
    with desk.begin() as uow:
        authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        grown = [head for head in uow.log.heads() if head.size and uow.log.checkpoint(head.log_id, head.size) is None]
        return [_sign_head(desk, uow, head.log_id) for head in grown]


def _sign_head(desk: Desk, uow: UnitOfWork, log_id: int) -> Stored:
    uow.log.open(DESK_LOG, origin=DESK_ORIGIN)
    head = next(head for head in uow.log.heads() if head.log_id == log_id)
    return signed_head(desk, uow, log_id, size=head.size, root=head.root)


def keys(desk: Desk, caller: Caller) -> list[Verifier]:
    """The public key under the name of each log, which whoever checks a signed head must have from the newsroom."""
    with desk.read() as uow:
        authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        return [Verifier(name=head.origin, public_key=desk.signer.public_key) for head in uow.log.heads()]


def prove(desk: Desk, caller: Caller, position: int, *, site: str | None) -> str:
    """One event with its way to a signed head, as C2SP tlog-proof v1: who has it needs nothing else of the log."""
    made = checkpoint(desk, caller, site=site)
    with desk.read() as uow:
        authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        event = uow.log.event(made.log_id, position) if 0 <= position < made.size else None
        if event is None:
            raise NotFound(what="event")
        proof = heads_of(inclusion_ranges(position, made.size), uow.log.leaves(made.log_id, until=made.size))
    return proof_text(position, proof, made.note, body=event.body)
