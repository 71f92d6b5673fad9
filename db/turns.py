"""Whose turn it is to write.

SQLite has one writer at a time, and makes a second one sleep and look again, longer each time. Within a process a lock
is fairer: the longest wait falls to a tenth. Between processes a writer that goes on at once, as an import does, would
have the database to itself for seconds: its pauses are shorter than the others' sleep. So whoever wants to write first
stands at a gate, and passes it when the transaction has begun; who has just written finds the gate taken by who waits.

PostgreSQL lets any number write, but all who write to one log wait for its head, and all threads of a process for its
interpreter: with eight at it each round costs half as much again as with three (docs/decisions/0048).
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Engine

from db.engine import BUSY_SECONDS
from moderation.errors import Unavailable

_Passage = Callable[[], AbstractContextManager[None]]
_SUFFIX = "-gate"
_LOOKS_AGAIN = 0.001
_AT_ONCE = 3
# So long a thread waits for its place among those where all are taken by what takes long, such as a thousand comments.
_PATIENCE = 0.05


class Turn:
    """Of the threads of this process, one writes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise _busy()
        try:
            yield
        finally:
            self._lock.release()


class Few:
    """Of the threads of this process, a few write to PostgreSQL at a time; who has waited long goes in all the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free = _AT_ONCE
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        placed = self._placed()
        try:
            yield
        finally:
            if placed:
                self._leave()

    def _placed(self) -> bool:
        """Whether there was a place; who waits longest gets the next one, and not whoever comes as it is left."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            called = threading.Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=_PATIENCE):
            return True
        with self._lock:
            if called in self._waiting:
                self._waiting.remove(called)
                return False
        # Called in the same moment.
        return True

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Gate:
    """Of the processes that want to write, one is the next. For the thread whose turn it is in its process.

    A lock on an empty file beside the database, which ends with its process. Where there can be none, as in a folder
    that is not ours, SQLite's own way serves.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + _SUFFIX)
        self._file: int | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if self._file is None:
            with suppress(OSError):
                # Other accounts than the one that made it need only read it to lock it.
                self._file = os.open(self._path, os.O_RDONLY | os.O_CREAT, 0o644)
        if self._file is None:
            yield
            return
        until = monotonic() + BUSY_SECONDS
        while not taken(self._file):
            if monotonic() > until:
                raise _busy()
            sleep(_LOOKS_AGAIN)
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_UN)


def turns_of(engine: Engine) -> tuple[_Passage, _Passage]:
    """What a transaction that writes passes: the one within its process until it ends, the other until it has begun."""
    if engine.dialect.name == "postgresql":
        return Few(), nullcontext
    database = engine.url.database
    # A database in memory is this process's own.
    return Turn(), nullcontext if database in (None, "", ":memory:") else Gate(Path(str(database)))


def taken(file: int) -> bool:
    """Whether this open file is locked for us now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks has no gate.
        return True
    return True


def _busy() -> Unavailable:
    return Unavailable(kind="busy", what="busy")
