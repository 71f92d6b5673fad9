"""The compiled walk over a mended line that hashes its features.

Each feature is a bucket of `2 ** bits`:

- the character n-grams (2 to `LONGEST_GRAM`) of every white-space separated word with a space at both ends, as
  scikit-learn's `char_wb` counts them; the words; the pairs of neighbouring words;
- of an Arabic word its stem, and the stem without its weak letters; of a Latin word of an Arabizi comment the same in
  Arabic letters; of a Latin word with digits for letters (sh1t) the word that it stands for.

A link, a name with @ and the name of a group have no letters here: a comment is not judged for them. Links and names
have one feature, the name of a group only that of its pair with each neighbour.
"""

from typing import Final

import numpy as np

from moderation.classifier.compiled import compiled
from moderation.classifier.features import ARABIC, DIGIT, LATIN, STEP, WEAK, WORD
from moderation.classifier.mending import SPACE, is_stand_in
from moderation.classifier.words import (
    ROOT_HASH,
    WORD_HASH,
    affix_of,
    kind_of,
    mixed_with,
    names_group,
    root_of_arabizi,
)

LONGEST_GRAM: Final = 5

_LINK: Final = np.uint64(0x51ED270B9F0E1D37)
_NAME: Final = np.uint64(0x2545F4914F6CDD1D)
_GROUP: Final = np.uint64(0x7F4A7C159E3779B1)
_GRAMS: Final = np.uint64(0xCBF29CE484222325)
_STEMS: Final = np.uint64(0xD6E8FEB86659FD93)
_STEP: Final = np.uint64(STEP)
_LAST: Final = np.uint64(0xC2B2AE3D27D4EB4F)

_WORD: Final = np.uint8(WORD)
_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)
_DIGIT: Final = np.uint8(DIGIT)
_WEAK: Final = np.uint8(WEAK)


@compiled
def _put(hashed, left, right, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    buckets[found] = (hashed * _LAST) >> shift
    if spans is not None:
        spans[found, 0] = left
        spans[found, 1] = right
    return found + 1


@compiled
def _hash_arabic(line, start, end, cut, table, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    """The stem of an Arabic word, which begins after `cut` letters, and what is left of it without weak letters."""
    kinds = table[2]
    first = start + cut
    last = end - affix_of(line, end - 1, -1, end - first, table[4])
    stem, root = _STEMS, ROOT_HASH
    letters = 0
    for place in range(first, last):
        stem = mixed_with(stem, line[place])
        # No branch here: half of the letters are weak, and nobody can guess which.
        strong = (kind_of(line[place], kinds) & _WEAK) == 0
        mixed = mixed_with(root, line[place])
        root = mixed if strong else root
        letters += strong
    found = _put(stem, start, end, found, buckets, spans, shift)
    if letters > 1:
        found = _put(root, start, end, found, buckets, spans, shift)
    return found


@compiled
def _hash_latin(line, start, end, arabizi, table, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    """Other readings of a Latin word: as Arabic in Arabizi, and with digits taken for what they look like."""
    kinds = table[2]
    if arabizi:
        root, letters = root_of_arabizi(line, start, end)
        if letters > 1:
            found = _put(root, start, end, found, buckets, spans, shift)
    hashed = WORD_HASH
    changed = False
    for place in range(start, end):
        letter = line[place]
        if kind_of(letter, kinds) & _DIGIT:
            # The other digits are no letters' doubles, or have become letters in mending.
            if letter == 51:
                letter = np.uint32(101)
            elif letter == 53:
                letter = np.uint32(115)
            elif letter == 55:
                letter = np.uint32(116)
            else:
                return found
            changed = True
        hashed = mixed_with(hashed, letter)
    if changed:
        found = _put(hashed, start, end, found, buckets, spans, shift)
    return found


@compiled
def hash_line(line, size, arabizi, table, bits, buckets, spans):  # type: ignore[no-untyped-def]
    """Write the bucket of every feature of a mended line into `buckets`, repeats and all; their number.

    `spans` (features x 2), or None, gets the places in the line that each feature comes from.
    """
    kinds, prefixes, names = table[2], table[3], table[5]
    shift = np.uint64(64 - bits)
    found = 0
    previous = np.uint64(0)
    before = 0
    space = 0
    while space < size - 1:
        end = space + 1
        while line[end] != SPACE:
            end += 1
        special = is_stand_in(line, space + 1, end)
        if special:
            previous = _NAME if special == 1 else _LINK
            before = space + 1
            found = _put(previous, before, end, found, buckets, spans, shift)
            space = end
            continue
        named = False
        place = space + 1
        while place < end:
            kind = kind_of(line[place], kinds)
            if not kind & _WORD:
                place += 1
                continue
            start = place
            together = kind
            word = WORD_HASH
            while kind & _WORD:
                together |= kind
                word = mixed_with(word, line[place])
                place += 1
                kind = kind_of(line[place], kinds)
            cut = affix_of(line, start, 1, place - start, prefixes)
            if names_group(line, start, place, cut, word, names):
                named = True
                word = _GROUP
            else:
                found = _put(word, start, place, found, buckets, spans, shift)
                if together & _ARABIC:
                    found = _hash_arabic(line, start, place, cut, table, found, buckets, spans, shift)
                elif together & _LATIN and (arabizi or together & _DIGIT):
                    found = _hash_latin(line, start, place, arabizi, table, found, buckets, spans, shift)
            if previous and not (previous == _GROUP and word == _GROUP):
                found = _put((previous * _STEP) ^ word, before, place, found, buckets, spans, shift)
            previous = word
            before = start
        if not named:
            for left in range(space, end):
                gram = _GRAMS
                for right in range(left, min(left + LONGEST_GRAM, end + 1)):
                    gram = mixed_with(gram, line[right])
                    if right > left:
                        found = _put(gram, left, right + 1, found, buckets, spans, shift)
        space = end
    return found
