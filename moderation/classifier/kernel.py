"""The compiled part: from code points to logits, for training, serving and explaining alike.

A text arrives as code points and is folded as `moderation.text.normalise.folded` does it (a test holds the two to the
same result), mended as `mending` says, and hashed as `hashing` says; then its features are counted and weighed.
"""

import math
from typing import Final

import numpy as np

from moderation.classifier.compiled import compiled, compiled_loosely
from moderation.classifier.features import ARABIC, DIGIT, LATIN
from moderation.classifier.hashing import hash_line
from moderation.classifier.mending import fold, mend
from moderation.classifier.words import is_arabizi, kind_of

_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)
_DIGIT: Final = np.uint8(DIGIT)

# What a feature is worth that came so many times: 1 + ln(times), and nothing for never.
_TIMES: Final = np.array([0.0, *(1.0 + math.log(times) for times in range(1, 256))], np.float32)


@compiled
def read(points, table, scratch, origins):  # type: ignore[no-untyped-def]
    """Fold and mend a text into the first line of `scratch`; its length. `origins` (or None): where places are from."""
    line, raw = scratch[0], scratch[1]
    size = fold(points, table[0], table[1], raw, origins)
    return mend(raw, size, table[2], line, origins)


@compiled
def features_of(line, size, table, bits, buckets, spans):  # type: ignore[no-untyped-def]
    """As `hash_line`; and the text's script."""
    own, arabizi = script(line, size, table[2])
    return hash_line(line, size, arabizi, table, bits, buckets, spans), own


@compiled
def count(line, size, table, bits, counted):  # type: ignore[no-untyped-def]
    """Count every feature of a mended line: buckets in order of appearance, and how often each came (255 at most).

    `counted` is (buckets, times, counts); the last has a byte for every bucket there is, all 0 before and after.
    Returns the number of different buckets and the text's script.
    """
    buckets, times, counts = counted
    own, arabizi = script(line, size, table[2])
    hashed = hash_line(line, size, arabizi, table, bits, buckets, None)
    found = 0
    # No branch here: the processor would wait for each count before it may guess whether the bucket is new.
    for place in range(hashed):
        bucket = buckets[place]
        before = counts[bucket]
        buckets[found] = bucket
        found += before == 0
        # A byte holds the count: a feature that came 255 times says no more when it comes again.
        counts[bucket] = before + (before < 255)
    for place in range(found):
        bucket = buckets[place]
        times[place] = counts[bucket]
        counts[bucket] = 0
    return found, own


@compiled
def script(line, size, kinds):  # type: ignore[no-untyped-def]
    """The row of the calibration, and whether Latin words may be Arabizi.

    The row: 0 where Arabic letters are no fewer than Latin ones, 1 Arabizi, 2 other Latin.
    """
    arabic = latin = digits = 0
    for place in range(size):
        kind = kind_of(line[place], kinds)
        arabic += (kind & _ARABIC) != 0
        latin += (kind & _LATIN) != 0
        digits += (kind & _DIGIT) != 0
    arabizi = latin > 0 and digits > 0 and is_arabizi(line, size, kinds)
    if arabic >= latin:
        return 0, arabizi
    return 1 if arabizi else 2, arabizi


@compiled
def count_matrix(points, offsets, table, bits, scratch, indices, values, scripts):  # type: ignore[no-untyped-def]
    """Rows of a sparse matrix: buckets into `indices`, 1 + ln(count) into `values`; returns the ends of the rows."""
    line, counted = scratch[0], scratch[2]
    ends = np.zeros(offsets.size, np.int64)
    at = 0
    for text in range(offsets.size - 1):
        size = read(points[offsets[text] : offsets[text + 1]], table, scratch, None)
        found, scripts[text] = count(line, size, table, bits, counted)
        for place in range(found):
            indices[at] = counted[0][place]
            values[at] = _TIMES[counted[1][place]]
            at += 1
        ends[text + 1] = at
    return ends


@compiled
def judge(points, offsets, table, bits, scratch, model, out):  # type: ignore[no-untyped-def]
    """The calibrated logits of each text into `out` (texts x 7): of the six classes, then the overall one.

    `model` is (kept, rows, frequencies, slopes, intercepts, reject). `frequencies` (256) are the inverse document
    frequencies by their step above -128. `slopes` and `intercepts` (scripts x 6) turn sums for a text vector of length
    1 into logits. `reject` (8): slopes of the overall logit, its intercept and where logits are cut; of a model without
    one the last is 0, and the highest class stands for it.
    """
    kept, rows, frequencies, slopes, intercepts, reject = model
    line, counted, gathered = scratch[0], scratch[2], scratch[3]
    sums = np.zeros(6, np.float32)
    for text in range(offsets.size - 1):
        size = read(points[offsets[text] : offsets[text + 1]], table, scratch, None)
        found, own = count(line, size, table, bits, counted)
        _gather(counted[0], found, kept, rows, gathered)
        _weigh(gathered, counted[1], found, frequencies, sums)
        for column in range(6):
            out[text, column] = np.float64(sums[column]) * slopes[own, column] + intercepts[own, column]
        out[text, 6] = _overall(out[text], reject)


@compiled
def _gather(buckets, found, kept, rows, gathered):  # type: ignore[no-untyped-def]
    """The row of each bucket. Two loops, so that many fetches are under way at once.

    `kept` holds two numbers for 64 buckets: a bit for each that has a row of its own, and the row of the first of them.
    The other buckets share row 0.
    """
    for place in range(found):
        bucket = np.uint64(buckets[place])
        word = (bucket >> np.uint64(6)) * np.uint64(2)
        bit = np.uint64(1) << (bucket & np.uint64(63))
        row = kept[word + np.uint64(1)] + _ones(kept[word] & (bit - np.uint64(1)))
        gathered[place] = np.int64(row) if kept[word] & bit else np.int64(0)
    for place in range(found):
        gathered[place] = rows[gathered[place]]


@compiled
def _ones(bits):  # type: ignore[no-untyped-def]
    """How many bits are set; the processor has an instruction for it, which this becomes."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)


@compiled_loosely
def _weigh(gathered, times, found, frequencies, sums):  # type: ignore[no-untyped-def]
    """The weighted sums of a text's features, per class, for a text vector of length 1.

    A row is eight signed bytes, lowest first: the weights of the six classes in the model's own steps, the step of the
    inverse document frequency, and a zero.
    """
    squares = toxic = insult = hate = threat = obscene = spam = np.float32(0)
    for place in range(found):
        row = gathered[place]
        value = frequencies[np.int64(np.int8(row >> 48)) + 128] * _TIMES[times[place]]
        squares += value * value
        toxic += value * np.float32(np.int8(row))
        insult += value * np.float32(np.int8(row >> 8))
        hate += value * np.float32(np.int8(row >> 16))
        threat += value * np.float32(np.int8(row >> 24))
        obscene += value * np.float32(np.int8(row >> 32))
        spam += value * np.float32(np.int8(row >> 40))
    length = np.sqrt(squares) if squares > 0 else np.float32(1)
    sums[0] = toxic / length
    sums[1] = insult / length
    sums[2] = hate / length
    sums[3] = threat / length
    sums[4] = obscene / length
    sums[5] = spam / length


@compiled
def _overall(logits, reject):  # type: ignore[no-untyped-def]
    limit = reject[7]
    if limit == 0:
        return logits[:6].max()
    logit = reject[6]
    for column in range(6):
        logit += reject[column] * min(max(logits[column], -limit), limit)
    return logit


@compiled
def probabilities(logits):  # type: ignore[no-untyped-def]
    """Logistic function of every logit, in place, rounded to six decimals."""
    for row in range(logits.shape[0]):
        for column in range(logits.shape[1]):
            # Beyond 40 the exponential only overflows; the probability is 0 or 1 to the last decimal by then.
            cut = min(max(logits[row, column], -40.0), 40.0)
            logits[row, column] = np.rint(1e6 / (1.0 + np.exp(-cut))) / 1e6
