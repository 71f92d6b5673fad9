"""How much two texts have in common, by the runs of characters in their folded forms."""

from __future__ import annotations

# Runs of so many characters: a changed word costs a few of them, another text shares hardly any.
SHINGLE = 5
# What a longer text says further on does not make it another one.
LONGEST = 2_000
# So short a text says the same by chance.
SHORTEST = 12


def shingles(folded: str) -> frozenset[str]:
    """Every run of `SHINGLE` characters; a text shorter than that is one run."""
    text = folded[:LONGEST]
    return frozenset({text[at : at + SHINGLE] for at in range(max(1, len(text) - SHINGLE + 1))})


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of common shingles, 0 to 1 (Broder 1997)."""
    common = len(one & other)
    together = len(one) + len(other) - common
    return common / together if together else 0.0


def may_resemble(one: frozenset[str], folded: str, least: float) -> bool:
    """False where a text is too short to reach `least`, which its shingles need not be made to know."""
    return max(1, len(folded) - SHINGLE + 1) >= least * len(one)


def telling_words(folded: str, *, longest: int, shortest: int = 4) -> tuple[str, ...]:
    """The text's longest words, each once, which few other texts have: what to look for in an index of words."""
    words = {word for word in folded[:LONGEST].split() if len(word) >= shortest}
    return tuple(sorted(words, key=lambda word: (-len(word), word))[:longest])
