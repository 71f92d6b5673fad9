"""Sums of what many readers' tallies hold, kept for as long as these stay as they are.

By content: a sum is given again only for the very bytes that it was made of, so it needs no word of what was changed,
and whatever was counted anew, moved or taken off is seen. To compare months costs a twentieth of adding them up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock

from db.stores.rollups.vectors import Packed, Vector, total, unpacked


class Sums:
    """Of tallies of `least` to `most` bytes, and together no more than that: fewer are added up as quickly.

    For all threads of a process; what is given is shared, and not written to.
    """

    def __init__(self, *, least: int, most: int) -> None:
        self._least, self._most = least, most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[list[Packed], Vector]] = OrderedDict()

    def of(self, key: Hashable, parts: Sequence[Packed]) -> Vector:
        """`key` says where the parts come from; of each only what it held last is kept."""
        given = list(parts)
        with self._lock:
            have = self._kept.get(key)
        if have is not None and have[0] == given:
            return have[1]
        summed = total([unpacked(*part) for part in given])
        if self._least <= _size(given) <= self._most:
            for column in (summed.numbers, summed.counts):
                column.flags.writeable = False
            self._keep(key, given, summed)
        return summed

    def _keep(self, key: Hashable, parts: list[Packed], summed: Vector) -> None:
        with self._lock:
            self._kept[key] = parts, summed
            self._kept.move_to_end(key)
            while sum(_size(parts) for parts, _ in self._kept.values()) > self._most:
                self._kept.popitem(last=False)


def _size(parts: Sequence[Packed]) -> int:
    return sum(len(readers) + len(counts) for readers, counts in parts)
