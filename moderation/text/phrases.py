"""Words and phrases that say what a text is about, in one form for their many forms."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from moderation.text.normalise import folded
from moderation.text.stop_words import JOINING, STOP_WORDS

LONGEST_PHRASE: Final = 3
# Nobody's comment is about more, and what is pasted in costs no more than that.
_WORDS_READ: Final = 400
_LONGEST_WORD: Final = 24
_LONGEST_NUMBER: Final = 4

BREAK: Final = ""
"""In the place of what no phrase goes across: a mark, a stop word, an address."""

# An address with an @ is looked for from the start of a word alone: from each letter of a long one it takes seconds.
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)\S[^\s@]*+@\S+|@\w+")
_PIECE: Final = re.compile(r"[^\W_]+|[.!?؟،؛:;,()\[\]{}\"|/\\<>=*~+…]")
_SPAN: Final = re.compile(r"\S+")

# With the article a particle is sure to be one; «و», «ب» and «ل» alone may be the word's own first letter.
_WITH_ARTICLE: Final = re.compile("(?:وبال|وال|فال|بال|كال|ولل|لل)(?=...)")
_PARTICLES: Final = frozenset("وفبكل")
_ALONE: Final = frozenset("وبل")
_POSSESSIVES: Final = frozenset(("ها", "هم", "كم", "نا"))
_ARTICLE: Final = "ال"
_STEM: Final = 3
# A shorter form must be so many times as common as the longer one before it counts as the same word.
_SURELY: Final = 2


def pieces(folded_text: str) -> list[str]:
    """The words and dividing marks of a folded text; addresses are one mark each."""
    if "@" in folded_text or "://" in folded_text or "www." in folded_text:
        folded_text = _ADDRESS.sub(" | ", folded_text)
    return _PIECE.findall(folded_text)[:_WORDS_READ]


def attested(texts: Iterable[Sequence[str]]) -> Counter[str]:
    """How often each word stands in the pieces of texts."""
    return Counter(chain.from_iterable(texts))


class Keys(dict[str, str | None]):
    """From a word to the form in which it is counted; `BREAK` for what a phrase cannot go across, None for what it can.

    Without a dictionary of Arabic only the texts can tell whether «وسعر» is «و» and «سعر», and «وزير» is not: a letter
    is a particle where the word without it is `_SURELY` times as common in all `texts` (each a map of word to count).
    """

    def __init__(self, *texts: Mapping[str, int], known: Mapping[str, str | None] | None = None) -> None:
        super().__init__(known or {})
        self._texts = texts

    def changed(self) -> dict[str, str | None]:
        """What became of the words that did not stay as they are; other texts need not find it out again."""
        return {word: key for word, key in self.items() if key is not word}

    def __missing__(self, word: str) -> str | None:
        self[word] = key = self._key(word)
        return key

    def _key(self, word: str) -> str | None:
        if word in STOP_WORDS or not 1 < len(word) <= _LONGEST_WORD:
            return None if word in JOINING else BREAK
        if word.isdecimal():
            return word if len(word) <= _LONGEST_NUMBER else BREAK
        key = self._arabic(word) if "\u0600" <= word[0] <= "\u06ff" else self._singular(word)
        return BREAK if key is not word and key in STOP_WORDS else key

    def _arabic(self, word: str) -> str:
        bare = self._without_particle(word)
        if bare[-2:] in _POSSESSIVES and self._is_common(bare[:-2], word):
            return bare[:-2]
        return bare

    def _without_particle(self, word: str) -> str:
        if word.startswith(_ARTICLE):
            return word[2:] if len(word) > _STEM else word
        if word[0] not in _PARTICLES:
            return word
        found = _WITH_ARTICLE.match(word)
        if found and self._times(word[found.end() :]):
            return word[found.end() :]
        return word[1:] if word[0] in _ALONE and self._is_common(word[1:], word) else word

    def _is_common(self, shorter: str, word: str) -> bool:
        return len(shorter) >= _STEM and self._times(shorter) >= _SURELY * sum(one.get(word, 0) for one in self._texts)

    def _times(self, word: str) -> int:
        return sum(one.get(word, 0) + one.get(_ARTICLE + word, 0) for one in self._texts)

    def _singular(self, word: str) -> str:
        if word[-1] != "s" or len(word) < 4 or word[-2] == "s":
            return word
        candidates = (word[:-1], word[:-2], word[:-3] + "y" if word.endswith("ies") else "")
        return next((one for one in candidates if len(one) >= _STEM and self._times(one)), word)


def keyed(given: Sequence[str], keys: Keys) -> list[str]:
    """The keys of a text's pieces in order, joining words left out, `BREAK` where phrases end."""
    return [key for key in map(keys.__getitem__, given) if key is not None]


class Spelt(NamedTuple):
    """A phrase as it stands in a text; `plain`: no particle is written onto its first word."""

    text: str
    plain: bool


def spellings(body: str, phrase: Sequence[str], keys: Keys) -> list[Spelt]:
    """Each place of a text, in its own spelling, that has the phrase."""
    words = [
        (span[0], keys[piece]) for span in _SPAN.finditer(body[: _WORDS_READ * 20]) for piece in pieces(folded(span[0]))
    ]
    return [
        spelt
        for at, (_, key) in enumerate(words)
        if key == phrase[0] and (spelt := _spelt_from(words[at:], phrase, keys)) is not None
    ]


def _spelt_from(words: Sequence[tuple[str, str | None]], phrase: Sequence[str], keys: Keys) -> Spelt | None:
    """`words` are pairs of what stands between two spaces and the key of one of its pieces."""
    left = list(phrase)
    shown: list[str] = []
    for text, key in words:
        if key is not None and key != left[0]:
            return None
        if not shown or shown[-1] is not text:
            shown.append(text)
        if key is not None:
            left.pop(0)
        if not left:
            return _shown(shown, phrase[0], keys)
    return None


# Vowel signs and other marks that Arabic and Latin readers do without, once letters with accents are one character.
_MARKS: Final = re.compile("[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_BETWEEN_EDGES: Final = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)


def _shown(words: Sequence[str], first: str, keys: Keys) -> Spelt | None:
    """None where something else is written onto the words, an address or a second word."""
    clean = [_cleaned(word) for word in words]
    if any(not word or BREAK in keyed(pieces(folded(word)), keys) for word in clean):
        return None
    start = folded(clean[0])
    return Spelt(text=" ".join(clean), plain=start in (first, _ARTICLE + first) or not start.endswith(first))


def _cleaned(word: str) -> str:
    """The word's letters in their usual characters, without vowel signs, tatweel, and what nobody sees."""
    usual = _MARKS.sub("", unicodedata.normalize("NFKC", word))
    seen = "".join(one for one in usual if unicodedata.category(one) not in ("Cf", "Cc", "Cs", "Co", "Cn"))
    found = _BETWEEN_EDGES.search(seen)
    return found[0] if found else ""
