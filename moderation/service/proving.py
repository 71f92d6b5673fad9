"""Proofs for somebody who has nothing of a log but a signed head: of an event in it, and of its growth."""

from __future__ import annotations

from moderation.checkpoint import growth_text, proof_text, stated
from moderation.errors import Conflict, Forbidden, NotFound
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.heads import checkpoint, read_by, sign_newest
from moderation.service.settled import settled
from moderation.stored_tree import StoredTree
from moderation.tree import consistency_ranges, extends, included, leaf_hash


def prove(desk: Desk, caller: Caller, position: int, *, site: str | None) -> str:
    """One event with its way to a signed head, as C2SP tlog-proof v1: who has it needs nothing else of the log.

    Conflict(what="forked") where the events do not lead to the head: then `verify` says why.
    """
    made = checkpoint(desk, caller, site=site)
    with desk.read() as uow:
        authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        event = uow.log.event(made.log_id, position) if 0 <= position < made.size else None
        if event is None:
            raise NotFound(what="event")
        try:
            [proof] = StoredTree(uow.log, made.log_id).proofs([position], made.size)
        except ValueError as error:
            raise Conflict(what="forked") from error
    leaf = leaf_hash(event.body.encode("utf-8", "surrogatepass"))
    if not included(leaf, position, made.size, proof, made.root):
        raise Conflict(what="forked")
    return proof_text(position, proof, made.note, body=event.body)


def place_of(desk: Desk, caller: Caller, decision_id: int) -> tuple[str, int]:
    """The site and the position of the event that tells of a decision."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        found = uow.log.place_of(decision_id)
        site = uow.sites.get(found[0]) if found else None
        if found is None or site is None:
            raise NotFound(what="decision")
        if not authority.reads_log(actor, site.id):
            raise Forbidden(permission="limits", by=actor.name)
        return site.name, found[1]


@settled
def prove_growth(desk: Desk, caller: Caller, kept: str) -> str:
    """That the log of a head that somebody kept has only grown since: hashes that lead to both roots, and a new head.

    Of what the head says nothing is believed, and it may be signed by any key: the proof is for who kept it.
    Conflict(what="forked") where the log does not extend it: then `verify` says where.
    """
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        old = stated(kept)
        log_id = next((head.log_id for head in read_by(uow, actor) if head.origin == old.origin), None)
        if log_id is None:
            raise NotFound(what="log", log=old.origin)
        made = sign_newest(desk, uow, log_id)
        try:
            proof = StoredTree(uow.log, log_id).heads(consistency_ranges(old.size, made.size))
        except ValueError as error:
            raise Conflict(what="forked") from error
        if not extends(old.size, old.root, made.size, made.root, proof):
            raise Conflict(what="forked")
        return growth_text(old.size, proof, made.note)
