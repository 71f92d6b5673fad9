"""What was made of tallies, kept for as long as these stay as they are.

Each month's tallies have an edition, another number whenever they are written, which none had before. So what was made
of an edition is right wherever that edition is found, and needs no word of what changed or of who changed it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Made = TypeVar("Made")


class Kept:
    """At most so many bytes; what was asked for longest ago goes first.

    For all threads of a process; what is given is shared, and not written to.
    """

    def __init__(self, *, most: int) -> None:
        self._most, self._size = most, 0
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any, int]] = OrderedDict()

    @property
    def is_nearly_full(self) -> bool:
        """What is put in now may push out what somebody asked for."""
        return self._size > self._most * 3 // 4

    def get(self, key: Hashable, edition: Hashable) -> Any | None:
        """What was put in for this edition; of a key only one edition is kept."""
        with self._lock:
            have = self._kept.get(key)
            if have is None or have[0] != edition:
                return None
            self._kept.move_to_end(key)
            return have[1]

    def put(self, key: Hashable, edition: Hashable, made: Any, *, size: int) -> None:
        """`size` in bytes."""
        with self._lock:
            self._size -= self._kept.pop(key, (None, None, 0))[2]
            self._kept[key] = edition, made, size
            self._size += size
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1][2]

    def made(self, key: Hashable, edition: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
        """What was put in for this edition, or what is made now and put in."""
        have: Made | None = self.get(key, edition)
        if have is None:
            have = make()
            self.put(key, edition, have, size=size(have))
        return have
