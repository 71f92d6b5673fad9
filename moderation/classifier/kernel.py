"""The compiled part: from code points to logits, for training, serving and explaining alike.

A text arrives as code points and is folded as `moderation.text.normalise.folded` does it (a test holds the two to the
same result), mended as `mending` says, and hashed as `hashing` says; then its features are counted and weighed.
"""

from typing import Final

import numpy as np

from moderation.classifier import counting
from moderation.classifier.compiled import compiled
from moderation.classifier.features import ARABIC, DIGIT, LATIN
from moderation.classifier.folding import fold
from moderation.classifier.hashing import hash_line
from moderation.classifier.mending import mend
from moderation.classifier.weighing import TIMES, gather, overall, weigh
from moderation.classifier.words import is_arabizi, kind_of

_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)
_DIGIT: Final = np.uint8(DIGIT)


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
    """Count every feature of a mended line as `counting.count` does: how many different ones; the text's script."""
    own, arabizi = script(line, size, table[2])
    hashed = hash_line(line, size, arabizi, table, bits, counted[0], None)
    return counting.count(hashed, counted), own


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
            values[at] = TIMES[counted[1][place]]
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
        gather(counted[0], found, kept, rows, gathered)
        weigh(gathered, counted[1], found, frequencies, sums)
        for column in range(6):
            out[text, column] = np.float64(sums[column]) * slopes[own, column] + intercepts[own, column]
        out[text, 6] = overall(out[text], reject)


@compiled
def probabilities(logits):  # type: ignore[no-untyped-def]
    """Logistic function of every logit, in place, rounded to six decimals."""
    for row in range(logits.shape[0]):
        for column in range(logits.shape[1]):
            # Beyond 40 the exponential only overflows; the probability is 0 or 1 to the last decimal by then.
            cut = min(max(logits[row, column], -40.0), 40.0)
            logits[row, column] = np.rint(1e6 / (1.0 + np.exp(-cut))) / 1e6
