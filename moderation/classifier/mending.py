"""From a text's code points to the line that is judged: folded, and mended where letters were set apart or replaced.

Mending undoes what only a filter is meant to stumble over. In one white-space separated word:

- signs and digits that look like letters are read as letters between letters of one script (sh0t, @ and $ too; an
  Arabic letter's Latin or digit double between Arabic letters);
- signs between letters go, where at most one of the pieces is longer than a letter (k.l.b, f*ck), digits apart.

Three and more neighbouring words of one letter each become one word, bare signs between them going too. A result of
one letter only, however often, is left as it was, so that mending twice is mending once.
"""

from typing import Final

import numpy as np

from moderation.classifier import features
from moderation.classifier.compiled import compiled
from moderation.classifier.features import ARABIC, DIGIT, LATIN, WORD
from moderation.classifier.words import kind_of

LONGEST: Final = features.LONGEST
SPACE: Final = np.uint32(32)

_EXPANDED: Final = np.uint32(features.EXPANDED)
_DROPPED: Final = np.uint32(0)
_UNDERSCORE: Final = np.uint32(95)
_WORD: Final = np.uint8(WORD)
_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)
_DIGIT: Final = np.uint8(DIGIT)


def _doubles(pairs: str) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    table = np.zeros(128, np.uint32)
    for pair in pairs.split():
        table[ord(pair[0])] = ord(pair[1])
    return table


_ARABIC_DOUBLES: Final = _doubles("1ا lا iا |ا 0ه oه 5ه 3ع 7ح 6ط")
# The digits 2, 3, 5, 6, 7 and 9 are letters of Arabizi; the kernel reads words with them in both ways.
_LATIN_DOUBLES: Final = _doubles("0o 1i |i !i 4a @a $s")


@compiled
def _append(letter, run, line, size):  # type: ignore[no-untyped-def]
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
                run, size = _append(expansions[place], run, line, size)
                if origins is not None and size > before:
                    origins[size - 1] = source
        elif folded != _DROPPED:
            run, size = _append(folded, run, line, size)
            if origins is not None and size > before:
                origins[size - 1] = source
    if line[size - 1] != SPACE:
        line[size] = SPACE
        if origins is not None:
            origins[size] = points.size
        size += 1
    return size


@compiled
def _is_letter(letter, kinds):  # type: ignore[no-untyped-def]
    return (kind_of(letter, kinds) & _WORD) != 0 and letter != _UNDERSCORE


@compiled
def is_stand_in(line, start, end):  # type: ignore[no-untyped-def]
    """1 for a name with @, 2 for a link, 0 for other words."""
    if line[start] == 64 and end - start > 1:
        return 1
    if end - start > 4:
        # The folding has made "w." of "www.".
        if line[start] == 119 and line[start + 1] == 46:
            return 2
        if line[start] == 104 and line[start + 1] == 116 and line[start + 2] == 116 and line[start + 3] == 112:
            return 2
    return 0


@compiled
def _end_of(line, space):  # type: ignore[no-untyped-def]
    end = space + 1
    while line[end] != SPACE:
        end += 1
    return end


@compiled
def _letters_in(line, start, end, kinds):  # type: ignore[no-untyped-def]
    """How many letters, a digit counting for two: it makes no word of one letter."""
    letters = 0
    for place in range(start, end):
        if _is_letter(line[place], kinds):
            letters += 2 if kind_of(line[place], kinds) & _DIGIT else 1
    return letters


@compiled
def _singles(line, size, space, kinds):  # type: ignore[no-untyped-def]
    """Where a run of words of one letter each ends that begins after `space`; `space` itself if there is none.

    A run has at least three words, and two different letters.
    """
    words = 0
    last = space
    first_letter = np.uint32(0)
    differ = False
    at = space
    while at < size - 1:
        end = _end_of(line, at)
        letters = _letters_in(line, at + 1, end, kinds)
        if letters == 1 and end - at <= 4 and not is_stand_in(line, at + 1, end):
            for place in range(at + 1, end):
                if _is_letter(line[place], kinds):
                    differ = differ or (words > 0 and line[place] != first_letter)
                    first_letter = line[place] if words == 0 else first_letter
            words += 1
            last = end
        elif letters > 0 or words == 0 or end - at > 3:
            break
        at = end
    return last if words >= 3 and differ else space


@compiled
def _replace_doubles(line, start, end, kinds, origins):  # type: ignore[no-untyped-def]
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
        run, size = _append(letter, run, line, size)
        if origins is not None and size > before:
            origins[size - 1] = origins[place]
    return size


@compiled
def _join(line, start, end, kinds, origins):  # type: ignore[no-untyped-def]
    """Take the signs from between letters that were set apart with them, in place; the new end."""
    first = end
    last = start
    pieces = long_pieces = 0
    length = 0
    differ = False
    for place in range(start, end):
        letter = line[place]
        if _is_letter(letter, kinds):
            if kind_of(letter, kinds) & _DIGIT:
                return end
            if first == end:
                first = place
            differ = differ or letter != line[first]
            last = place
            length += 1
            pieces += length == 1
            long_pieces += length == 2
        else:
            length = 0
    if pieces < 2 or long_pieces > 1 or not differ:
        return end
    run = 0
    size = start
    for place in range(start, end):
        letter = line[place]
        if place > first and place < last and not _is_letter(letter, kinds):
            continue
        before = size
        run, size = _append(letter, run, line, size)
        if origins is not None and size > before:
            origins[size - 1] = origins[place]
    return size


@compiled
def mend(line, size, kinds, out, origins):  # type: ignore[no-untyped-def]
    """Write the mended words of the folded `line` into `out`; the number of code points. `origins` moves along."""
    out[0] = SPACE
    filled = 1
    space = 0
    while space < size - 1:
        end = _end_of(line, space)
        start = filled
        spelt = space
        if end - space <= 4:
            spelt = _singles(line, size, space, kinds)
        run = 0
        if spelt > space:
            end = spelt
        for place in range(space + 1, end):
            if spelt == space or _is_letter(line[place], kinds):
                before = filled
                run, filled = _append(line[place], run, out, filled)
                if origins is not None and filled > before:
                    origins[filled - 1] = origins[place]
        if not is_stand_in(out, start, filled):
            filled = _replace_doubles(out, start, filled, kinds, origins)
            filled = _join(out, start, filled, kinds, origins)
        out[filled] = SPACE
        if origins is not None:
            origins[filled] = origins[end]
        filled += 1
        space = end
    return filled
