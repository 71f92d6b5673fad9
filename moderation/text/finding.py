"""What a person looks for in comments, in the same spelling in which comments are judged; and where a text has it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from moderation.errors import Invalid
from moderation.text.hamza import HAMZA, folded_with_seats, spellings
from moderation.text.normalise import folded

MAX_QUERY = 200
# An index of trigrams finds nothing shorter.
INDEXED = 3
_PIECE = re.compile(r'"([^"]*)"|(\S+)')
_SPAN = re.compile(r"\S+")
_ARTICLE = "ال"
# Shorter stems are in half of all words: «المال» is not to find «الشمال».
_SHORTEST_STEM = 4
# «ألمانيا» has no article: folding, which lets a character for private use be, makes one letter of أ, إ and ا.
_NO_ARTICLE = re.compile("((?<=[أإآ])|(?<=ا[\u0653-\u0655]))(?=ل)")
_KEPT = "\ue001"


def sought(query: str) -> tuple[str, ...]:
    """The words and "quoted phrases" of a query, folded, each once; Invalid where none is long enough to look for.

    A word is found within others: «كلب» finds «الكلب», «وكلب», «كَلب» and «كـلب». Unless it is quoted, it is looked for
    without its article: «الحكومة» finds «حكومة» and «للحكومة». Seats of hamzas are marked, so that «مسؤول» finds
    «مسئول»: see `spellings`.
    """
    if len(query) > MAX_QUERY:
        raise Invalid(field="query", reason="too_long", high=MAX_QUERY)
    # Folding makes one mark of all double quotes, guillemets among them, so that each of them quotes.
    pieces = _PIECE.findall(folded_with_seats(_NO_ARTICLE.sub(_KEPT, query.replace(_KEPT, ""))))
    found = [" ".join((phrase or _stem(word)).replace(_KEPT, "").split()) for phrase, word in pieces]
    words = tuple(dict.fromkeys(word for word in found if word))
    if words and max(len(word.replace(HAMZA, "")) for word in words) < INDEXED:
        raise Invalid(field="query", reason="query_too_short")
    return words


def _stem(word: str) -> str:
    stem = word.removeprefix(_ARTICLE)
    return stem if len(stem.replace(HAMZA, "")) >= _SHORTEST_STEM else word


def trigrams(words: Sequence[str]) -> tuple[str, ...]:
    """Runs of three characters that cover the words that are long enough, each once.

    One after another, and the last three: what overlaps is hardly rarer, and each is a list of rows to go through.
    """
    found = (
        word[at : at + INDEXED]
        for word in words
        if len(word) >= INDEXED
        for at in (*range(0, len(word) - INDEXED, INDEXED), len(word) - INDEXED)
    )
    return tuple(dict.fromkeys(found))


def places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Start and end of the words of the original text that hold what was sought, in order; a phrase's words each."""
    parts = {part for word in words for one in spellings(word) for part in one.split()}
    if not parts:
        return []
    found = []
    for span in _SPAN.finditer(text):
        word = folded(span[0])
        if any(part in word for part in parts):
            found.append((span.start(), span.end()))
    return found
