"""The process that reads and judges a large file for `taliq import`: it tells batches and stores nothing."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from importlib import import_module

from dashboard import wiring
from dashboard.cli import wire
from dashboard.cli.reading import Task, batches_of
from moderation.importers.source import opened


def main() -> None:
    gc.set_threshold(20_000, 20, 100)
    # While who started it is still opening the database.
    import_module("moderation.classifier")
    if task := sys.stdin.readline():
        wire.tell(sys.stdout.buffer, _read(Task.from_json(task)))


def _read(task: Task) -> Iterator[bytes]:
    with opened(task.file) as source:
        made = batches_of(source, task, wiring.desk())
        if made is None:
            yield wire.MOVED
            return
        yield wire.READY
        yield from map(wire.line, made)
        yield wire.END


if __name__ == "__main__":
    main()
