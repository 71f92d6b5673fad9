"""A backup is made: one moment of the database, sealed, to wherever it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, BinaryIO

from dashboard.backup.age import Lock, seal
from dashboard.backup.container import packed
from moderation.backup import Manifest
from moderation.ports import Piece
from moderation.roles import Caller
from moderation.service import backups

if TYPE_CHECKING:
    from dashboard.wiring import Plant

Progress = Callable[[int, int], None]


def make(
    plant: Plant, caller: Caller, out: BinaryIO, lock: Lock, *, keys: bool = True, progress: Progress | None = None
) -> Manifest:
    """The backup is in `out` when this returns. `keys`: with the key files; `progress` is told (rows, of how many)."""
    contents = _key_files(plant) if keys else {}
    taken = backups.snapshot(plant.desk, caller, plant.archive, version=version("taliq"), keys=tuple(sorted(contents)))
    with taken as (manifest, pieces):
        seal(packed(manifest, contents, counted(pieces, manifest.total, progress)), out, lock)
        return manifest


def _key_files(plant: Plant) -> dict[str, bytes]:
    # The backup is about to be signed for, so that the key is made now if it never was.
    _ = plant.desk.signer.public_key
    return {name: path.read_bytes() for name, path in plant.settings.key_files.items() if path.exists()}


def counted(pieces: Iterable[Piece], total: int, progress: Progress | None) -> Iterator[Piece]:
    done = 0
    for piece in pieces:
        yield piece
        done += len(piece.rows)
        if progress is not None:
            progress(done, total)
