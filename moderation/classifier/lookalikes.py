"""The compiled reading of signs and digits that stand for the letters they look like."""

from typing import Final

import numpy as np

from moderation.classifier.compiled import compiled
from moderation.classifier.features import ARABIC, LATIN
from moderation.classifier.folding import append
from moderation.classifier.words import kind_of

_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)


def _doubles(pairs: str) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    table = np.zeros(128, np.uint32)
    for pair in pairs.split():
        table[ord(pair[0])] = ord(pair[1])
    return table


_ARABIC_DOUBLES: Final = _doubles("1ا lا iا |ا 0ه oه 5ه 3ع 7ح 6ط")
# The digits 2, 3, 5, 6, 7 and 9 are letters of Arabizi; the kernel reads words with them in both ways.
_LATIN_DOUBLES: Final = _doubles("0o 1i |i !i 4a @a $s")


@compiled
def replace_doubles(line, start, end, kinds, origins):  # type: ignore[no-untyped-def]
    """Read look-alikes between letters of one script as letters, in place; the new end."""
    first_arabic = first_latin = end
    last_arabic = last_latin = start - 1
    arabic_differ = latin_differ = look = False
    for place in range(start, end):
        letter = line[place]
        kind = kind_of(letter, kinds)
        if kind & _ARABIC:
            if first_arabic == end:
                first_arabic = place
            last_arabic = place
            arabic_differ = arabic_differ or letter != line[first_arabic]
        elif kind & _LATIN:
            if first_latin == end:
                first_latin = place
            last_latin = place
            latin_differ = latin_differ or letter != line[first_latin]
        if letter < 128 and (_ARABIC_DOUBLES[letter] or _LATIN_DOUBLES[letter]):
            look = True
    if not look or not (arabic_differ or latin_differ):
        return end
    run = 0
    size = start
    for place in range(start, end):
        letter = line[place]
        if letter < 128:
            if arabic_differ and first_arabic < place and place < last_arabic:
                letter = _ARABIC_DOUBLES[letter] if _ARABIC_DOUBLES[letter] else letter
            elif latin_differ and first_latin < place and place < last_latin:
                letter = _LATIN_DOUBLES[letter] if _LATIN_DOUBLES[letter] else letter
        before = size
        run, size = append(letter, run, line, size)
        if origins is not None and size > before:
            origins[size - 1] = origins[place]
    return size
