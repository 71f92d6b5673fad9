"""Words that were taken apart, or had letters changed for digits and signs, so that no list would find them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from moderation.text.normalise import shortened

Spans = Sequence[tuple[int, int]]

# Of two letters a word could be made nearly anywhere.
_LEAST: Final = 3
# One sign, also several times, between two letters. Apostrophes part what is two words ("who're"). From the start of a
# word, and without going back: else a long one would be gone through from each of its letters.
_STRUCK: Final = re.compile(r"(?<![^\W_])[^\W_]++(?:([^\w\s'])\1*+[^\W_]++)+")
# What stands around a word and not in it.
_AROUND: Final = '.,:;?!"()#@،؛؟'
_SIGN: Final = re.compile(r"[^\w\s]+")
_SIGNS: Final = {"@": "a", "$": "s", "!": "i"}
_DIGITS: Final = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s"}
_LEET: Final = str.maketrans(_SIGNS | _DIGITS)
_IN_LEET: Final = re.compile(r"[a-z0-9@$!]+")
_MAY_BE_LEET: Final = re.compile(r"[@$!01345]")


class Run(NamedTuple):
    """The tokens from `first` on and before `last`, and the word that they are read as."""

    first: int
    last: int
    word: str


def runs(line: str, spans: Spans, tokens: Sequence[str]) -> Iterator[list[Run]]:
    """Each way to read some tokens of a folded line as words; `spans` say where in it the tokens stand."""
    starts = [start for start, _ in spans]
    yield _spelt_out(tokens)
    for pattern, read in ((_STRUCK, _struck), (_IN_LEET, _leet)):
        found = []
        for one in pattern.finditer(line):
            word, (start, end) = read(one[0]), one.span()
            first, last = bisect_left(starts, start), bisect_left(starts, end)
            # Letters of another script may be written onto it.
            if word and first < last and spans[last - 1][1] <= end and (first == 0 or spans[first - 1][1] <= start):
                found.append(Run(first, last, word))
        yield found


def words(line: str, tokens: Sequence[str]) -> Iterator[str]:
    """Those that `runs` would find, and a few more, for much less work: most comments have none."""
    yield from (run.word for run in _spelt_out(tokens))
    for piece in line.split():
        if not piece.strip(_AROUND).isalnum():
            yield from (_struck(found[0]) for found in _STRUCK.finditer(piece))
    if _MAY_BE_LEET.search(line):
        yield from map(_leet, _IN_LEET.findall(line))


def _spelt_out(tokens: Sequence[str]) -> list[Run]:
    """Three and more single letters in a row («ك ل ب»)."""
    if list(map(len, tokens)).count(1) < _LEAST:
        return []
    found, word = [], ""
    for at, token in enumerate([*tokens, ""]):
        if len(token) == 1:
            word += token
            continue
        if len(word) >= _LEAST:
            found.append(Run(at - len(word), at, word))
        word = ""
    return found


def _struck(text: str) -> str:
    """A word with signs in it («كل.ب», "fu*ck") without them; empty where that is none."""
    word = shortened(_SIGN.sub("", text))
    return word if len(word) >= _LEAST else ""


def _leet(text: str) -> str:
    """A word with digits and signs for Latin letters ("sh1t", "$hit") with letters; empty where that is none."""
    if text.isalpha():
        return ""
    given = shortened(text.rstrip("!"))
    word = shortened(given.translate(_LEET))
    if word == given or len(word) < _LEAST:
        return ""
    # A single letter and digits are a size or a name more often than a word ("A55").
    letters = sum("a" <= one <= "z" for one in given)
    return word if letters >= (2 if any(one in given for one in _DIGITS) else 1) else ""


def joined(tokens: Sequence[str], found: Sequence[Run]) -> tuple[list[str], list[tuple[int, int]]]:
    """The tokens with the words in place of what they were, and of which of the tokens each is made."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for run in (*found, Run(len(tokens), len(tokens), "")):
        words += tokens[at : run.first]
        spans += [(one, one + 1) for one in range(at, run.first)]
        if run.word:
            words.append(run.word)
            spans.append((run.first, run.last))
        at = run.last
    return words, spans
