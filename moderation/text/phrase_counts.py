"""How many texts have which phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, pairwise

from moderation.text.phrases import BREAK

Phrase = tuple[str, ...]


class PhraseCounts:
    """How many texts have each phrase of up to three words, and which; `common` are those that `least` texts have.

    A longer phrase is looked at only where the shorter ones within it are common enough (Apriori), so that most of a
    text is left aside at once.
    """

    def __init__(self, texts: Sequence[Sequence[str]], *, least: int) -> None:
        words = Counter(chain.from_iterable(map(set, texts)))
        words.pop(BREAK, None)
        kept = {word for word, times in words.items() if times >= least}
        # What is too rare breaks a phrase as a stop word does.
        reduced = [[word if word in kept else BREAK for word in keys] for keys in texts]
        pairs: list[set[Phrase]] = [set(pairwise(keys)) for keys in reduced]
        kept_pairs = _common(pairs, least)
        triples: list[set[Phrase]] = [
            set() if found.isdisjoint(kept_pairs) else set(zip(keys, keys[1:], keys[2:], strict=False))
            for keys, found in zip(reduced, pairs, strict=True)
        ]
        self._words = [kept.intersection(keys) for keys in reduced]
        self._longer: tuple[Sequence[set[Phrase]], ...] = (pairs, triples)
        # A number is nothing by itself.
        single: dict[Phrase, int] = {(word,): words[word] for word in kept if not word.isdecimal()}
        self.common = single | kept_pairs | _common(triples, least)

    def within(self, places: Collection[int]) -> Counter[Phrase]:
        """The numbers of the common ones among some of the texts."""
        wanted = set(self.common)
        words = Counter(chain.from_iterable(self._words[at] for at in places))
        counted = Counter(chain.from_iterable(level[at] & wanted for level in self._longer for at in places))
        counted.update({(word,): times for word, times in words.items()})
        return counted

    def places(self, phrases: Collection[Phrase]) -> dict[Phrase, frozenset[int]]:
        found: dict[Phrase, list[int]] = {phrase: [] for phrase in phrases}
        single = {phrase[0] for phrase in phrases if len(phrase) == 1}
        for at, words in enumerate(self._words):
            for word in words & single:
                found[(word,)].append(at)
        wanted = set(phrases)
        for level in self._longer:
            for at, having in enumerate(level):
                for phrase in having & wanted:
                    found[phrase].append(at)
        return {phrase: frozenset(where) for phrase, where in found.items()}


def _common(level: Iterable[set[Phrase]], least: int) -> dict[Phrase, int]:
    counted = Counter(chain.from_iterable(level))
    return {
        phrase: times
        for phrase, times in counted.items()
        if times >= least and BREAK not in phrase and not all(map(str.isdecimal, phrase))
    }
