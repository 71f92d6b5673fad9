"""Word lists: the newsroom's banned and suspect words, found in Arabic as it is written, and in disguise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from moderation.policy import Hits, Policy
from moderation.text import disguise
from moderation.text.disguise import joined, runs
from moderation.text.hamza import folded_with_seats, spellings
from moderation.text.normalise import Spelling, folded, folded_character, parted, spans, tokens

# Conjunctions, prepositions and the article are written onto the word: «والكلب» holds «كلب».
_BEFORE = ("", "ال", "ب", "ل", "ك", "بال", "كال", "لل")
_CLITICS = (*map("".join, product(("", "و", "ف"), _BEFORE)), "يا", "ويا", "هال", "عال")
_ARTICLE, _TO_THE, _CALL = "ال", "لل", "يا"
_NONE = Hits()
# With shorter words a prefix makes too many other words; of a phrase, the words after it tell that it is meant.
_MIN_STEM, _MIN_PHRASE_STEM = 3, 2


class _Match(NamedTuple):
    """An entry found in the tokens from `first` on and before `last`."""

    first: int
    last: int
    entry: str


class _Table:
    """Entries by their first word, in all forms of it."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._later: set[str] = set()
        """The words of phrases after the first."""

    def __bool__(self) -> bool:
        return bool(self._words or self._phrases)

    def add(self, parts: tuple[str, ...], entry: str) -> None:
        first, *rest = parts
        if not rest:
            for form in _forms(first, shortest=_MIN_STEM):
                self._words.setdefault(form, entry)
            return
        self._later.update(rest)
        for form in _forms(first, shortest=_MIN_PHRASE_STEM):
            self._phrases.setdefault(form, []).append((tuple(rest), entry))
        if first == _CALL:
            # Many write «ياحمار» for «يا حمار».
            self.add((first + rest[0], *rest[1:]), entry)

    def knows(self, word: str) -> bool:
        """Whether it stands in an entry, in a form in which it is found."""
        return word in self._words or word in self._phrases or word in self._later

    def matches(self, given: Sequence[str]) -> list[_Match]:
        """Words before phrases."""
        found = []
        # Most texts have none: asked as a whole that is soonest known.
        if self._words and not self._words.keys().isdisjoint(given):
            found = [_Match(at, at + 1, self._words[token]) for at, token in enumerate(given) if token in self._words]
        if self._phrases and not self._phrases.keys().isdisjoint(given):
            for at, token in enumerate(given):
                for rest, entry in self._phrases.get(token, ()):
                    end = at + 1 + len(rest)
                    if tuple(given[at + 1 : end]) == rest:
                        found.append(_Match(at, end, entry))
        return found


class WordList:
    """Entries are words or phrases in any spelling, signs such as emoji among them; a hit names the entry as written.

    Where no entry has a sign, signs part nothing: «يا، غبي» and «يا 😂 غبي» hold «يا غبي».
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._plain, self._signed = _Table(), _Table()
        for entry in entries:
            for spelling in spellings(folded_with_seats(entry)):
                parts = tuple(tokens(spelling, signs=True))
                if parts:
                    (self._plain if parts == tuple(tokens(spelling)) else self._signed).add(parts, entry)

    def __bool__(self) -> bool:
        return bool(self._plain or self._signed)

    def knows(self, word: str) -> bool:
        return self._plain.knows(word)

    def find(self, folded_text: str, readings: Sequence[Sequence[str]] | None = None) -> tuple[str, ...]:
        """The entries that occur in it, each once, words before phrases; `readings` are its, where they are known."""
        given_so = readings or _readings(folded_text, self)
        found = [match for given in given_so for match in self._plain.matches(given)]
        if self._signed:
            found += self._signed.matches(tokens(folded_text, signs=True))
        return tuple(dict.fromkeys([match.entry for match in found])) if found else ()

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each of them in the original text."""
        spelling = Spelling(text)
        given = spelling.tokens
        yield from (spelling.place(match.first, match.last) for match in self._plain.matches(given))
        for found in runs(spelling.line, spelling.spans, given):
            words, made_of = joined(given, found)
            for match in self._plain.matches(words):
                yield spelling.place(made_of[match.first][0], made_of[match.last - 1][1])
        if self._signed:
            signed = Spelling(text, signs=True)
            yield from (signed.place(match.first, match.last) for match in self._signed.matches(signed.tokens))


def _forms(word: str, *, shortest: int) -> Iterator[str]:
    """The word with all that may be written onto it."""
    yield word
    if len(word) < shortest or not "\u0600" <= word[0] <= "\u06ff":
        return
    yield from (clitic + word for clitic in _CLITICS)
    if word.startswith(_ARTICLE):
        # «ل» and the article are written as one.
        yield from (before + _TO_THE + word.removeprefix(_ARTICLE) for before in ("", "و", "ف"))


def hits_in(folded_text: str, policy: Policy) -> Hits:
    if not policy.banned and not policy.suspect:
        return _NONE
    banned, suspect = _lists(policy.banned, policy.suspect)
    if not banned and not suspect:
        return _NONE
    readings = _readings(folded_text, banned, suspect)
    return Hits(banned=banned.find(folded_text, readings), suspect=suspect.find(folded_text, readings))


@lru_cache(maxsize=64)
def _lists(banned: tuple[str, ...], suspect: tuple[str, ...]) -> tuple[WordList, WordList]:
    return WordList(banned), WordList(suspect)


def is_found(entry: str) -> bool:
    """Whether an entry is looked for as it was meant.

    It is not where nothing of it counts («***»), or of several characters a single one («f***», «xxx»), which would be
    found in comments that have nothing to do with it.
    """
    parts = tokens(folded(entry), signs=True)
    if len(parts) == 1 and len(parts[0]) == 1:
        return len("".join(map(folded_character, entry.strip()))) == 1
    return bool(parts)


def places(text: str, entries: Iterable[str]) -> list[tuple[int, int]]:
    """Start and end of the words of the original text that are entries of a list, in order and apart."""
    return _apart(list(WordList(entries).places(text)))


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A word within a phrase, and a word found twice, are one place."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return apart


def _readings(folded_text: str, *lists: WordList) -> list[list[str]]:
    """Its tokens, and where some are words of the lists in disguise, also with those in their place."""
    given = tokens(folded_text)
    line = parted(folded_text)
    if not any(one.knows(word) for word in disguise.words(line, given) for one in lists):
        return [given]
    return [given, *(joined(given, found)[0] for found in runs(line, spans(line), given))]
