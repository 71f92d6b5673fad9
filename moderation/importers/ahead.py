"""Work done ahead of who takes it, by another thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class _End(Exception):
    """Nothing more is made."""


def ahead(made: Iterable[T], *, depth: int = 2) -> Iterator[T]:
    """The same items, made up to `depth` ahead; an exception of the maker comes out at its place.

    Judging a comment releases the interpreter's lock, and so does the database: while one batch is stored, the next is
    read and judged.
    """
    waiting: queue.Queue[T | Exception] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def hand_over(one: T | Exception) -> None:
        while not stopped.is_set():
            try:
                return waiting.put(one, timeout=0.1)
            except queue.Full:
                continue

    def make() -> None:
        try:
            for one in made:
                hand_over(one)
                if stopped.is_set():
                    return
            hand_over(_End())
        except Exception as error:
            hand_over(error)

    maker = threading.Thread(target=make, name="reader", daemon=True)
    maker.start()
    try:
        while not isinstance(one := waiting.get(), _End):
            if isinstance(one, Exception):
                raise one
            yield one
    finally:
        stopped.set()
        # A maker that waits for a silent pipe cannot be woken; it is a daemon and ends with the process.
        maker.join(timeout=1)
