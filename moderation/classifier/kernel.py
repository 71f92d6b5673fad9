"""The compiled part: one walk over code points that folds, hashes and counts, used for training and for serving alike.

A text arrives as code points and is folded as `moderation.text.normalise.folded` does it (a test holds the two to the
same result). Each feature is a bucket of `2 ** bits`: the character n-grams (2 to `LONGEST_GRAM`) of every white-space
separated word with a space at both ends, as scikit-learn's `char_wb` counts them; the words; and the pairs of
neighbouring words.
"""

import math
from collections.abc import Callable
from typing import Any, Final

import numba
import numpy as np

from moderation.classifier import features

LONGEST: Final = features.LONGEST
LONGEST_GRAM: Final = 5

_EXPANDED: Final = np.uint32(features.EXPANDED)
_DROPPED: Final = np.uint32(0)
_SPACE: Final = np.uint32(32)
_WORD: Final = np.uint8(1)
_LINK: Final = np.uint64(0x51ED270B9F0E1D37)
_NAME: Final = np.uint64(0x2545F4914F6CDD1D)
_GRAMS: Final = np.uint64(0xCBF29CE484222325)
_WORDS: Final = np.uint64(0x9AE16A3B2F90404F)
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_LAST: Final = np.uint64(0xC2B2AE3D27D4EB4F)

# What a feature is worth that came so many times: 1 + ln(times), and nothing for never.
_TIMES: Final = np.array([0.0, *(1.0 + math.log(times) for times in range(1, 256))], np.float32)


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile on first call and keep the result on disk; without a folder to write to, compile in every process."""
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        return numba.njit(nogil=True, error_model="numpy")(function)


@_compiled
def _append(letter, run, line, size):  # type: ignore[no-untyped-def]
    """Write one folded character unless it only lengthens a run; the new length of the run and of the line."""
    if letter != line[size - 1]:
        run = 1
    elif letter == _SPACE:
        return run, size
    else:
        run += 1
        # Digits repeat with a meaning.
        if run > 2 and not (letter >= 48 and letter <= 57):
            return run, size - (run == 3)
    line[size] = letter
    return run, size + 1


@_compiled
def fold(points, folding, expansions, line):  # type: ignore[no-untyped-def]
    """Write the folded text between two spaces into `line`; the number of code points written."""
    line[0] = _SPACE
    size = 1
    run = 0
    for point in points:
        if size > LONGEST:
            break
        folded = point
        if point < folding.size:
            folded = folding[point]
        elif point >= 0xE0000 and point < 0xE1000:
            folded = _DROPPED
        if folded & _EXPANDED:
            start = (folded >> np.uint32(5)) & np.uint32(0x3FFFFFF)
            for place in range(start, start + (folded & np.uint32(31))):
                run, size = _append(expansions[place], run, line, size)
        elif folded != _DROPPED:
            run, size = _append(folded, run, line, size)
    if line[size - 1] != _SPACE:
        line[size] = _SPACE
        size += 1
    return size


@_compiled
def _stand_in(line, start, end):  # type: ignore[no-untyped-def]
    """The one feature a name or a link has: its letters say where it leads, not what the comment says."""
    if line[start] == 64 and end - start > 1:
        return _NAME
    if end - start > 4:
        # The folding has made "w." of "www.".
        if line[start] == 119 and line[start + 1] == 46:
            return _LINK
        if line[start] == 104 and line[start + 1] == 116 and line[start + 2] == 116 and line[start + 3] == 112:
            return _LINK
    return np.uint64(0)


@_compiled
def _is_word(letter, kinds):  # type: ignore[no-untyped-def]
    return letter >= kinds.size or kinds[letter] == _WORD


@_compiled
def _hash(line, size, kinds, bits, buckets):  # type: ignore[no-untyped-def]
    """Write the bucket of every feature of a folded line into `buckets`, repeats and all; their number."""
    shift = np.uint64(64 - bits)
    found = 0
    previous = np.uint64(0)
    space = 0
    while space < size - 1:
        end = space + 1
        while line[end] != _SPACE:
            end += 1
        special = _stand_in(line, space + 1, end)
        if special:
            buckets[found] = (special * _LAST) >> shift
            found += 1
            previous = special
            space = end
            continue
        word = np.uint64(0)
        for left in range(space, end):
            gram = _GRAMS
            for right in range(left, min(left + LONGEST_GRAM, end + 1)):
                gram = (gram ^ np.uint64(line[right])) * _STEP
                gram ^= gram >> np.uint64(29)
                if right > left:
                    buckets[found] = (gram * _LAST) >> shift
                    found += 1
            if _is_word(line[left], kinds):
                word = ((word if word else _WORDS) ^ np.uint64(line[left])) * _STEP
                word ^= word >> np.uint64(29)
                if not _is_word(line[left + 1], kinds):
                    buckets[found] = (word * _LAST) >> shift
                    found += 1
                    if previous:
                        buckets[found] = (((previous * _STEP) ^ word) * _LAST) >> shift
                        found += 1
                    previous = word
                    word = np.uint64(0)
        space = end
    return found


@_compiled
def count(line, size, kinds, bits, counts, touched):  # type: ignore[no-untyped-def]
    """Count every feature of a folded line; `touched` gets the buckets in order of appearance, their number returns."""
    hashed = _hash(line, size, kinds, bits, touched)
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


@_compiled
def count_matrix(points, offsets, table, bits, scratch, indices, values):  # type: ignore[no-untyped-def]
    """Rows of a sparse matrix: buckets into `indices`, 1 + ln(count) into `values`; returns the ends of the rows."""
    folding, expansions, kinds = table
    line, counts, touched, _ = scratch
    ends = np.zeros(offsets.size, np.int64)
    at = 0
    for text in range(offsets.size - 1):
        size = fold(points[offsets[text] : offsets[text + 1]], folding, expansions, line)
        found = count(line, size, kinds, bits, counts, touched)
        for place in range(found):
            bucket = touched[place]
            indices[at] = bucket
            values[at] = _TIMES[counts[bucket]]
            counts[bucket] = 0
            at += 1
        ends[text + 1] = at
    return ends


@_compiled
def _byte(packed, place):  # type: ignore[no-untyped-def]
    """One signed byte of a packed row, as a number."""
    return np.float32(np.int8((packed >> np.int64(8 * place)) & np.int64(255)))


@_compiled
def margins(points, offsets, table, bits, scratch, rows, idf_step, out):  # type: ignore[no-untyped-def]
    """The weighted sums of each text's features, per class into `out` (texts x 6), for a text vector of length 1.

    `rows` (int64) packs eight signed bytes a bucket, lowest first: the weights of the six classes in the model's own
    steps, the inverse document frequency in steps of `idf_step` above -128, and a zero.
    """
    folding, expansions, kinds = table
    line, counts, touched, gathered = scratch
    for text in range(offsets.size - 1):
        size = fold(points[offsets[text] : offsets[text + 1]], folding, expansions, line)
        found = count(line, size, kinds, bits, counts, touched)
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
