"""Arabic endings and beginnings that carry grammar, in folded spelling, and letters that dialects and spellers vary."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

# The longest that fits is taken off, once on each side, where at least three letters stay.
PREFIXES: Final = ("وال", "فال", "بال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "ي", "ت", "ن", "ا")
SUFFIXES: Final = tuple("كما هما تين ات ون ين ان وا كم هم هن نا ها تم يه ه ي ك ت ا ش".split())

WEAK: Final = "اويىءه"
"""Letters that long vowels, dialects and careless spelling change; what is left of a stem is near its root."""

_LONGEST: Final = 3


def packed(affixes: tuple[str, ...]) -> NDArray[np.uint32]:
    """A row each: the length and its code points, padded with zeros."""
    rows = [[len(affix), *map(ord, affix), *[0] * (_LONGEST - len(affix))] for affix in affixes]
    return np.array(rows, np.uint32)
