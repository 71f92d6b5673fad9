"""How often each of many readers wrote: their numbers as a bitmap, and beside it how often, in the numbers' order.

The readers of a site are numbered densely (`reader_numbers`), so that the readers of a month are a few kilobytes, and
those of years are told apart by uniting bitmaps (docs/decisions/0022).
"""

from __future__ import annotations

import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Readers = BitMap
Numbers = NDArray[np.uint32]
Ints = NDArray[np.int64]
Array = NDArray[np.integer[Any]]
Packed = tuple[bytes, bytes]
"""A bitmap of numbers, and the counts in their order; none where each is 1."""
# So few are added up quicker one by one than by arrays.
_SHORT = 100
# With so few of all numbers, sorting them is quicker than a place for each that there is.
_FEW = 16
_WIDTHS: dict[int, np.dtype[np.unsignedinteger[Any]]] = {1: np.dtype("<u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}


@dataclass(frozen=True, slots=True)
class Vector:
    """`numbers` ascend, each stands once; `counts` of the same length say how often, less than 0 what to take off.

    What was stored has counts as narrow as they stand there: widened, those of years would be the most that is moved.
    """

    numbers: Numbers
    counts: Array

    def __len__(self) -> int:
        return len(self.numbers)

    def present(self) -> Readers:
        return BitMap(array.array("I", self.numbers.tobytes()))

    def of_most(self, many: int) -> int:
        """The sum of so many of the largest counts."""
        others = len(self) - many
        counts = np.partition(self.counts, others) if 0 < others < len(self) else self.counts
        return int(counts[others:].sum())

    def most(self, many: int, *, least: int) -> list[tuple[int, int]]:
        """(number, count) of so many with the largest counts that are `least` or more, and of all who have as much as
        the last of them; in no order."""
        others = len(self) - many
        last = int(np.partition(self.counts, others)[others]) if others > 0 else least
        these = self.counts >= max(last, least)
        return list(zip(self.numbers[these].tolist(), self.counts[these].tolist(), strict=True))

    def narrowed(self) -> Vector:
        """With counts as narrow as they may be; none of them may be below 0."""
        return Vector(self.numbers, self.counts.astype(np.min_scalar_type(int(self.counts.max(initial=0)))))

    def packed(self) -> Packed:
        """As they are stored. No counts at all where each is 1, as in most hours; else as narrow as they may be."""
        if (self.counts == 1).all():
            return self.present().serialize(), b""
        width = np.min_scalar_type(int(self.counts.max())).itemsize
        return self.present().serialize(), self.counts.astype(_WIDTHS[width]).tobytes()


@dataclass(frozen=True, slots=True)
class Stored:
    """A vector as it stands in a row, but that its bitmap has been read; it may be shared, and is not changed."""

    readers: Readers
    counts: bytes
    size: int
    """In bytes."""

    @classmethod
    def of(cls, readers: bytes, counts: bytes) -> Self:
        return cls(BitMap.deserialize(readers), counts, len(readers) + len(counts))

    def vector(self) -> Vector:
        numbers = np.frombuffer(self.readers.to_array(), np.uint32)
        if not self.counts:
            return Vector(numbers, np.ones(len(numbers), np.uint8))
        return Vector(numbers, np.frombuffer(self.counts, _WIDTHS[len(self.counts) // len(numbers)]))


NOTHING = Vector(np.empty(0, np.uint32), np.empty(0, np.int64))


def increased(stored: Packed, by: Vector) -> Packed:
    """The sum of what is stored and another; without readers where it comes to nothing."""
    readers, counts = stored
    if not counts and (by.counts == 1).all():
        # Of an hour it is mostly so: nobody wrote twice, and nobody of before again.
        present, more = BitMap.deserialize(readers), by.present()
        if present.isdisjoint(more):
            return (present | more).serialize(), b""
    stands = unpacked(readers, counts)
    if len(stands) and len(by) and (by.counts > 0).all():
        return _grown(readers, stands, by)
    return total([stands, by]).packed()


def _grown(readers: bytes, stands: Vector, by: Vector) -> Packed:
    """The sum where nothing is taken off: of a month's readers none is gone through who did not write again."""
    places = np.searchsorted(stands.numbers, by.numbers)
    again = stands.numbers[np.minimum(places, len(stands) - 1)] == by.numbers
    sums = stands.counts[places[again]] + by.counts[again].astype(np.int64)
    most = max(int(some.max()) for some in (sums, by.counts[~again]) if len(some))
    summed = stands.counts.astype(_WIDTHS[max(stands.counts.itemsize, np.min_scalar_type(most).itemsize)])
    summed[places[again]] = sums
    summed = np.insert(summed, places[~again], by.counts[~again])
    others = Vector(by.numbers[~again], by.counts[~again])
    return (BitMap.deserialize(readers) | others.present()).serialize(), summed.tobytes()


def united(of: Iterable[Readers]) -> Readers:
    return BitMap.union(BitMap(), *of)


def unpacked(readers: bytes, counts: bytes) -> Vector:
    return Stored.of(readers, counts).vector()


def total(parts: Sequence[Vector]) -> Vector:
    """Their sum, without those who come to nothing."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return NOTHING
    many = sum(map(len, parts))
    if many < _SHORT:
        return _total_of_short(parts)
    length = max((int(part.numbers[-1]) + 1 for part in parts if len(part)), default=0)
    if many * _FEW < length:
        numbers = np.concatenate([part.numbers for part in parts])
        found, places = np.unique(numbers, return_inverse=True)
        counts = np.bincount(places, weights=np.concatenate([part.counts for part in parts])).astype(np.int64)
        return Vector(found[counts != 0], counts[counts != 0])
    dense = _added(parts, length)
    there = np.flatnonzero(dense)
    return Vector(there.astype(np.uint32), dense[there])


def _added(parts: Sequence[Vector], length: int) -> Ints:
    """Through two arrays for all parts: of years, new ones for each take longer to get than to add up."""
    dense = np.zeros(length, np.int64)
    longest = max(map(len, parts))
    places, sums = np.empty(longest, np.intp), np.empty(longest, np.int64)
    for part in parts:
        at, some = places[: len(part)], sums[: len(part)]
        np.copyto(at, part.numbers)
        # Each number stands once in a part, so nothing is added to a place twice at once.
        np.take(dense, at, out=some, mode="clip")
        some += part.counts
        dense[at] = some
    return dense


def _total_of_short(parts: Sequence[Vector]) -> Vector:
    counts: dict[int, int] = {}
    for part in parts:
        for number, many in zip(part.numbers.tolist(), part.counts.tolist(), strict=True):
            counts[number] = counts.get(number, 0) + many
    found = sorted(one for one in counts.items() if one[1])
    return Vector(
        np.array([number for number, _ in found], np.uint32), np.array([times for _, times in found], np.int64)
    )


def added_up(keys: Ints, counts: Iterable[Ints]) -> list[Ints]:
    """Each key once, ascending, and its sums."""
    found, places = np.unique(keys, return_inverse=True)
    return [found, *[np.bincount(places, one).astype(np.int64) for one in counts]]


def grouped(numbers: Numbers, counts: Ints, *keys: Ints) -> Iterator[tuple[tuple[int, ...], Vector]]:
    """A vector for each value of the keys, which are as long as the numbers; a number may come many times."""
    if not len(numbers):
        return
    columns: list[Array] = [numbers, *reversed(keys)]
    order = np.lexsort(columns)
    numbers, sorted_keys = numbers[order], [key[order] for key in keys]
    cell_changes = _changes(*sorted_keys)
    firsts = np.flatnonzero(cell_changes | _changes(numbers))
    summed = np.add.reduceat(counts[order], firsts)
    numbers = numbers[firsts]
    starts = np.flatnonzero(cell_changes[firsts])
    ends = [*starts[1:].tolist(), len(numbers)]
    labels = zip(*(key[firsts][starts].tolist() for key in sorted_keys), strict=True)
    some_are_nothing = not summed.all()
    for label, start, end in zip(labels, starts.tolist(), ends, strict=True):
        mine, times = numbers[start:end], summed[start:end]
        if some_are_nothing:
            mine, times = mine[times != 0], times[times != 0]
        if len(mine):
            yield label, Vector(mine, times)


def _changes(*columns: Array) -> NDArray[np.bool_]:
    """Where a row differs from the one before it; the first does."""
    changed = np.zeros(len(columns[0]), np.bool_)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed
