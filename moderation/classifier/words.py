"""The compiled reading of one word: its hash, its affixes, whether it names a group, and Arabizi as Arabic."""

from typing import Final

import numpy as np

from moderation.classifier import affixes
from moderation.classifier.compiled import FOUR, NONE, ONE, THREE, TWO, compiled, inlined
from moderation.classifier.features import ARABIC, DIGIT, LATIN, STEP, WORD, WORDS
from moderation.classifier.folding import SPACE

WORD_HASH: Final = np.uint64(WORDS)
ROOT_HASH: Final = np.uint64(0xA0761D6478BD642F)

_STEP: Final = np.uint64(STEP)
_TURN: Final = np.uint64(29)
_WORD: Final = np.uint8(WORD)
_ARABIC: Final = np.uint8(ARABIC)
_LATIN: Final = np.uint8(LATIN)
_DIGIT: Final = np.uint8(DIGIT)
_ARABIC_BLOCK: Final = np.uint64(affixes.BLOCK)
_BLOCK: Final = np.uint64(256)
_BYTE: Final = np.uint64(8)
# The longest of fitting lengths that are bits (1, 2 and 3 letters), and which a word has room for.
_LONGEST_OF: Final = np.array([0, 1, 2, 2, 3, 3, 3, 3], np.uint8)
_ROOM: Final = np.array([0, 1, 3, 7], np.uint8)


def _arabic_readings() -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """Latin letters and digits as Arabizi writes Arabic with them; vowels and what is weak in Arabic are left out."""
    table = np.zeros(128, np.uint32)
    for latin, arabic in zip("bpvfdjgzsrlmnqktxc356789", "بببفدجغزسرلمنقكتكسعخطحقق", strict=True):
        table[ord(latin)] = ord(arabic)
    return table


_ARABIC_READING: Final = _arabic_readings()
_KH, _GH, _SH, _TH, _DH = (np.uint32(ord(letter)) for letter in "خغشثذ")


@inlined
def kind_of(letter, kinds):  # type: ignore[no-untyped-def]
    return kinds[letter] if letter < kinds.size else _WORD


@inlined
def stand_in_at(line, start):  # type: ignore[no-untyped-def]
    """1 where a name with @ begins, 2 where a link does, 0 for other words."""
    start = np.uint64(start)
    letter, second = line[start], line[start + ONE]
    if letter == 64:
        return np.int64(second != SPACE)
    if letter != 119 and letter != 104:
        return 0
    third, fourth, fifth = line[start + TWO], line[start + THREE], line[start + FOUR]
    # The folding has made "w." of "www.".
    www = letter == 119 and second == 46 and third != SPACE and fourth != SPACE
    http = letter == 104 and second == 116 and third == 116 and fourth == 112
    return 2 * ((www or http) and fifth != SPACE)


@inlined
def end_of(line, space):  # type: ignore[no-untyped-def]
    """The place of the space that follows the one at `space`."""
    end = np.uint64(space) + ONE
    while line[end] != SPACE:
        end += ONE
    return end


@inlined
def mixed_with(hashed, letter):  # type: ignore[no-untyped-def]
    hashed = (hashed ^ np.uint64(letter)) * _STEP
    return hashed ^ (hashed >> _TURN)


@inlined
def _code(letter, codes):  # type: ignore[no-untyped-def]
    place = np.uint64(letter) - _ARABIC_BLOCK
    return np.uint64(codes[place]) if place < _BLOCK else NONE


@inlined
def affix_of(near, next_, third, letters, affixes):  # type: ignore[no-untyped-def]
    """Letters that the longest fitting affix takes from a word of so many, none where fewer than three would stay.

    Given are the three letters at the word's edge, the outermost first. Looked up and not searched: where a search
    ends cannot be guessed, and each wrong guess costs as much as hashing the word.
    """
    codes, fitting = affixes
    fits = fitting[(_code(near, codes) << _BYTE) | (_code(next_, codes) << FOUR) | _code(third, codes)]
    return np.uint64(_LONGEST_OF[fits & _ROOM[min(max(letters, THREE) - THREE, THREE)]])


@inlined
def is_group(hashed, names):  # type: ignore[no-untyped-def]
    """Whether a word of that hash is the name of a group."""
    mask = np.uint64(names.size) - ONE
    place = (hashed >> np.uint64(40)) & mask
    while names[place]:
        if names[place] == hashed:
            return True
        place = (place + ONE) & mask
    return False


@compiled
def is_arabizi(line, size, kinds):  # type: ignore[no-untyped-def]
    """Whether a Latin word holds a digit that stands for an Arabic letter: «3arbi», «sa7bi», not «covid19», «5am»."""
    latin = 0
    for place in range(1, size):
        kind = kind_of(line[place], kinds)
        if kind & _LATIN:
            latin += 1
            continue
        digit = line[place]
        if kind & _DIGIT and digit != 48 and digit != 49 and digit != 52:
            after = 0
            while after < 3 and kind_of(line[place + 1 + after], kinds) & _LATIN:
                after += 1
            alone = not kind_of(line[place - 1], kinds) & _DIGIT
            if alone and ((latin > 0 and after > 0) or (latin == 0 and after == 3)):
                return True
        latin = 0
    return False


@compiled
def root_of_arabizi(line, start, end):  # type: ignore[no-untyped-def]
    """The hash of a Latin word's consonants in Arabic letters, and how many there are."""
    if end - start > 4 and (line[start] == 101 or line[start] == 97) and line[start + 1] == 108:
        start += 2
    hashed = ROOT_HASH
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
            hashed = mixed_with(hashed, arabic)
            letters += 1
        place += 1
    return hashed, letters
