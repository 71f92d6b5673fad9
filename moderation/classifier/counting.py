"""The compiled counting of a text's features: each bucket once, with how often it came."""

from typing import Final

import numpy as np

from moderation.classifier.compiled import compiled, lent
from moderation.classifier.features import PLACES

_LEAST: Final = 1 << 11
_SPARE: Final = 8
"""Places of the table for each feature: the emptier, the fewer meet, the fuller, the less memory is touched."""

_TURN: Final = 14
_RENEWED: Final = 1 << 31


@compiled
def count(hashed, counted):  # type: ignore[no-untyped-def]
    """Make of the first `hashed` buckets a list of different ones in order of appearance; how many there are.

    `counted` is (buckets, times, places): the buckets, in place; how often each of the list came (255 at most); and the
    table, `PLACES` numbers and one more. A number in the table is a place in the list above `base`, which is the last
    number of the table and grows with every text: what other texts left lies below it and counts as empty.
    """
    buckets, times, places = lent(counted[0]), lent(counted[1]), lent(counted[2])
    mask = _size(hashed) - 1
    base = _base(places)
    found = 0
    for number in range(hashed):
        bucket = buckets[number]
        slot = bucket & mask
        place = np.int64(places[slot]) - base
        # Seldom: another bucket stands there. The step is of other bits, so that what meets once parts again.
        while place >= 0 and buckets[place] != bucket:
            slot = (slot + ((bucket >> _TURN) | 1)) & mask
            place = np.int64(places[slot]) - base
        # No branch here: whether a feature came before nobody can guess.
        is_new = place < 0
        place = found if is_new else place
        before = np.uint8(0) if is_new else times[place]
        buckets[place] = bucket
        # A byte holds the count: a feature that came 255 times says no more when it comes again.
        times[place] = before + (before < 255)
        places[slot] = base + place
        found += is_new
    places[PLACES] = base + found
    return found


@compiled
def _size(hashed):  # type: ignore[no-untyped-def]
    size = _LEAST
    while size < _SPARE * hashed and size < PLACES:
        size *= 2
    return size


@compiled
def _base(places):  # type: ignore[no-untyped-def]
    base = np.int64(places[PLACES])
    if base == 0 or base > _RENEWED:
        places[:] = 0
        base = np.int64(1)
    return base
