"""The compiled weighing: from a text's counted features to the sums of the six classes, and the overall logit."""

import math
from typing import Final

import numpy as np

from moderation.classifier.compiled import compiled, compiled_loosely

# What a feature is worth that came so many times: 1 + ln(times), and nothing for never.
TIMES: Final = np.array([0.0, *(1.0 + math.log(times) for times in range(1, 256))], np.float32)


@compiled
def gather(buckets, found, kept, rows, gathered):  # type: ignore[no-untyped-def]
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
def weigh(gathered, times, found, frequencies, sums):  # type: ignore[no-untyped-def]
    """The weighted sums of a text's features, per class, for a text vector of length 1.

    A row is eight signed bytes, lowest first: the weights of the six classes in the model's own steps, the step of the
    inverse document frequency, and a zero.
    """
    squares = toxic = insult = hate = threat = obscene = spam = np.float32(0)
    for place in range(found):
        row = gathered[place]
        value = frequencies[np.int64(np.int8(row >> 48)) + 128] * TIMES[times[place]]
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
def overall(logits, reject):  # type: ignore[no-untyped-def]
    limit = reject[7]
    if limit == 0:
        return logits[:6].max()
    logit = reject[6]
    for column in range(6):
        logit += reject[column] * min(max(logits[column], -limit), limit)
    return logit
