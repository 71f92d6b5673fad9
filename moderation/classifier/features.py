"""From texts to what the kernel reads: code points, the folding as arrays, and memory to work in."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from moderation.classifier import affixes, groups
from moderation.text.normalise import FOLDED_PLANES, folded_character

LONGEST: Final = 20_000
"""Code points of a text that are judged, before and after folding; the rest is not read."""

EXPANDED: Final = 1 << 31
"""Set in a folding that stands for several characters: 26 bits of place and 5 of length in `expansions`."""

_LONGEST_EXPANSION: Final = 31
# The kernel looks this many places past a line's end before it knows that it is one.
_PAST: Final = 4
_LONGEST_LINE: Final = LONGEST + _LONGEST_EXPANSION + 1 + _PAST

# What a letter is: the bits of `Folding.table()`.
WORD: Final = 1
ARABIC: Final = 2
LATIN: Final = 4
DIGIT: Final = 8
WEAK: Final = 16
ODD: Final = 32
"""The underscore: part of a word, and no letter."""

# The hash of a word: from `WORDS` on, for each letter an exclusive or, a product with `STEP` and a shift.
WORDS: Final = 0x9AE16A3B2F90404F
STEP: Final = 0x9E3779B97F4A7C15

_ARABIC_LETTERS: Final = ((0x620, 0x63F), (0x641, 0x64A), (0x66E, 0x6D3), (0x6FA, 0x6FF), (0x750, 0x77F))
_64_BITS: Final = (1 << 64) - 1

# Every place in a mended line starts at most four n-grams and ends at most a word, a pair of words, a stem, a root and
# another reading.
_FEATURES_A_PLACE: Final = 9

# A batch is bounded by its letters, so that a thousand long comments need no more memory than many short ones.
_BATCH_POINTS: Final = 1 << 19
_BATCH_TEXTS: Final = 4096

_KEPT_SCRATCHES: Final = 4

PLACES: Final = 1 << 18
"""Of the table by which a text's features are counted (`counting`); no text has as many."""

Affixes: TypeAlias = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""`affixes.lookup`."""

Table: TypeAlias = tuple[
    NDArray[np.uint32],
    NDArray[np.uint32],
    NDArray[np.uint8],
    Affixes,
    Affixes,
    NDArray[np.uint64],
]
Counted: TypeAlias = tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint32]]
"""Buckets, how often each came, and a table of where each stands (`counting.count`)."""

Scratch: TypeAlias = tuple[NDArray[np.uint32], NDArray[np.uint32], Counted, NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """`moderation.text.normalise.folded_character` as arrays; a model keeps its own, whatever Unicode brings later.

    `changes` (n x 2, uint32): a code point that folding alters and what becomes of it: a code point, 0 for nothing, or
    `EXPANDED` with a place and a length in `expansions` (uint32). `letters` (uint8): one bit per code point of the
    first two planes, set for letters, digits and the underscore. `names` (uint32): the names of groups, a zero after
    each.
    """

    changes: NDArray[np.uint32]
    expansions: NDArray[np.uint32]
    letters: NDArray[np.uint8]
    names: NDArray[np.uint32]

    def table(self) -> Table:
        """What the kernel asks: foldings and kinds by code point, affixes, and the hashes of names."""
        folding = np.arange(FOLDED_PLANES, dtype=np.uint32)
        folding[self.changes[:, 0]] = self.changes[:, 1]
        return (
            folding,
            self.expansions,
            self._kinds(),
            affixes.lookup(affixes.PREFIXES, at_end=False),
            affixes.lookup(affixes.SUFFIXES, at_end=True),
            _hashed(self.names),
        )

    def _kinds(self) -> NDArray[np.uint8]:
        kinds = np.unpackbits(self.letters)
        for first, last in _ARABIC_LETTERS:
            kinds[first : last + 1] |= ARABIC * kinds[first : last + 1]
        kinds[ord("a") : ord("z") + 1] |= LATIN
        kinds[0xDF:0x180] |= LATIN * kinds[0xDF:0x180]
        kinds[ord("0") : ord("9") + 1] |= DIGIT
        kinds[[ord(letter) for letter in affixes.WEAK]] |= WEAK
        kinds[ord("_")] |= ODD
        return kinds


def _hashed(names: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """An open table of the names' hashes, at most an eighth full: that a word is none is found at the first look."""
    hashes = []
    hashed = WORDS
    for point in names.tolist():
        if point:
            hashed = ((hashed ^ point) * STEP) & _64_BITS
            hashed ^= hashed >> 29
        else:
            hashes.append(hashed)
            hashed = WORDS
    size = 1 << (8 * len(hashes)).bit_length()
    table = np.zeros(size, np.uint64)
    for hashed in hashes:
        place = (hashed >> 40) & (size - 1)
        while table[place]:
            place = (place + 1) & (size - 1)
        table[place] = hashed
    return table


@cache
def current_folding() -> Folding:
    """The folding of this Python's Unicode version. Looking at each of its characters takes a second."""
    changes: list[tuple[int, int]] = []
    expansions: list[int] = []
    letters = np.zeros(FOLDED_PLANES, np.uint8)
    for point in range(FOLDED_PLANES):
        character = chr(point)
        letters[point] = character.isalnum() or character == "_"
        result = folded_character(character)
        if len(result) > 1:
            changes.append((point, EXPANDED | len(expansions) << 5 | len(result)))
            expansions += map(ord, result)
        elif result != character:
            changes.append((point, ord(result) if result else 0))
    return Folding(
        changes=np.array(changes, np.uint32),
        expansions=np.array(expansions, np.uint32),
        letters=np.packbits(letters),
        names=groups.points(),
    )


class ScratchPool:
    """Memory for the kernel, lent to one thread at a time; a few are kept, so that idle threads hold none."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._free: deque[Scratch] = deque(maxlen=_KEPT_SCRATCHES)

    def take(self) -> Scratch:
        try:
            return self._free.pop()
        except IndexError:
            most = _LONGEST_LINE * _FEATURES_A_PLACE
            return (
                np.zeros(_LONGEST_LINE, np.uint32),
                np.zeros(_LONGEST_LINE, np.uint32),
                (
                    np.zeros(most, np.int32),
                    np.zeros(most, np.uint8),
                    np.zeros(PLACES + 1, np.uint32),
                ),
                np.zeros(most, np.int64),
            )

    def give_back(self, scratch: Scratch) -> None:
        self._free.append(scratch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Neighbouring texts as the kernel takes them: row `i` is `points[offsets[i]:offsets[i + 1]]`."""

    points: NDArray[np.uint32]
    offsets: NDArray[np.int64]


def batches(texts: Sequence[str]) -> Iterator[Batch]:
    """The texts in order, cut to `LONGEST`, as many at a time as the memory bound allows."""
    cut = [text[:LONGEST] for text in texts]
    sizes = np.fromiter(map(len, cut), np.int64, len(cut))
    ends = np.cumsum(sizes)
    start = 0
    while start < len(cut):
        before = ends[start] - sizes[start]
        # As many as fill the bound, the one that passes it among them.
        stop = min(int(np.searchsorted(ends, before + _BATCH_POINTS)) + 1, start + _BATCH_TEXTS, len(cut))
        offsets = np.concatenate(([0], ends[start:stop] - before))
        encoded = "".join(cut[start:stop]).encode("utf-32-le", "surrogatepass")
        yield Batch(points=np.frombuffer(encoded, np.uint32), offsets=offsets)
        start = stop


def most_features(batch: Batch) -> int:
    """No batch of these lengths has more features; memory for them is only touched as far as it is filled."""
    lines = np.minimum(np.diff(batch.offsets) * _LONGEST_EXPANSION + 2, _LONGEST_LINE)
    return int(lines.sum()) * _FEATURES_A_PLACE
