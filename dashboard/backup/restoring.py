"""A backup is read: into an empty database, or only to see whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pyrage.x25519 import Identity

from dashboard.backup.age import Plain, opened
from dashboard.backup.container import Opened, unpacked
from dashboard.backup.making import Progress, counted
from dashboard.keyfiles import placed
from moderation.backup import Manifest
from moderation.errors import Invalid
from moderation.ports import Piece
from moderation.roles import Caller
from moderation.service import backups
from moderation.service.backups import Restored

if TYPE_CHECKING:
    from dashboard.wiring import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Whose private keys, or which passphrase, open a backup."""

    identities: Sequence[Identity] = ()
    passphrase: str = ""


def restore(
    plant: Plant,
    caller: Caller,
    source: BinaryIO,
    opening: Opening,
    *,
    despite_log: bool = False,
    progress: Progress | None = None,
) -> tuple[Manifest, Restored]:
    """All of it, verified, or nothing: Invalid(field="backup") and Conflict say what is in the way."""
    with opened(source, opening.identities, opening.passphrase) as plain:
        found = unpacked(plain)
        contents = {path: found.keys[name] for name, path in plant.settings.key_files.items() if name in found.keys}
        with _no_ruin(plant.settings.database), placed(contents):
            done = backups.restore(
                plant.desk,
                caller,
                plant.archive,
                found.manifest,
                _all(plain, found, progress),
                despite_log=despite_log,
            )
        return found.manifest, done


def _all(plain: Plain, found: Opened, progress: Progress | None) -> Iterator[Piece]:
    yield from counted(found.pieces, found.manifest.total, progress)
    # Before anything of it is committed: that the file ends here is what says that nobody cut it short.
    plain.finish()


def check(source: BinaryIO, opening: Opening, *, progress: Progress | None = None) -> Manifest:
    """Read all of it without a database: Invalid(field="backup") where it is damaged or rows are missing."""
    with opened(source, opening.identities, opening.passphrase) as plain:
        found = unpacked(plain)
        rows = dict.fromkeys(found.manifest.rows, 0)
        for piece in _all(plain, found, progress):
            rows[piece.table] = rows.get(piece.table, 0) + len(piece.rows)
        for table, count in rows.items():
            wanted = found.manifest.rows.get(table, 0)
            if count != wanted:
                raise Invalid(field="backup", reason="incomplete", table=table, got=count, wanted=wanted)
        return found.manifest


@contextmanager
def _no_ruin(database: str) -> Iterator[None]:
    """A SQLite file that was not there before is not there after an error either."""
    path = Path(database.removeprefix("sqlite:///")) if database.startswith("sqlite:///") else None
    was_there = path is None or path.exists()
    try:
        yield
    except BaseException:
        if path is not None and not was_there:
            for one in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
                one.unlink(missing_ok=True)
        raise
