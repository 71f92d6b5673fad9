"""Arabic endings and beginnings that carry grammar, in folded spelling, and letters that dialects and spellers vary."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

# The longest that fits is taken off, once on each side, where at least three letters stay.
PREFIXES: Final = ("وال", "فال", "بال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "ي", "ت", "ن", "ا")
SUFFIXES: Final = tuple("كما هما تين ات ون ين ان وا كم هم هن نا ها تم يه ه ي ك ت ا ش".split())

WEAK: Final = "اويىءه"
"""Letters that long vowels, dialects and careless spelling change; what is left of a stem is near its root."""

BLOCK: Final = 0x600
"""Where Arabic letters begin; every affix is of the 256 code points from there on."""


def lookup(affixes: tuple[str, ...], *, at_end: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Codes by letter of the block (0: in no affix), and by the codes of three letters which affixes fit them.

    The letters are the three nearest to the word's edge, the nearest first, with four bits of code each; what fits is
    one bit for each length: 1, 2 and 4 for affixes of one, two and three letters.
    """
    codes = np.zeros(256, np.uint8)
    for code, letter in enumerate(sorted(set("".join(affixes))), start=1):
        codes[ord(letter) - BLOCK] = code
    fitting = np.zeros((16, 16, 16), np.uint8)
    for affix in affixes:
        place = tuple(int(codes[ord(letter) - BLOCK]) for letter in (affix[::-1] if at_end else affix))
        fitting[place] |= 1 << (len(affix) - 1)
    return codes, fitting.ravel()
