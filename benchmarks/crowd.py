"""Moderators at work in the background of a measurement, each deciding every two seconds over a WebSocket."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from benchmarks.figures import Wrong
from benchmarks.programs import Server
from benchmarks.streams import Moderator

_THINK = (1.0, 3.0)
_PATIENCE = 300.0


class Crowd:
    """Entered, all of them are signed in and at work; left, they stop. `decided`: what they decided together."""

    def __init__(self, server: Server, links: Sequence[str]) -> None:
        self._people = [Moderator(server, link) for link in links]
        self._ready, self._leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._trouble: BaseException | None = None

    @property
    def decided(self) -> int:
        return sum(len(person.decided) for person in self._people)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(_PATIENCE) or self._trouble:
            raise Wrong(f"the others did not come to work: {self._trouble}")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._leave.set()
        self._thread.join(_PATIENCE)
        if self._trouble and error is None:
            raise Wrong(f"one of the others could not go on: {self._trouble}")

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except BaseException as error:
            self._trouble = error
        finally:
            self._ready.set()

    async def _work(self) -> None:
        async with AsyncExitStack() as stack:
            for person in self._people:
                await stack.enter_async_context(person)
            await asyncio.gather(*(person.open() for person in self._people))
            self._ready.set()
            await asyncio.gather(*(self._shift(person, seed) for seed, person in enumerate(self._people)))

    async def _shift(self, person: Moderator, seed: int) -> None:
        rng = random.Random(seed)
        while True:
            # Never sooner than a glance, so that none is taken for a slip of the finger.
            await asyncio.sleep(rng.uniform(*_THINK))
            if self._leave.is_set():
                return
            await person.approve()
