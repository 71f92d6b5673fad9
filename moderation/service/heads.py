"""Signed heads of the logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.checkpoint import Checkpoint, Stored, Verifier, signed
from moderation.errors import Conflict
from moderation.ports import LogHead, UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import DESK_LOG, DESK_ORIGIN, log_of
from moderation.service.settled import settled
from moderation.stored_tree import StoredTree


def signed_head(desk: Desk, uow: UnitOfWork, log_id: int, *, size: int, root: bytes) -> Stored:
    """The signed head of this size: the one that was made before, or a new one, stored.

    Conflict(what="forked") where the log does not extend its last signed head: that is never to be signed.
    """
    last = uow.log.newest_checkpoint(log_id)
    if not _extends(uow, last, log_id, size=size, root=root):
        raise Conflict(what="forked")
    if last is not None and last.size == size:
        return last
    origin = next(head.origin for head in uow.log.heads() if head.log_id == log_id)
    if not origin:
        # What stood there was no name: nobody could tell of which log this would be the head.
        raise Conflict(what="forked")
    note = signed(Checkpoint(origin=origin, size=size, root=root), desk.signer)
    made = Stored(log_id=log_id, size=size, root=root, note=note, made_at=desk.now())
    uow.log.add_checkpoint(made)
    return made


def _extends(uow: UnitOfWork, last: Stored | None, log_id: int, *, size: int, root: bytes) -> bool:
    """By the hashes that are stored with the events, some twenty each; `verify` computes them all anew."""
    tree = StoredTree(uow.log, log_id)
    try:
        return tree.root(size) == root and (last is None or (last.size <= size and tree.root(last.size) == last.root))
    except ValueError:
        return False


@settled
def checkpoint(desk: Desk, caller: Caller, *, site: str | None) -> Stored:
    """Sign the log's head as it is now. No event tells of it: an event would be another head (docs/decisions/0013)."""
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        return sign_newest(desk, uow, log_of(uow, actor, site))


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """`forked` are the names of logs that do not extend their last signed head, and were not signed."""

    made: tuple[Stored, ...]
    forked: tuple[str, ...]


@settled
def checkpoint_all(desk: Desk, caller: Caller) -> Round:
    """Sign the head of every log that has grown since its last signed head."""
    made, forked = [], []
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        for head in read_by(uow, actor):
            last = uow.log.newest_checkpoint(head.log_id)
            if not head.size or (last is not None and (last.size, last.root) == (head.size, head.root)):
                continue
            try:
                made.append(signed_head(desk, uow, head.log_id, size=head.size, root=head.root))
            except Conflict:
                forked.append(head.origin)
    return Round(made=tuple(made), forked=tuple(forked))


def made_since(desk: Desk, caller: Caller, sizes: Mapping[int, int]) -> list[Stored]:
    """The signed heads of more events than `sizes` says for their log, whoever had them made; smallest first."""
    with desk.read() as uow:
        heads = read_by(uow, authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now()))
        return [one for head in heads for one in uow.log.checkpoints(head.log_id, after=sizes.get(head.log_id, -1))]


def sign_newest(desk: Desk, uow: UnitOfWork, log_id: int) -> Stored:
    uow.log.open(DESK_LOG, origin=DESK_ORIGIN)
    head = next(head for head in uow.log.heads() if head.log_id == log_id)
    return signed_head(desk, uow, log_id, size=head.size, root=head.root)


def keys(desk: Desk, caller: Caller) -> list[Verifier]:
    """The public key under the name of each log, which whoever checks a signed head must have from the newsroom."""
    with desk.read() as uow:
        heads = read_by(uow, authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now()))
        return [Verifier(name=head.origin, public_key=desk.signer.public_key) for head in heads]


def read_by(uow: UnitOfWork, actor: Actor) -> list[LogHead]:
    return [head for head in uow.log.heads() if authority.reads_log(actor, head.log_id)]
