"""Python's search for cycles, in a process that makes much and next to no cycles."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def few_collections() -> Iterator[Callable[[], None]]:
    """None until what it gives is called, when all modules are loaded: of those nothing is ever garbage, and looking
    for it took a tenth of loading them. Then few: a batch makes some ten thousand values that soon go by themselves.
    """
    usual = gc.get_threshold()
    gc.disable()

    def loaded() -> None:
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)
        gc.enable()

    try:
        yield loaded
    finally:
        gc.enable()
        gc.set_threshold(*usual)
        gc.unfreeze()
