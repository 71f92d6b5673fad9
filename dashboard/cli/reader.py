"""The process that reads and judges a large file for `taliq import`: it tells batches and stores nothing."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from select import select

from dashboard import settings as deployment
from dashboard.cli import wire
from dashboard.cli.reading import Task, batches_of
from dashboard.clock import now
from moderation.classifier import Classifier
from moderation.errors import ModerationError
from moderation.importers.source import opened
from moderation.service.judging import Reading, read


def main() -> None:
    gc.set_threshold(20_000, 20, 100)
    judge = _Judge()
    # While who started it is still opening the database. What is wrong comes up again where it can be told.
    with suppress(ModerationError, OSError):
        judge(["تعليق"])
    if line := sys.stdin.readline():
        task = Task.from_json(line)
        judge.is_chosen = task.chosen
        wire.tell(sys.stdout.buffer, _read(task, judge))


class _Judge:
    """By this process's own model, or once the registry names others by those; it is told so in a line."""

    def __init__(self) -> None:
        self._own = cache(lambda: Classifier.load(deployment.from_environment().model))
        self.is_chosen = False

    def __call__(self, texts: Sequence[str]) -> list[Reading]:
        return read(texts, self._own())

    def latest(self, texts: Sequence[str]) -> list[Reading]:
        if not self.is_chosen and select([sys.stdin], [], [], 0)[0]:
            self.is_chosen = bool(sys.stdin.readline())
        if not self.is_chosen:
            return self(texts)
        from dashboard import wiring

        desk = wiring.desk()
        return read(texts, desk.scorer, desk.shadow())


def _read(task: Task, judge: _Judge) -> Iterator[bytes]:
    with opened(task.file) as source:
        made = batches_of(source, task, judge.latest, now=now)
        if made is None:
            yield wire.MOVED
            return
        yield wire.READY
        yield from map(wire.line, made)
        yield wire.END


if __name__ == "__main__":
    main()
