"""The compiled folding of a text: `moderation.text.normalise.folded` over code points, spaces around it."""

from typing import Final

import numpy as np

from moderation.classifier import features
from moderation.classifier.compiled import compiled, inlined

LONGEST: Final = features.LONGEST
SPACE: Final = np.uint32(32)

_EXPANDED: Final = np.uint32(features.EXPANDED)
_DROPPED: Final = np.uint32(0)


@inlined
def append(letter, run, line, size):  # type: ignore[no-untyped-def]
    """Write one folded character unless it only lengthens a run; the new length of the run and of the line."""
    if letter != line[size - 1]:
        run = 1
    elif letter == SPACE:
        return run, size
    else:
        run += 1
        # Digits repeat with a meaning.
        if run > 2 and not (letter >= 48 and letter <= 57):
            return run, size - (run == 3)
    line[size] = letter
    return run, size + 1


@compiled
def fold(points, folding, expansions, line, origins):  # type: ignore[no-untyped-def]
    """Write the folded text between two spaces into `line`; the number of code points written.

    `origins` (or None) gets the place in `points` that each comes from.
    """
    line[0] = SPACE
    size = 1
    run = 0
    for source in range(points.size):
        if size > LONGEST:
            break
        point = points[source]
        folded = point
        if point < folding.size:
            folded = folding[point]
        elif point >= 0xE0000 and point < 0xE1000:
            folded = _DROPPED
        before = size
        if folded & _EXPANDED:
            start = (folded >> np.uint32(5)) & np.uint32(0x3FFFFFF)
            for place in range(start, start + (folded & np.uint32(31))):
                run, size = append(expansions[place], run, line, size)
                if origins is not None and size > before:
                    origins[size - 1] = source
        elif folded != _DROPPED:
            run, size = append(folded, run, line, size)
            if origins is not None and size > before:
                origins[size - 1] = source
    if line[size - 1] != SPACE:
        line[size] = SPACE
        if origins is not None:
            origins[size] = points.size
        size += 1
    return size
