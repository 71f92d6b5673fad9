"""A log's tree out of the hashes that stand with its events: what it takes to prove something, without reading it all.

Whether the hashes are the right ones is what a check finds out. Who proves something with them compares what comes out
with a head that was signed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Protocol

from moderation.tree import EMPTY_ROOT, Frontier, Range, inclusion_ranges, node_hash, split, stored_of

# Heads of ranges that are remembered, of some 150 bytes each.
_REMEMBERED = 100_000


class Hashes(Protocol):
    """What is stored of a log beside its events' own words."""

    def hashes(self, log_id: int, positions: Collection[int]) -> Mapping[int, tuple[bytes, bytes]]:
        """The leaf and the subtree of each event there is, by its position."""
        ...


class StoredTree:
    """The tree of one log. ValueError where an event is missing whose hashes are asked for, or they are none."""

    def __init__(self, log: Hashes, log_id: int) -> None:
        self._log = log
        self._log_id = log_id
        self._known: dict[Range, bytes] = {}

    def heads(self, ranges: Sequence[Range]) -> list[bytes]:
        """The head of each range, in the order asked for; ranges as a proof or a whole tree has them."""
        self._read(ranges)
        return [self._head(one) for one in ranges]

    def root(self, size: int) -> bytes:
        return self.heads([_whole(size)])[0] if size else EMPTY_ROOT

    def frontier(self, size: int) -> Frontier:
        return Frontier(size, self.heads(list(stored_of(_whole(size))) if size else []))

    def proofs(self, indexes: Sequence[int], size: int) -> list[list[bytes]]:
        """For each leaf the way to the root of `size` leaves."""
        asked = [inclusion_ranges(index, size) for index in indexes]
        self._read(chain.from_iterable(asked))
        return [[self._head(one) for one in ranges] for ranges in asked]

    def _read(self, ranges: Iterable[Range]) -> None:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        wanted = {part for one in set(ranges) - self._known.keys() for part in stored_of(one)} - self._known.keys()
        found = self._log.hashes(self._log_id, {end - 1 for _, end in wanted})
        for start, end in wanted:
            if end - 1 not in found:
                raise ValueError(f"no event {end - 1}")
            leaf, subtree = found[end - 1]
            head = leaf if end - start == 1 else subtree
            if not isinstance(head, bytes):
                raise ValueError(f"no hash beside event {end - 1}")
            self._known[start, end] = head

    def _head(self, one: Range) -> bytes:
        known = self._known.get(one)
        if known is None:
            start, end = one
            middle = split(start, end)
            known = self._known[one] = node_hash(self._head((start, middle)), self._head((middle, end)))
        return known


def _whole(size: int) -> Range:
    if size < 0:
        raise ValueError(f"no tree has {size} leaves")
    return 0, size
