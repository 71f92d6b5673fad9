"""What judges a large file for `taliq import`, by the model of its own process as long as nobody has chosen another."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from select import select

from dashboard import settings as deployment
from dashboard.chance import salts
from dashboard.cli import wire
from dashboard.cli.reading import Task, batches_of
from dashboard.clock import now
from moderation.classifier import Classifier
from moderation.importers.source import opened
from moderation.service.judging import Reading, read, read_by


class Judge:
    """Is told on standard input that the registry names models by now, and goes on with those."""

    def __init__(self) -> None:
        self._own = cache(lambda: Classifier.load(deployment.from_environment().model))
        self._is_chosen = False

    def warm(self) -> None:
        # What is wrong comes up again where it can be told, if this model is asked at all.
        with suppress(Exception):
            self._by_own(["تعليق"])

    def tell_all(self, task: str) -> None:
        """The batches of a task, on standard output."""
        told = Task.from_json(task)
        self._is_chosen = told.chosen
        wire.tell(sys.stdout.buffer, self._lines(told))

    def _lines(self, task: Task) -> Iterator[bytes]:
        with opened(task.file) as source:
            made = batches_of(source, task, self._latest, now=now)
            if made is None:
                yield wire.MOVED
                return
            yield wire.READY
            yield from map(wire.line, made)
            yield wire.END

    def _latest(self, texts: Sequence[str]) -> list[Reading]:
        if not self._is_chosen and select([sys.stdin], [], [], 0)[0]:
            self._is_chosen = bool(sys.stdin.readline())
        if not self._is_chosen:
            return self._by_own(texts)
        self._own.cache_clear()
        from dashboard import wiring

        return read_by(wiring.desk(), texts)

    def _by_own(self, texts: Sequence[str]) -> list[Reading]:
        return read(texts, self._own(), salts=salts)
