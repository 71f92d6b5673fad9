"""One import: where it starts, what it reads, where it leaves its checkpoint and the rows that could not go in."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TypeVar

from dashboard.cli.opened import OPERATOR
from dashboard.cli.readers import LARGE, Readers
from dashboard.cli.reading import Batches, Task, by_process, by_thread
from moderation.errors import Conflict, Contention, Invalid, NotFound, Unavailable
from moderation.importers import checkpoint as checkpoints
from moderation.importers.batches import Item
from moderation.importers.checkpoint import Checkpoint
from moderation.importers.formats import Format
from moderation.importers.load import Progress, Taken, load
from moderation.importers.quarantine import Quarantine
from moderation.service import accounts, intake
from moderation.service.desk import Desk
from moderation.service.judging import Reading

# The database may be busy with another writer, for which each try has waited already, or a server be started anew.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
_TRIES_WHILE_THERE = 3
_PASSING = ("gone", "connections")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`checkpoint` is None for a pipe, which cannot be taken up again. `size` is the file's, None for a pipe.

    `named`: the quarantine is not the import's own but a file that was named, which may be another import's too.
    """

    quarantine: Path
    checkpoint: Path | None
    size: int | None
    named: bool = False

    @classmethod
    def of(cls, file: Path, *, var: Path, quarantine: Path | None = None) -> Places:
        """Beside the file, or under `var` where nothing can be written there."""
        about = file.stat() if str(file) != "-" else None
        if about is None or not stat.S_ISREG(about.st_mode):
            var.mkdir(parents=True, exist_ok=True)
            return cls(quarantine=quarantine or var / "import.quarantine.jsonl", checkpoint=None, size=None)
        stem = file
        if not os.access(file.absolute().parent, os.W_OK):
            var.mkdir(parents=True, exist_ok=True)
            # Files of one name lie in many folders.
            stem = var / f"{sha256(bytes(file.absolute())).hexdigest()[:12]}-{file.name}"
        own = stem.with_name(stem.name + ".quarantine.jsonl")
        return cls(
            quarantine=quarantine or own,
            checkpoint=stem.with_name(stem.name + ".import.json"),
            size=about.st_size,
            named=quarantine is not None and quarantine.absolute() != own.absolute(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`large` is the size in bytes from which a file is read by another process; None for never.

    `lull` is set when the database commits, `is_chosen` says whether the registry names a model
    (dashboard/cli/reading.py).
    """

    desk: Desk
    site: str
    places: Places
    format: Format | None = None
    ignored: frozenset[str] = frozenset()
    restart: bool = False
    large: int | None = LARGE
    readers: Readers = field(default_factory=Readers)
    lull: threading.Event | None = None
    is_chosen: Callable[[], bool] = lambda: True

    def run(self, file: Path, *, stdin: BinaryIO) -> Iterator[Progress]:
        """Where it starts, then what came of each batch."""
        with closing(Quarantine(self.places.quarantine, shared=self.places.checkpoint is None)) as quarantine:
            quarantine.open()
            stored = self._stored()
            for start in self._starts(stored, quarantine):
                task = Task(file=file, format=self.format, ignored=self.ignored, mark=start.mark)
                with self._read(task, stdin) as made:
                    if made is None:
                        continue
                    self._clear(quarantine, start, stored)
                    self._ensure_site()
                    yield from load(made, self._submit, quarantine, start=start, save=self._save)
                    return

    def _read(self, task: Task, stdin: BinaryIO) -> AbstractContextManager[Batches | None]:
        if self.large is not None and (self.places.size or 0) >= self.large:
            told = replace(task, chosen=self.is_chosen())
            return by_process(told, self.readers, lull=self.lull, is_chosen=self.is_chosen)
        return by_thread(task, self.desk, stdin=stdin)

    def _stored(self) -> Checkpoint | None:
        return checkpoints.load(self.places.checkpoint, site=self.site) if self.places.checkpoint is not None else None

    def _starts(self, stored: Checkpoint | None, quarantine: Quarantine) -> Iterator[Checkpoint]:
        """Behind what an earlier run has stored, if the file and the database still say so; else at the beginning.

        There as well when rows are read in another way than before: those that were refused may go in.
        """
        beginning = Checkpoint(site=self.site, ignored=tuple(sorted(self.ignored)), format=self.format)
        if stored is not None and not self.restart and stored.is_read_as(beginning):
            if self._is_reported(stored, quarantine) and self._is_witnessed(stored):
                yield replace(stored, ignored=beginning.ignored, format=beginning.format)
        yield beginning

    def _is_reported(self, checkpoint: Checkpoint, quarantine: Quarantine) -> bool:
        """Whether the quarantine begins with the rows that the checkpoint tells of; a named one's must be proven."""
        size = checkpoint.quarantine_size
        if self.places.named and not size:
            return quarantine.size == 0
        if checkpoint.quarantine_sha256:
            return quarantine.holds(size, checkpoint.quarantine_sha256)
        return not self.places.named and size <= quarantine.size

    def _is_witnessed(self, checkpoint: Checkpoint) -> bool:
        witness = checkpoint.witness
        if witness is None:
            return checkpoint.kept == 0
        try:
            found = intake.lookup(self.desk, OPERATOR, witness.external_id, site=self.site)
        except NotFound:
            return False
        return found.id == witness.comment_id

    def _clear(self, quarantine: Quarantine, start: Checkpoint, stored: Checkpoint | None) -> None:
        if self.places.checkpoint is None:
            quarantine.recall()
        elif start.mark.offset and self.places.named:
            quarantine.follow(start.quarantine_size)
        elif start.mark.offset:
            quarantine.resume(start.quarantine_size)
        else:
            if self.places.named:
                self._refuse_anothers(quarantine, stored)
            quarantine.restart()

    def _refuse_anothers(self, quarantine: Quarantine, stored: Checkpoint | None) -> None:
        """Rows that another import set aside stand nowhere else: what is here goes only if all of it is known."""
        size = quarantine.size
        if size and (stored is None or stored.quarantine_size != size or not self._is_reported(stored, quarantine)):
            raise Invalid(field="quarantine", reason="of_another_import", path=str(quarantine.path))

    def _ensure_site(self) -> None:
        if self._is_there():
            return
        try:
            accounts.add_site(self.desk, OPERATOR, name=self.site, title=self.site)
        except Conflict:
            # Another import may have made it in the meantime.
            if not self._is_there():
                raise

    def _is_there(self) -> bool:
        return self.site in {site.name for site in accounts.sites(self.desk, OPERATOR)}

    def _submit(self, items: Sequence[Item[Reading]]) -> Sequence[Taken]:
        comments, readings = [item.comment for item in items], [item.reading for item in items]
        return _patiently(lambda: intake.submit_read(self.desk, OPERATOR, comments, readings, site=self.site))

    def _save(self, checkpoint: Checkpoint) -> None:
        if self.places.checkpoint is not None:
            checkpoints.save(checkpoint, self.places.checkpoint)


def _patiently(store: Callable[[], T]) -> T:
    for number, pause in enumerate(_PAUSES):
        try:
            return store()
        except (Unavailable, Contention) as error:
            what = error.fields.get("what")
            if what == "row" or (number >= _TRIES_WHILE_THERE and what not in _PASSING):
                raise
        time.sleep(pause)
    return store()
