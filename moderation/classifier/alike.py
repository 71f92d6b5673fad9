"""Near-identical texts among many: MinHash over shingles of the folded text, grouped by locality-sensitive hashing.

Broder, "On the resemblance and containment of documents" (1997); datasketch does the hashing.
"""

from __future__ import annotations

from collections.abc import Sequence

from datasketch import MinHash, MinHashLSH

from moderation.text.likeness import SHORTEST, shingles

# From this share of common shingles two texts are alike. 128 permutations estimate it within some 0.09.
ALIKE = 0.7
_PERMUTATIONS = 128


def groups(texts: Sequence[str]) -> list[list[int]]:
    """Places of the texts that belong together, two at least, the largest group first; `texts` are folded.

    Texts are in one group where a chain of alike ones joins them.
    """
    long_enough = [place for place, text in enumerate(texts) if len(text) >= SHORTEST]
    hashable = [_encoded(texts[place]) for place in long_enough]
    index = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS)
    above = list(range(len(texts)))
    for place, hashed in zip(long_enough, MinHash.generator(hashable, num_perm=_PERMUTATIONS), strict=True):
        for other in index.query(hashed):
            _join(above, place, other)
        index.insert(place, hashed)
    found: dict[int, list[int]] = {}
    for place in long_enough:
        found.setdefault(_top(above, place), []).append(place)
    return sorted((group for group in found.values() if len(group) > 1), key=len, reverse=True)


def _encoded(folded: str) -> list[bytes]:
    return [run.encode() for run in shingles(folded)]


def _top(above: list[int], place: int) -> int:
    while above[place] != place:
        above[place] = above[above[place]]
        place = above[place]
    return place


def _join(above: list[int], one: int, other: int) -> None:
    above[_top(above, one)] = _top(above, other)
