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

from moderation.classifier.compiled import FOUR, NONE, ONE, THREE, TWO, compiled, inlined, lent
from moderation.classifier.features import ARABIC, DIGIT, LATIN, STEP, WEAK, WORD
from moderation.classifier.folding import SPACE
from moderation.classifier.words import (
    ROOT_HASH,
    WORD_HASH,
    affix_of,
    end_of,
    is_group,
    kind_of,
    mixed_with,
    root_of_arabizi,
    stand_in_at,
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
_LONGEST: Final = np.uint64(LONGEST_GRAM - 1)


@inlined
def _put(hashed, left, right, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    buckets[found] = (hashed * _LAST) >> shift
    if spans is not None:
        spans[found, 0] = left
        spans[found, 1] = right
    return found + ONE


@inlined
def _readings(line, start, end, kinds, prefixes, suffixes):  # type: ignore[no-untyped-def]
    """Hashes of an Arabic word: without the letters that go before, of its stem, of its root; and the root's letters.

    All in one walk, where their products run side by side; and without a branch on a letter: half of them are weak,
    and nobody can guess which.
    """
    length = end - start
    first = start + affix_of(line[start], line[start + ONE], line[start + TWO], length, prefixes)
    third = line[max(end, THREE) - THREE]
    last = end - affix_of(line[end - ONE], line[end - TWO], third, end - first, suffixes)
    name, stem, root = WORD_HASH, _STEMS, ROOT_HASH
    letters = 0
    for place in range(first, end):
        letter = line[place]
        name = mixed_with(name, letter)
        inside = place < last
        strong = inside and (kind_of(letter, kinds) & _WEAK) == 0
        stem = mixed_with(stem, letter) if inside else stem
        root = mixed_with(root, letter) if strong else root
        letters += strong
    return name, stem, root, letters


@compiled
def _hash_latin(line, start, end, arabizi, kinds, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    """Other readings of a Latin word: as Arabic in Arabizi, and with digits taken for what they look like."""
    if arabizi:
        root, letters = root_of_arabizi(line, np.int64(start), np.int64(end))
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
    line, buckets = lent(line), lent(buckets)
    kinds, names = lent(table[2]), lent(table[5])
    prefixes, suffixes = (lent(table[3][0]), lent(table[3][1])), (lent(table[4][0]), lent(table[4][1]))
    shift = np.uint64(64 - bits)
    last = np.uint64(size - 1)
    found = space = NONE
    # The word before, and where it began: no word has a hash of 0.
    previous = NONE, NONE
    while space < last:
        special = stand_in_at(line, space + ONE)
        if special:
            end = end_of(line, space)
            previous = _NAME if special == 1 else _LINK, space + ONE
            found = _put(previous[0], space + ONE, end, found, buckets, spans, shift)
        else:
            end, named, found, previous = _hash_words(
                line, space, arabizi, kinds, prefixes, suffixes, names, previous, found, buckets, spans, shift
            )
            if not named:
                found = _put_grams(line, space, end, found, buckets, spans, shift)
        space = end
    return np.int64(found)


@inlined
def _hash_words(  # type: ignore[no-untyped-def]
    line, space, arabizi, kinds, prefixes, suffixes, names, previous, found, buckets, spans, shift
):
    """The words of what stands between two spaces, and their pairs; where it ends, and whether a group is named."""
    before, began = previous
    named = False
    place = space + ONE
    while line[place] != SPACE:
        kind = kind_of(line[place], kinds)
        if not kind & _WORD:
            place += ONE
            continue
        start = place
        together = kind
        word = WORD_HASH
        while kind & _WORD:
            together |= kind
            word = mixed_with(word, line[place])
            place += ONE
            kind = kind_of(line[place], kinds)
        name, stem, root, letters = word, word, word, 0
        if together & _ARABIC:
            name, stem, root, letters = _readings(line, start, place, kinds, prefixes, suffixes)
        if is_group(word, names) or is_group(name, names):
            named = True
            word = _GROUP
        else:
            found = _put(word, start, place, found, buckets, spans, shift)
            if together & _ARABIC:
                found = _put(stem, start, place, found, buckets, spans, shift)
                after = _put(root, start, place, found, buckets, spans, shift)
                found = after if letters > 1 else found
            elif together & _LATIN and (arabizi or together & _DIGIT):
                found = _hash_latin(line, start, place, arabizi, kinds, found, buckets, spans, shift)
        if before and not (before == _GROUP and word == _GROUP):
            found = _put((before * _STEP) ^ word, began, place, found, buckets, spans, shift)
        before, began = word, start
    return place, named, found, (before, began)


@inlined
def _put_grams(line, space, end, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    """Every n-gram of a word between the spaces at `space` and `end`.

    At each place all lengths are hashed and written, and those that reach beyond the word are written over: how many
    fit near a word's end cannot be guessed.
    """
    for left in range(space, end):
        gram = mixed_with(mixed_with(_GRAMS, line[left]), line[left + ONE])
        _put(gram, left, left + TWO, found, buckets, spans, shift)
        gram = mixed_with(gram, line[left + TWO])
        _put(gram, left, left + THREE, found + ONE, buckets, spans, shift)
        gram = mixed_with(gram, line[left + THREE])
        _put(gram, left, left + FOUR, found + TWO, buckets, spans, shift)
        gram = mixed_with(gram, line[left + FOUR])
        _put(gram, left, left + FOUR + ONE, found + THREE, buckets, spans, shift)
        found += min(end - left, _LONGEST)
    return found
