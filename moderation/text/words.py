"""Word lists: the newsroom's banned and suspect words, found in Arabic as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from moderation.policy import Hits, Policy
from moderation.text.hamza import folded_with_seats, spellings
from moderation.text.normalise import Spelling, tokens

# Conjunctions, prepositions and the article are written onto the word: «والكلب» holds «كلب».
_CLITICS = ("و", "ف", "ب", "ل", "ال", "وال", "فال", "بال", "كال", "لل", "وب", "ول", "فب", "فل", "ولل", "وبال", "يا")
_NONE = Hits()
# With shorter words a prefix makes too many other words.
_MIN_STEM = 3
_MIN_SPELT = 3


class _Match(NamedTuple):
    """An entry found in the tokens from `first` on and before `last`."""

    first: int
    last: int
    entry: str


class WordList:
    """Entries are words or phrases in any spelling; a hit names the entry as the newsroom wrote it."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._words: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for entry in entries:
            for spelling in spellings(folded_with_seats(entry)):
                self._add(tuple(tokens(spelling)), entry)

    def __bool__(self) -> bool:
        return bool(self._words or self._phrases)

    def _add(self, parts: tuple[str, ...], entry: str) -> None:
        if len(parts) == 1:
            self._add_word(parts[0], entry)
        elif parts:
            self._phrases.setdefault(parts[0], []).append((parts, entry))

    def _add_word(self, word: str, entry: str) -> None:
        self._words.setdefault(word, entry)
        if len(word) >= _MIN_STEM and "\u0600" <= word[0] <= "\u06ff":
            for clitic in _CLITICS:
                self._words.setdefault(clitic + word, entry)

    def find(self, given: Sequence[str]) -> tuple[str, ...]:
        """The entries that occur among the tokens of a folded text, each once, words before phrases."""
        return tuple(dict.fromkeys(match.entry for match in self.matches(given)))

    def matches(self, given: Sequence[str]) -> list[_Match]:
        found = []
        # Most texts have none: asked as a whole that is soonest known.
        if not self._words.keys().isdisjoint(given):
            found = [_Match(at, at + 1, self._words[token]) for at, token in enumerate(given) if token in self._words]
        if self._phrases:
            for at, token in enumerate(given):
                for parts, entry in self._phrases.get(token, ()):
                    if tuple(given[at : at + len(parts)]) == parts:
                        found.append(_Match(at, at + len(parts), entry))
        return found


def hits_in(folded_text: str, policy: Policy) -> Hits:
    if not policy.banned and not policy.suspect:
        return _NONE
    banned, suspect = _lists(policy.banned, policy.suspect)
    if not banned and not suspect:
        return _NONE
    given = with_spelt_out(tokens(folded_text))
    return Hits(banned=banned.find(given), suspect=suspect.find(given))


@lru_cache(maxsize=64)
def _lists(banned: tuple[str, ...], suspect: tuple[str, ...]) -> tuple[WordList, WordList]:
    return WordList(banned), WordList(suspect)


def with_spelt_out(given: Sequence[str]) -> list[str]:
    """The tokens, and the word that a run of three or more single letters spells: «ك ل ب» hides «كلب»."""
    return [*given, *(match.entry for match in _spelt_out(given))]


def places(text: str, entries: Iterable[str]) -> list[tuple[int, int]]:
    """Start and end of the words of the original text that are entries of a list, in order and apart."""
    spelling = Spelling(text)
    given, spelt = spelling.tokens, _spelt_out(spelling.tokens)
    found = []
    for match in WordList(entries).matches([*given, *(word.entry for word in spelt)]):
        if match.last <= len(given):
            found.append(spelling.place(match.first, match.last))
            continue
        for at in range(match.first, match.last):
            letters = spelt[at - len(given)] if at >= len(given) else _Match(at, at + 1, given[at])
            found.append(spelling.place(letters.first, letters.last))
    return _apart(found)


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A word within a phrase, and a word found twice, are one place."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return apart


def _spelt_out(given: Sequence[str]) -> list[_Match]:
    """The words that single letters spell, and the tokens that are their letters."""
    if list(map(len, given)).count(1) < _MIN_SPELT:
        return []
    spelt, run = [], ""
    for at, token in enumerate([*given, ""]):
        if len(token) == 1:
            run += token
            continue
        if len(run) >= _MIN_SPELT:
            spelt.append(_Match(at - len(run), at, run))
        run = ""
    return spelt
