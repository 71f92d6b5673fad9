"""A backup holds one moment of everything; what is restored must be exactly that, and its log must verify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace

from moderation.audit import Event, EventType, instant
from moderation.backup import Head, Manifest
from moderation.checkpoint import Verifier, verifier_of
from moderation.errors import Forbidden, Invalid
from moderation.ports import Archive, Filling, Piece, UnitOfWork
from moderation.roles import Caller, Operator, Permission
from moderation.service import audit, authority
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled
from moderation.verification import Verification


@contextmanager
def snapshot(
    desk: Desk, caller: Caller, archive: Archive, *, version: str, keys: Sequence[str]
) -> Iterator[tuple[Manifest, Iterator[Piece]]]:
    """The manifest and the rows of one moment. The backup holds the event that tells of it, and signed heads."""
    _tell(desk, caller, keys)
    audit.checkpoint_all(desk, caller)
    with archive.snapshot() as moment:
        authority.require(moment.unit, caller, Permission.BACKUPS_MAKE, now=desk.now())
        manifest = Manifest(
            version=version,
            revision=moment.revision,
            made_at=instant(desk.now()),
            rows=moment.rows,
            heads=_heads(desk, moment.unit),
            keys=tuple(keys),
        )
        yield manifest, moment.pieces


@settled
def _tell(desk: Desk, caller: Caller, keys: Sequence[str]) -> None:
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.BACKUPS_MAKE, now=now)
        facts = {"keys": list(keys)}
        tell_desk(uow, Event(type=EventType.BACKUP_MADE, actor=actor.name, subject="desk", at=now, data=facts))


def _heads(desk: Desk, uow: UnitOfWork) -> tuple[Head, ...]:
    found = []
    for head in uow.log.heads():
        newest = uow.log.newest_checkpoint(head.log_id)
        vkey = Verifier(name=head.origin, public_key=desk.signer.public_key).vkey()
        note = newest.note if newest else ""
        found.append(Head(origin=head.origin, size=head.size, root=head.root.hex(), note=note, vkey=vkey))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`logs` are those that were verified; all are whole unless the caller had said not to mind."""

    rows: Mapping[str, int]
    logs: tuple[Verification, ...]


def restore(
    desk: Desk,
    caller: Caller,
    archive: Archive,
    manifest: Manifest,
    pieces: Iterable[Piece],
    *,
    despite_log: bool = False,
) -> Restored:
    """Into an empty database; all of it, or nothing is changed.

    Invalid(field="backup"): `incomplete` where rows are missing, `log_broken` where a log does not verify or is not the
    one that the manifest names, which `despite_log` tolerates: a log that somebody changed is evidence.
    """
    if not isinstance(caller, Operator):
        # Nobody else is known to an empty database.
        raise Forbidden(permission=str(Permission.BACKUPS_MAKE))
    with archive.filling(manifest.revision) as filling:
        for piece in pieces:
            filling.put(piece)
        _check_rows(filling, manifest)
        uow = filling.finish()
        now = desk.now()
        actor = authority.require(uow, caller, Permission.BACKUPS_MAKE, now=now)
        logs, wrong = _verified(desk, caller, uow, manifest)
        if wrong and not despite_log:
            raise Invalid(field="backup", reason="log_broken", origin=wrong)
        facts = {"made_at": manifest.made_at, "version": manifest.version}
        tell_desk(uow, Event(type=EventType.BACKUP_RESTORED, actor=actor.name, subject="desk", at=now, data=facts))
        return Restored(rows=dict(filling.rows), logs=tuple(logs))


def _check_rows(filling: Filling, manifest: Manifest) -> None:
    for table in sorted({*filling.rows, *manifest.rows}):
        got, wanted = filling.rows.get(table, 0), manifest.rows.get(table, 0)
        if got != wanted:
            raise Invalid(field="backup", reason="incomplete", table=table, got=got, wanted=wanted)


def _verified(desk: Desk, caller: Caller, uow: UnitOfWork, manifest: Manifest) -> tuple[list[Verification], str]:
    """What came of each log, and the name of the first that is not whole or not the one that the manifest names."""
    # What is not committed yet no other process sees.
    inside = replace(desk, read=lambda: _the_same(uow), checkers=None)
    found = audit.verify(inside, caller, trusted=[verifier_of(head.vkey) for head in manifest.heads])
    said = {head.origin: (head.size, head.root) for head in manifest.heads}
    got = {one.origin: (one.size, one.root) for one in found}
    wrong = [one.origin for one in found if not one.ok]
    wrong += [origin for origin in sorted({*said, *got}) if said.get(origin) != got.get(origin)]
    return found, next(iter(wrong), "")


def _the_same(uow: UnitOfWork) -> AbstractContextManager[UnitOfWork]:
    return nullcontext(uow)
