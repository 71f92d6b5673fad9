"""A file read and judged while the batch before is being stored: by a thread, or for a large file by another process.

Python runs one thread at a time; two processes use two processors.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from dashboard import processes
from dashboard.cli import wire
from moderation.importers.ahead import ahead
from moderation.importers.batches import Batch, batches
from moderation.importers.checkpoint import START
from moderation.importers.formats import Format, format_of, records
from moderation.importers.lines import Mark
from moderation.importers.source import Source, opened, piped
from moderation.service.desk import Desk
from moderation.service.judging import Reading, read

# Below this many bytes the other process would still be starting when the thread is done.
LARGE = 4_000_000
STDIN = Path("-")
Batches = Iterator[Batch[Reading]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Which file, as what, from where on."""

    file: Path
    format: Format | None = None
    ignored: frozenset[str] = frozenset()
    mark: Mark = START

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"file": os.fsencode(self.file).hex(), "ignored": sorted(self.ignored)})

    @classmethod
    def from_json(cls, text: str) -> Task:
        given = json.loads(text)
        return cls(
            file=Path(os.fsdecode(bytes.fromhex(given["file"]))),
            format=Format(given["format"]) if given["format"] else None,
            ignored=frozenset(given["ignored"]),
            mark=Mark(**given["mark"]),
        )


@contextmanager
def by_thread(task: Task, desk: Desk, *, stdin: BinaryIO) -> Iterator[Batches | None]:
    """None when other bytes than the mark's lie before it."""
    with _source(task.file, stdin) as source:
        made = batches_of(source, task, desk)
        if made is None:
            yield None
            return
        with closing(ahead(made)) as ready:
            yield ready


def _source(file: Path, stdin: BinaryIO) -> AbstractContextManager[Source]:
    return nullcontext(piped(stdin)) if file == STDIN else opened(file)


def batches_of(source: Source, task: Task, desk: Desk) -> Batches | None:
    rows = records(source.lines, task.format or format_of(task.file.name, source.lines), ignored=task.ignored)
    if task.mark.offset and not source.lines.forward(task.mark):
        return None
    judge = lambda texts: read(texts, desk.scorer, desk.shadow())  # noqa: E731 -- handed on, never called here
    return batches(rows, source, judge, now=desk.now, ignored=task.ignored)


@contextmanager
def by_process(task: Task) -> Iterator[Batches | None]:
    """As `by_thread`, for a file; settings come from the environment, which both processes share."""
    with processes.start("dashboard.cli.reader", task.to_json()) as reader:
        try:
            told = wire.read(processes.output_of(reader))
            yield None if next(told) == wire.MOVED else _only_batches(told)
        finally:
            reader.kill()


def _only_batches(told: Iterator[Batch[Reading] | bytes]) -> Batches:
    return (one for one in told if isinstance(one, Batch))
