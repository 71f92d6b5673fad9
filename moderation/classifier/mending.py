"""From a folded line to the one that is judged: mended where letters were set apart or replaced.

Mending undoes what only a filter is meant to stumble over. In one white-space separated word:

- signs and digits that look like letters are read as letters between letters of one script (sh0t, @ and $ too; an
  Arabic letter's Latin or digit double between Arabic letters);
- signs between letters go, where at most one of the pieces is longer than a letter (k.l.b, f*ck), digits apart.

Three and more neighbouring words of one letter each become one word, bare signs between them going too. A result of
one letter only, however often, is left as it was, so that mending twice is mending once.
"""

from typing import Final

import numpy as np

from moderation.classifier.compiled import compiled, inlined, lent
from moderation.classifier.features import ARABIC, DIGIT, LATIN, ODD, WORD
from moderation.classifier.folding import SPACE, append
from moderation.classifier.lookalikes import replace_doubles
from moderation.classifier.words import end_of, kind_of, stand_in_at

_UNDERSCORE: Final = np.uint32(95)
_WORD: Final = np.uint8(WORD)
_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)
_DIGIT: Final = np.uint8(DIGIT)
_ODD: Final = np.uint8(ODD)


@inlined
def _is_letter(letter, kinds):  # type: ignore[no-untyped-def]
    return (kind_of(letter, kinds) & _WORD) != 0 and letter != _UNDERSCORE


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
        end = np.int64(end_of(line, at))
        letters = _letters_in(line, at + 1, end, kinds)
        if letters == 1 and end - at <= 4 and not stand_in_at(line, at + 1):
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
        run, size = append(letter, run, line, size)
        if origins is not None and size > before:
            origins[size - 1] = origins[place]
    return size


@inlined
def _copy_plain(line, space, kinds, out, filled):  # type: ignore[no-untyped-def]
    """Copy the word after `space` to `out` from `filled` on; where both end, and whether it needs no mending.

    It needs none if its letters stand together, are two or more, all of one script, and no digits.
    """
    place = space + 1
    letter = line[place]
    together = within = np.uint8(0)
    letters = pieces = 0
    while letter != SPACE:
        out[filled] = letter
        kind = kind_of(letter, kinds)
        together |= kind
        letters += kind & _WORD
        pieces += kind & _WORD & ~within
        within = kind
        filled += 1
        place += 1
        letter = line[place]
    mixed = (together & _ARABIC) != 0 and (together & _LATIN) != 0
    plain = letters > 1 and pieces == 1 and not mixed and not together & (_DIGIT | _ODD)
    return place, filled, plain


@compiled
def mend(line, size, kinds, out, origins):  # type: ignore[no-untyped-def]
    """Write the mended words of the folded `line` into `out`; the number of code points. `origins` moves along."""
    line, kinds, out = lent(line), lent(kinds), lent(out)
    out[0] = SPACE
    filled = 1
    space = 0
    while space < size - 1:
        end, copied, plain = _copy_plain(line, space, kinds, out, filled)
        if plain:
            if origins is not None:
                origins[filled:copied] = origins[space + 1 : end]
            filled = copied
        else:
            end, filled = _mend_word(line, size, space, end, kinds, out, filled, origins)
        out[filled] = SPACE
        if origins is not None:
            origins[filled] = origins[end]
        filled += 1
        space = end
    return filled


@compiled
def _mend_word(line, size, space, end, kinds, out, filled, origins):  # type: ignore[no-untyped-def]
    """The word between `space` and `end`, or the run of letters that it begins; where it ends, here and there."""
    start = filled
    spelt = space
    if end - space <= 4:
        spelt = _singles(line, size, space, kinds)
    if spelt > space:
        end = spelt
    run = 0
    for place in range(space + 1, end):
        if spelt == space or _is_letter(line[place], kinds):
            before = filled
            run, filled = append(line[place], run, out, filled)
            if origins is not None and filled > before:
                origins[filled - 1] = origins[place]
    out[filled] = SPACE
    if not stand_in_at(out, start):
        filled = replace_doubles(out, start, filled, kinds, origins)
        filled = _join(out, start, filled, kinds, origins)
    return end, filled
