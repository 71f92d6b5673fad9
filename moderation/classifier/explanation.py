"""Why a text has its score: what each of its words gave to a class, exactly, since the judge only adds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.score import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`text[start:end]` of the original, and what it added to the logit (negative: spoke against the class)."""

    start: int
    end: int
    contribution: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`logit` is `intercept` and the contributions of `spans` (in the text's order, none overlapping) added up.

    The class's probability is the logistic function of it.
    """

    label: Label
    logit: float
    intercept: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A mended line's features as they came: each with its bucket's value, and its places in the line.

    `origins`: the code point of the original that each place of the line comes from.
    """

    line: NDArray[np.uint32]
    origins: NDArray[np.int64]
    places: NDArray[np.int32]
    contributions: NDArray[np.float64]


_SPACE = 32


def spans_of(traced: Traced, text: str) -> tuple[Span, ...]:
    """One span a word. A feature's contribution is shared by the letters that it has; those of a word are added up."""
    letters = np.flatnonzero(traced.line != _SPACE)
    if letters.size == 0:
        return ()
    breaks = np.flatnonzero(np.diff(letters) > 1) + 1
    words = [(int(part[0]), int(part[-1])) for part in np.split(letters, breaks)]
    # A mended word may stand for several that were set apart: it reaches from its first letter to its last.
    gained = _shared(traced)
    spans = []
    for first, last in words:
        start, end = int(traced.origins[first]), int(traced.origins[last]) + 1
        spans.append(Span(start=start, end=_end(text, end), contribution=float(gained[first : last + 1].sum())))
    return tuple(_apart(spans))


def _shared(traced: Traced) -> NDArray[np.float64]:
    """What each place of the line gave: an equal part of every feature that has it, spaces left out."""
    gained = np.zeros(traced.line.size)
    for (left, right), contribution in zip(traced.places.tolist(), traced.contributions.tolist(), strict=True):
        own = [place for place in range(left, right) if traced.line[place] != _SPACE]
        gained[own] += contribution / len(own)
    return gained


def _end(text: str, end: int) -> int:
    """Marks that folding drops belong to the letter before them."""
    while end < len(text) and not text[end].isspace() and not text[end].isalnum() and _is_mark(text[end]):
        end += 1
    return end


def _is_mark(character: str) -> bool:
    from moderation.text.normalise import folded_character

    return folded_character(character) == ""


def _apart(spans: list[Span]) -> list[Span]:
    """Two words that one code point stands for (a ligature of a whole phrase) are one span."""
    apart: list[Span] = []
    for span in spans:
        if apart and span.start < apart[-1].end:
            before = apart.pop()
            span = Span(
                start=before.start,
                end=max(before.end, span.end),
                contribution=before.contribution + span.contribution,
            )
        apart.append(span)
    return apart
