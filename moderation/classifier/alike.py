"""Near-identical texts among many: MinHash over shingles of the folded text, and locality-sensitive hashing, find pairs
that may be alike; their shingles are compared.

Broder, "On the resemblance and containment of documents" (1997); datasketch does the hashing.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

from moderation.text.likeness import SHORTEST, shingles

# From this share of common shingles two texts are alike.
ALIKE = 0.7
# So many permutations tell the share within some 0.2, and a wave is decided as one: what they find are candidates, and
# rather too many (weights of what is found for nothing and of what is missed).
_PERMUTATIONS, _WEIGHTS = 128, (0.1, 0.9)


def groups(texts: Sequence[str]) -> list[list[int]]:
    """Places of the texts that belong together, two at least, the largest group first; `texts` are folded.

    Texts are in one group where a chain of alike ones joins them.
    """
    long_enough = [place for place, text in enumerate(texts) if len(text) >= SHORTEST]
    marks = [_marks(texts[place]) for place in long_enough]
    index = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS, weights=_WEIGHTS)
    above = list(range(len(marks)))
    for one, signature in enumerate(MinHash.generator(marks, num_perm=_PERMUTATIONS, hashfunc=int)):
        for other in index.query(signature):
            if _top(above, one) != _top(above, other) and _resemblance(marks[one], marks[other]) >= ALIKE:
                _join(above, one, other)
        index.insert(one, signature)
    found: dict[int, list[int]] = {}
    for one, place in enumerate(long_enough):
        found.setdefault(_top(above, one), []).append(place)
    return sorted((group for group in found.values() if len(group) > 1), key=len, reverse=True)


def _marks(folded: str) -> NDArray[np.uint32]:
    """Its shingles as numbers, each once, in order: a tenth of the room, and of SHA-1's time a quarter."""
    return np.unique(np.fromiter((crc32(run.encode()) for run in shingles(folded)), np.uint32))


def _resemblance(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """The share of common shingles, 0 to 1, as `likeness.resemblance` has it."""
    common = np.intersect1d(one, other, assume_unique=True).size
    return float(common / (one.size + other.size - common))


def _top(above: list[int], place: int) -> int:
    while above[place] != place:
        above[place] = above[above[place]]
        place = above[place]
    return place


def _join(above: list[int], one: int, other: int) -> None:
    above[_top(above, one)] = _top(above, other)
