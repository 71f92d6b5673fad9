"""Whether scores and languages of what readers write change from week to week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import log

BINS = 10
"""Equal bins of the probability of being toxic."""

_FLAGGED_FROM = 5
# An empty bin would make the index infinite; half a comment stands in for none.
_LEAST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredCount:
    """Comments of the week with the number `week` in one language whose score lies in one bin."""

    week: int
    language: str
    bin: int
    comments: int
    toxic: float
    """Their scores added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """From `start` up to `end`. `flagged` is the share of scores from one half on, `mean` the mean score.

    `stability` is the population stability index of the scores' ten bins against all weeks before: the sum of
    (p - q) ln(p / q). From 0.1 on a change is usually called moderate, from 0.25 on large. None with too few comments.
    """

    start: datetime
    end: datetime
    comments: int
    mean: float | None
    flagged: float | None
    languages: tuple[tuple[str, int], ...]
    stability: float | None


LEAST_COMMENTS = 30
"""In a week, and before it, for an index that says more than chance."""


def weeks_of(bounds: Sequence[datetime], counts: Sequence[ScoredCount]) -> tuple[Week, ...]:
    before: Counter[int] = Counter()
    weeks = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        here = [count for count in counts if count.week == number]
        bins = _by_bin(here)
        comments = bins.total()
        weeks.append(
            Week(
                start=start,
                end=end,
                comments=comments,
                mean=sum(count.toxic for count in here) / comments if comments else None,
                flagged=sum(bins[bin_] for bin_ in range(_FLAGGED_FROM, BINS)) / comments if comments else None,
                languages=_languages(here),
                stability=stability(before, bins),
            )
        )
        before += bins
    return tuple(weeks)


def stability(before: Counter[int], now: Counter[int]) -> float | None:
    if min(before.total(), now.total()) < LEAST_COMMENTS:
        return None
    index = 0.0
    for bin_ in range(BINS):
        p, q = (max(count[bin_], _LEAST) / count.total() for count in (now, before))
        index += (p - q) * log(p / q)
    return index


def _by_bin(counts: Sequence[ScoredCount]) -> Counter[int]:
    bins: Counter[int] = Counter()
    for count in counts:
        bins[count.bin] += count.comments
    return bins


def _languages(counts: Sequence[ScoredCount]) -> tuple[tuple[str, int], ...]:
    by_language: Counter[str] = Counter()
    for count in counts:
        by_language[count.language] += count.comments
    return tuple(by_language.most_common())
