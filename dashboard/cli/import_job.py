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
from moderation.errors import Contention, NotFound, Unavailable
from moderation.importers import checkpoint as checkpoints
from moderation.importers.batches import Item
from moderation.importers.checkpoint import Checkpoint
from moderation.importers.formats import Format
from moderation.importers.load import Progress, Taken, load
from moderation.importers.quarantine import Quarantine
from moderation.service import accounts, intake
from moderation.service.desk import Desk
from moderation.service.judging import Reading

# The database may be busy with another writer or coming back; each try has waited for it already.
_PAUSES = (0.5, 1.0, 2.0)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`checkpoint` is None for a pipe, which cannot be taken up again. `size` is the file's, None for a pipe."""

    quarantine: Path
    checkpoint: Path | None
    size: int | None

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
        return cls(
            quarantine=quarantine or stem.with_name(stem.name + ".quarantine.jsonl"),
            checkpoint=stem.with_name(stem.name + ".import.json"),
            size=about.st_size,
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
        with closing(Quarantine(self.places.quarantine)) as quarantine:
            quarantine.open()
            for start in self._starts(quarantine):
                task = Task(file=file, format=self.format, ignored=self.ignored, mark=start.mark)
                with self._read(task, stdin) as made:
                    if made is None:
                        continue
                    self._clear(quarantine, start)
                    self._ensure_site()
                    yield from load(made, self._submit, quarantine, start=start, save=self._save)
                    return

    def _read(self, task: Task, stdin: BinaryIO) -> AbstractContextManager[Batches | None]:
        if self.large is not None and (self.places.size or 0) >= self.large:
            told = replace(task, chosen=self.is_chosen())
            return by_process(told, self.readers, lull=self.lull, is_chosen=self.is_chosen)
        return by_thread(task, self.desk, stdin=stdin)

    def _starts(self, quarantine: Quarantine) -> Iterator[Checkpoint]:
        """Behind what an earlier run has stored, if the file and the database still say so; else at the beginning."""
        if self.places.checkpoint is not None and not self.restart:
            stored = checkpoints.load(self.places.checkpoint, site=self.site)
            if stored is not None and stored.quarantine_size <= quarantine.size and self._is_witnessed(stored):
                yield stored
        yield Checkpoint(site=self.site)

    def _is_witnessed(self, checkpoint: Checkpoint) -> bool:
        witness = checkpoint.witness
        if witness is None:
            return checkpoint.kept == 0
        try:
            found = intake.lookup(self.desk, OPERATOR, witness.external_id, site=self.site)
        except NotFound:
            return False
        return found.id == witness.comment_id

    def _clear(self, quarantine: Quarantine, start: Checkpoint) -> None:
        if self.places.checkpoint is None:
            quarantine.recall()
        elif start.mark.offset:
            quarantine.resume(start.quarantine_size)
        else:
            quarantine.restart()

    def _ensure_site(self) -> None:
        if self.site not in {site.name for site in accounts.sites(self.desk, OPERATOR)}:
            accounts.add_site(self.desk, OPERATOR, name=self.site, title=self.site)

    def _submit(self, items: Sequence[Item[Reading]]) -> Sequence[Taken]:
        comments, readings = [item.comment for item in items], [item.reading for item in items]
        return _patiently(lambda: intake.submit_read(self.desk, OPERATOR, comments, readings, site=self.site))

    def _save(self, checkpoint: Checkpoint) -> None:
        if self.places.checkpoint is not None:
            checkpoints.save(checkpoint, self.places.checkpoint)


def _patiently(store: Callable[[], T]) -> T:
    for pause in _PAUSES:
        try:
            return store()
        except (Unavailable, Contention) as error:
            if error.fields.get("what") == "row":
                raise
        time.sleep(pause)
    return store()
