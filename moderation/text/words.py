"""Word lists: the newsroom's banned and suspect words, found in Arabic as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from moderation.policy import Hits, Policy
from moderation.text.normalise import folded, tokens

# Conjunctions, prepositions and the article are written onto the word: «والكلب» holds «كلب».
_CLITICS = ("و", "ف", "ب", "ل", "ال", "وال", "فال", "بال", "كال", "لل", "وب", "ول", "فب", "فل", "ولل", "وبال", "يا")
# With shorter words a prefix makes too many other words.
_MIN_STEM = 3
_MIN_SPELT = 3


class WordList:
    """Entries are words or phrases in any spelling; a hit names the entry as the newsroom wrote it."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._words: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for entry in entries:
            parts = tuple(tokens(folded(entry)))
            if len(parts) == 1:
                self._add_word(parts[0], entry)
            elif parts:
                self._phrases.setdefault(parts[0], []).append((parts, entry))

    def __bool__(self) -> bool:
        return bool(self._words or self._phrases)

    def _add_word(self, word: str, entry: str) -> None:
        self._words.setdefault(word, entry)
        if len(word) >= _MIN_STEM and "\u0600" <= word[0] <= "\u06ff":
            for clitic in _CLITICS:
                self._words.setdefault(clitic + word, entry)

    def find(self, given: Sequence[str]) -> tuple[str, ...]:
        """The entries that occur among the tokens of a folded text, each once, in order of occurrence."""
        hits = dict.fromkeys(self._words[token] for token in given if token in self._words)
        if self._phrases:
            for at, token in enumerate(given):
                for parts, entry in self._phrases.get(token, ()):
                    if tuple(given[at : at + len(parts)]) == parts:
                        hits[entry] = None
        return tuple(hits)


def hits_in(folded_text: str, policy: Policy) -> Hits:
    banned, suspect = _lists(policy.banned, policy.suspect)
    if not banned and not suspect:
        return Hits()
    given = with_spelt_out(tokens(folded_text))
    return Hits(banned=banned.find(given), suspect=suspect.find(given))


@lru_cache(maxsize=64)
def _lists(banned: tuple[str, ...], suspect: tuple[str, ...]) -> tuple[WordList, WordList]:
    return WordList(banned), WordList(suspect)


def with_spelt_out(given: Sequence[str]) -> list[str]:
    """The tokens, and the word that a run of three or more single letters spells: «ك ل ب» hides «كلب»."""
    if sum(len(token) == 1 for token in given) < _MIN_SPELT:
        return list(given)
    spelt, run = [], ""
    for token in [*given, ""]:
        if len(token) == 1:
            run += token
            continue
        if len(run) >= _MIN_SPELT:
            spelt.append(run)
        run = ""
    return [*given, *spelt]
