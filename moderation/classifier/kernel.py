"""The compiled part: one walk over code points that folds, mends and hashes, for training, serving and explaining.

A text arrives as code points and is folded as `moderation.text.normalise.folded` does it (a test holds the two to the
same result), then mended as `moderation.classifier.mending` says. Each feature is a bucket of `2 ** bits`:

- the character n-grams (2 to `LONGEST_GRAM`) of every white-space separated word with a space at both ends, as
  scikit-learn's `char_wb` counts them; the words; the pairs of neighbouring words;
- of an Arabic word its stem, and the stem without its weak letters; of a Latin word of an Arabizi comment the same in
  Arabic letters; of a Latin word with digits for letters (sh1t) the word that it stands for.

A link, a name with @ and the name of a group have no letters here: a comment is not judged for them. Links and names
have one feature, the name of a group only that of its pair with each neighbour.
"""

import math
from typing import Final

import numpy as np

from moderation.classifier.compiled import compiled
from moderation.classifier.features import ARABIC, DIGIT, LATIN, STEP, WEAK, WORD, WORDS
from moderation.classifier.mending import SPACE, fold, is_stand_in, mend

LONGEST_GRAM: Final = 5

_LINK: Final = np.uint64(0x51ED270B9F0E1D37)
_NAME: Final = np.uint64(0x2545F4914F6CDD1D)
_GROUP: Final = np.uint64(0x7F4A7C159E3779B1)
_GRAMS: Final = np.uint64(0xCBF29CE484222325)
_WORDS: Final = np.uint64(WORDS)
_STEMS: Final = np.uint64(0xD6E8FEB86659FD93)
_ROOTS: Final = np.uint64(0xA0761D6478BD642F)
_STEP: Final = np.uint64(STEP)
_LAST: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_TURN: Final = np.uint64(29)

_WORD: Final = np.uint8(WORD)
_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)
_DIGIT: Final = np.uint8(DIGIT)
_WEAK: Final = np.uint8(WEAK)

# What a feature is worth that came so many times: 1 + ln(times), and nothing for never.
_TIMES: Final = np.array([0.0, *(1.0 + math.log(times) for times in range(1, 256))], np.float32)


def _arabic_readings() -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """Latin letters and digits as Arabizi writes Arabic with them; vowels and what is weak in Arabic are left out."""
    table = np.zeros(128, np.uint32)
    for latin, arabic in zip("bpvfdjgzsrlmnqktxc356789", "بببفدجغزسرلمنقكتكسعخطحقق", strict=True):
        table[ord(latin)] = ord(arabic)
    return table


_ARABIC_READING: Final = _arabic_readings()
_KH, _GH, _SH, _TH, _DH = (np.uint32(ord(letter)) for letter in "خغشثذ")


@compiled
def _kind(letter, kinds):  # type: ignore[no-untyped-def]
    return kinds[letter] if letter < kinds.size else _WORD


@compiled
def _mixed(hashed, letter):  # type: ignore[no-untyped-def]
    hashed = (hashed ^ np.uint64(letter)) * _STEP
    return hashed ^ (hashed >> _TURN)


@compiled
def _without_affix(line, start, end, affixes, at_end):  # type: ignore[no-untyped-def]
    """Letters that the first fitting affix takes from one side of a word, none where fewer than three would stay."""
    for row in range(affixes.shape[0]):
        length = np.int64(affixes[row, 0])
        if end - start - length < 3:
            continue
        first = end - length if at_end else start
        fits = True
        for place in range(length):
            if line[first + place] != affixes[row, 1 + place]:
                fits = False
                break
        if fits:
            return length
    return np.int64(0)


@compiled
def _is_group(hashed, names):  # type: ignore[no-untyped-def]
    mask = np.uint64(names.size - 1)
    place = (hashed >> np.uint64(40)) & mask
    while names[place]:
        if names[place] == hashed:
            return True
        place = (place + np.uint64(1)) & mask
    return False


@compiled
def _names_group(line, start, end, table):  # type: ignore[no-untyped-def]
    """Whether the word is a group's name, with or without a conjunction, preposition or article before it."""
    _, _, kinds, prefixes, _, names = table
    hashed = _WORDS
    for place in range(start, end):
        hashed = _mixed(hashed, line[place])
    if _is_group(hashed, names):
        return True
    if not _kind(line[start], kinds) & _ARABIC:
        return False
    cut = _without_affix(line, start, end, prefixes, False)
    if cut == 0:
        return False
    hashed = _WORDS
    for place in range(start + cut, end):
        hashed = _mixed(hashed, line[place])
    return _is_group(hashed, names)


@compiled
def _is_arabizi(line, size, kinds):  # type: ignore[no-untyped-def]
    """Whether a Latin word holds a digit that stands for an Arabic letter: «3arbi», «sa7bi», not «covid19», «5am»."""
    latin = 0
    for place in range(1, size):
        kind = _kind(line[place], kinds)
        if kind & _LATIN:
            latin += 1
            continue
        digit = line[place]
        if kind & _DIGIT and digit != 48 and digit != 49 and digit != 52:
            after = 0
            while after < 3 and _kind(line[place + 1 + after], kinds) & _LATIN:
                after += 1
            alone = not _kind(line[place - 1], kinds) & _DIGIT
            if alone and ((latin > 0 and after > 0) or (latin == 0 and after == 3)):
                return True
        latin = 0
    return False


@compiled
def _root_of_arabizi(line, start, end):  # type: ignore[no-untyped-def]
    """The hash of a Latin word's consonants in Arabic letters, and how many there are."""
    if end - start > 4 and (line[start] == 101 or line[start] == 97) and line[start + 1] == 108:
        start += 2
    hashed = _ROOTS
    letters = 0
    place = start
    while place < end:
        letter = line[place]
        arabic = _ARABIC_READING[letter] if letter < 128 else np.uint32(0)
        if place + 1 < end and line[place + 1] == 104:
            digraph = np.uint32(0)
            if letter == 107:
                digraph = _KH
            elif letter == 103:
                digraph = _GH
            elif letter == 115 or letter == 99:
                digraph = _SH
            elif letter == 116:
                digraph = _TH
            elif letter == 100:
                digraph = _DH
            if digraph:
                arabic = digraph
                place += 1
        if arabic:
            hashed = _mixed(hashed, arabic)
            letters += 1
        place += 1
    return hashed, letters


@compiled
def _put(hashed, left, right, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    buckets[found] = (hashed * _LAST) >> shift
    if spans is not None:
        spans[found, 0] = left
        spans[found, 1] = right
    return found + 1


@compiled
def _hash_arabic(line, start, end, table, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    """The stem of an Arabic word and what is left of it without weak letters."""
    _, _, kinds, prefixes, suffixes, _ = table
    first = start + _without_affix(line, start, end, prefixes, False)
    last = end - _without_affix(line, first, end, suffixes, True)
    stem, root = _STEMS, _ROOTS
    letters = 0
    for place in range(first, last):
        stem = _mixed(stem, line[place])
        if not _kind(line[place], kinds) & _WEAK:
            root = _mixed(root, line[place])
            letters += 1
    found = _put(stem, start, end, found, buckets, spans, shift)
    if letters > 1:
        found = _put(root, start, end, found, buckets, spans, shift)
    return found


@compiled
def _hash_latin(line, start, end, arabizi, table, found, buckets, spans, shift):  # type: ignore[no-untyped-def]
    """Other readings of a Latin word: as Arabic in Arabizi, and with digits taken for what they look like."""
    kinds = table[2]
    if arabizi:
        root, letters = _root_of_arabizi(line, start, end)
        if letters > 1:
            found = _put(root, start, end, found, buckets, spans, shift)
    hashed = _WORDS
    changed = False
    for place in range(start, end):
        letter = line[place]
        if _kind(letter, kinds) & _DIGIT:
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
        hashed = _mixed(hashed, letter)
    if changed:
        found = _put(hashed, start, end, found, buckets, spans, shift)
    return found


@compiled
def _hash(line, size, table, bits, buckets, spans):  # type: ignore[no-untyped-def]
    """Write the bucket of every feature of a mended line into `buckets`, repeats and all; their number.

    `spans` (features x 2), or None, gets the places in the line that each feature comes from.
    """
    kinds = table[2]
    shift = np.uint64(64 - bits)
    arabizi = _is_arabizi(line, size, kinds)
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
            kind = _kind(line[place], kinds)
            if not kind & _WORD:
                place += 1
                continue
            start = place
            together = kind
            word = _WORDS
            while kind & _WORD:
                together |= kind
                word = _mixed(word, line[place])
                place += 1
                kind = _kind(line[place], kinds)
            if _names_group(line, start, place, table):
                named = True
                word = _GROUP
            else:
                found = _put(word, start, place, found, buckets, spans, shift)
                if together & _ARABIC:
                    found = _hash_arabic(line, start, place, table, found, buckets, spans, shift)
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
                    gram = _mixed(gram, line[right])
                    if right > left:
                        found = _put(gram, left, right + 1, found, buckets, spans, shift)
        space = end
    return found


@compiled
def read(points, table, scratch, origins):  # type: ignore[no-untyped-def]
    """Fold and mend a text into the first line of `scratch`; its length. `origins` (or None): where places are from."""
    line, raw = scratch[0], scratch[1]
    size = fold(points, table[0], table[1], raw, origins)
    return mend(raw, size, table[2], line, origins)


@compiled
def features_of(line, size, table, bits, buckets, spans):  # type: ignore[no-untyped-def]
    return _hash(line, size, table, bits, buckets, spans)


@compiled
def count(line, size, table, bits, counts, touched):  # type: ignore[no-untyped-def]
    """Count every feature of a mended line; `touched` gets the buckets in order of appearance, their number returns."""
    hashed = _hash(line, size, table, bits, touched, None)
    found = 0
    # No branch here: the processor would wait for each count before it may guess whether the bucket is new.
    for place in range(hashed):
        bucket = touched[place]
        times = counts[bucket]
        touched[found] = bucket
        found += times == 0
        # A byte holds the count: a feature that came 255 times says no more when it comes again.
        counts[bucket] = times + (times < 255)
    return found


@compiled
def script(line, size, kinds):  # type: ignore[no-untyped-def]
    """The row of the calibration: 0 where Arabic letters are no fewer than Latin ones, 1 Arabizi, 2 other Latin."""
    arabic = latin = 0
    for place in range(size):
        kind = _kind(line[place], kinds)
        arabic += (kind & _ARABIC) != 0
        latin += (kind & _LATIN) != 0
    if arabic >= latin:
        return 0
    return 1 if _is_arabizi(line, size, kinds) else 2


@compiled
def count_matrix(points, offsets, table, bits, scratch, indices, values, scripts):  # type: ignore[no-untyped-def]
    """Rows of a sparse matrix: buckets into `indices`, 1 + ln(count) into `values`; returns the ends of the rows."""
    line, _, counts, touched, _ = scratch
    ends = np.zeros(offsets.size, np.int64)
    at = 0
    for text in range(offsets.size - 1):
        size = read(points[offsets[text] : offsets[text + 1]], table, scratch, None)
        scripts[text] = script(line, size, table[2])
        found = count(line, size, table, bits, counts, touched)
        for place in range(found):
            bucket = touched[place]
            indices[at] = bucket
            values[at] = _TIMES[counts[bucket]]
            counts[bucket] = 0
            at += 1
        ends[text + 1] = at
    return ends


@compiled
def _byte(packed, place):  # type: ignore[no-untyped-def]
    """One signed byte of a packed row, as a number."""
    return np.float32(np.int8((packed >> np.int64(8 * place)) & np.int64(255)))


@compiled
def margins(points, offsets, table, bits, scratch, rows, idf_step, out, scripts):  # type: ignore[no-untyped-def]
    """The weighted sums of each text's features, per class into `out` (texts x 6), for a text vector of length 1.

    `rows` (int64) packs eight signed bytes a bucket, lowest first: the weights of the six classes in the model's own
    steps, the inverse document frequency in steps of `idf_step` above -128, and a zero.
    """
    line, _, counts, touched, gathered = scratch
    for text in range(offsets.size - 1):
        size = read(points[offsets[text] : offsets[text + 1]], table, scratch, None)
        scripts[text] = script(line, size, table[2])
        found = count(line, size, table, bits, counts, touched)
        # Rows lie all over a table that no inner cache holds: fetching them in a loop of its own keeps many fetches
        # under way at once and halves the time of a text.
        for place in range(found):
            gathered[place] = rows[touched[place]]
        squares = toxic = insult = hate = threat = obscene = spam = np.float32(0)
        for place in range(found):
            bucket = touched[place]
            row = gathered[place]
            value = (_byte(row, 6) + np.float32(128)) * idf_step * _TIMES[counts[bucket]]
            counts[bucket] = 0
            squares += value * value
            toxic += value * _byte(row, 0)
            insult += value * _byte(row, 1)
            hate += value * _byte(row, 2)
            threat += value * _byte(row, 3)
            obscene += value * _byte(row, 4)
            spam += value * _byte(row, 5)
        length = np.sqrt(squares) if squares > 0 else np.float32(1)
        out[text, 0] = toxic / length
        out[text, 1] = insult / length
        out[text, 2] = hate / length
        out[text, 3] = threat / length
        out[text, 4] = obscene / length
        out[text, 5] = spam / length
