"""Why a text has its score: what each of its words gave to a class, exactly, since the judge only adds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.score import Span
from moderation.text.normalise import folded_character


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
    own = traced.line != _SPACE
    before = np.concatenate(([0], np.cumsum(own)))
    left, right = traced.places.T
    share = traced.contributions / (before[right] - before[left])
    # A share begins at its feature's first place and ends after its last: the running sum is what each place has.
    steps = np.zeros(traced.line.size + 1)
    np.add.at(steps, left, share)
    np.subtract.at(steps, right, share)
    gained: NDArray[np.float64] = np.where(own, np.cumsum(steps[:-1]), 0.0)
    return gained


def _end(text: str, end: int) -> int:
    """Marks that folding drops belong to the letter before them, and so does what lengthens it («غبيييي»)."""
    last = folded_character(text[end - 1])[-1:]
    while end < len(text) and not text[end].isspace() and folded_character(text[end]) in ("", last):
        end += 1
    return end


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
