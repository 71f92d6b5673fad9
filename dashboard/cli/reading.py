"""A file read and judged while the batch before is being stored: by a thread, or for a large file by another process.

Python runs one thread at a time; two processes use two processors. The other one opens no database while nobody has
chosen a model: it would be half of its start, for which the first comments wait.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from dashboard import processes
from dashboard.cli import wire
from dashboard.cli.readers import Readers
from moderation.importers.ahead import ahead
from moderation.importers.batches import Batch, Read, batches
from moderation.importers.checkpoint import START
from moderation.importers.formats import Format, format_of, records
from moderation.importers.lines import Mark
from moderation.importers.source import Source, opened, piped
from moderation.model import RENEWED_EVERY
from moderation.service.judging import Reading, read_by

if TYPE_CHECKING:
    from moderation.service.desk import Desk

STDIN = Path("-")
# Tells the process that reads, after its task, that a model has been chosen.
CHOSEN = b"chosen\n"
Batches = Iterator[Batch[Reading]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Which file, as what, from where on. `chosen`: models are those that the registry names, not the process's own."""

    file: Path
    format: Format | None = None
    ignored: frozenset[str] = frozenset()
    mark: Mark = START
    chosen: bool = True

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
            chosen=given["chosen"],
        )


@contextmanager
def by_thread(task: Task, desk: Desk, *, stdin: BinaryIO) -> Iterator[Batches | None]:
    """None when other bytes than the mark's lie before it."""
    with _source(task.file, stdin) as source:
        made = batches_of(source, task, lambda texts: read_by(desk, texts), now=desk.now)
        if made is None:
            yield None
            return
        with closing(ahead(made)) as ready:
            yield ready


def _source(file: Path, stdin: BinaryIO) -> AbstractContextManager[Source]:
    return nullcontext(piped(stdin)) if file == STDIN else opened(file)


def batches_of(source: Source, task: Task, judge: Read[Reading], *, now: Callable[[], datetime]) -> Batches | None:
    rows = records(source.lines, task.format or format_of(task.file.name, source.lines), ignored=task.ignored)
    if task.mark.offset and not source.lines.forward(task.mark):
        return None
    return batches(rows, source, judge, now=now, ignored=task.ignored)


@contextmanager
def by_process(
    task: Task,
    readers: Readers | None = None,
    *,
    lull: threading.Event | None = None,
    is_chosen: Callable[[], bool] | None = None,
) -> Iterator[Batches | None]:
    """As `by_thread`, for a file; settings come from the environment, which both processes share.

    `is_chosen`: whether the registry names a model by now, which is asked now and then if the task says it does not.
    """
    with (readers or Readers()).take() as reader, processes.telling(reader) as tell:
        try:
            tell(task.to_json().encode() + b"\n")
            said = wire.read(processes.output_of(reader))
            if next(said) == wire.MOVED:
                yield None
                return
            with closing(_unpacked(said, lull or threading.Event())) as made:
                yield made if task.chosen or is_chosen is None else _asking(made, is_chosen, lambda: tell(CHOSEN))
        finally:
            reader.kill()


def _asking(made: Batches, is_chosen: Callable[[], bool], tell: Callable[[], None]) -> Batches:
    asked = monotonic()
    for batch in made:
        yield batch
        if monotonic() - asked > RENEWED_EVERY:
            asked = monotonic()
            if is_chosen():
                tell()
                break
    yield from made


def _unpacked(said: Iterator[wire.Packed | bytes], lull: threading.Event) -> Batches:
    """What was said, each put together while the one before is being committed: that takes the interpreter, which the
    storing needs, and has another processor then, for the process that reads has gone on before and waits."""
    told = _to_the_end(said)

    def put_together() -> Batch[Reading] | None:
        one = next(told, None)
        lull.wait()
        if isinstance(one, Exception):
            raise one
        return None if one is None else wire.unpacked(one)

    def of(made: Future[Batch[Reading] | None]) -> Batch[Reading] | None:
        if not made.done():
            lull.set()
        return made.result()

    thread = ThreadPoolExecutor(1, "unpacking")
    try:
        coming = thread.submit(put_together)
        while (batch := of(coming)) is not None:
            # Others commit as well between two batches, and are soon done.
            lull.clear()
            coming = thread.submit(put_together)
            yield batch
    finally:
        # The thread ends with what is said.
        thread.shutdown(wait=False, cancel_futures=True)
        lull.set()


def _to_the_end(said: Iterator[wire.Packed | bytes]) -> Iterator[wire.Packed | Exception]:
    """The batches, and the error that ended them, which comes out at its place."""
    try:
        yield from (one for one in said if isinstance(one, wire.Packed))
    except Exception as error:
        yield error
