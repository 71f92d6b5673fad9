"""What comments are about: phrases that stand out against what else is said on the site, and who speaks of them.

A phrase is measured by its log-odds with an informative prior: B. Monroe, M. Colaresi, K. Quinn, "Fightin' Words:
Lexical Feature Selection and Evaluation for Identifying the Content of Political Conflict", Political Analysis 16(4),
2008, equations 15, 16 and 22. They count words; here texts are counted that have the phrase, each wording once, so that
neither one long comment nor a campaign of copies makes a topic. The prior of a phrase is `PRIOR` texts that have it as
often as all texts do, and half a text on either side (Jeffreys), without which what nobody else says would not count.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from typing import NamedTuple

from moderation.text.likeness import resemblance, shingles
from moderation.text.phrase_counts import Phrase, PhraseCounts
from moderation.text.phrases import BREAK, Keys, attested, keyed, pieces

PRIOR = 10.0
# Two standard errors, as Monroe et al. take them: one in forty would be as far above by chance.
STANDS_OUT = 1.96
# With fewer other texts nothing can stand out against them, and what is said most often comes first.
ENOUGH_OTHERS = 30
# What fewer people speak of is not what a conversation is about; in a short one two are many.
PEOPLE, FEW_PEOPLE, FEW_TEXTS = 3, 2, 50
# Phrases with a word in common are one topic from this share of common texts on, others from the next, and only where
# so many texts have both: two of two is chance.
SHARING, APART, TOGETHER = 0.25, 0.5, 3
MOST = 12
_EXAMINED = 200
_OTHER_PHRASES = 4
# Of a topic's comments so many are compared, the first that were given.
_CENTRAL, _NEAR_DUPLICATE, _COMPARED = 3, 0.5, 100
_TELLING_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The comments from `since` up to `until`, perhaps of one article or section."""

    article_id: int | None = None
    section_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class Said(NamedTuple):
    """A comment as it is read for topics; those that were rejected make none and are counted beside it."""

    comment_id: int
    commenter_id: int
    folded: str
    civil: bool
    rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is said on the site: `counts` has how many of `texts` texts have a phrase, for those that two have.

    `words` has how often each word stands there, `keys` what it is counted as where that is another; `comment_ids` are
    the comments that were read.
    """

    texts: int
    counts: Mapping[Phrase, int]
    words: Mapping[str, int]
    keys: Mapping[str, str | None]
    comment_ids: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`comments` that were not rejected have one of the phrases, by so many `commenters`, `civil` is their share whose
    toxicity is under one half; `rejected` had one as well. `score` is in standard errors, None without a background.

    `central` are ids of comments that say what most of the others say, none like another; `ids` all of the topic.
    """

    phrase: Phrase
    others: tuple[Phrase, ...]
    comments: int
    commenters: int
    rejected: int
    civil: float
    score: float | None
    central: tuple[int, ...]
    ids: tuple[int, ...]


class _Text(NamedTuple):
    """One wording: its keys in order and each once, all who said it, who of them was not rejected."""

    keys: list[str]
    words: set[str]
    said: list[Said]
    kept: list[Said]
    # Whether the background counted it as well.
    twice: bool


class _Candidate(NamedTuple):
    phrase: Phrase
    texts: frozenset[int]
    score: float | None


def background(said: Iterable[tuple[int, str]]) -> Background:
    """Of (comment id, folded text)."""
    pairs = list(said)
    given = [pieces(text) for text in dict.fromkeys(text for _, text in pairs)]
    words = attested(given)
    keys = Keys(words)
    counted = PhraseCounts([keyed(one, keys) for one in given], least=2)
    return Background(
        texts=len(given),
        counts=counted.common,
        words=words,
        keys=keys.changed(),
        comment_ids=frozenset(one for one, _ in pairs),
    )


def keys_of(said: Sequence[Said], others: Background) -> Keys:
    """As `topics` reads the same comments."""
    return _keys([pieces(folded) for folded in {one.folded for one in said}], others)


def _keys(given: Sequence[Sequence[str]], others: Background) -> Keys:
    return Keys(attested(given), others.words, known=others.keys)


def topics(said: Sequence[Said], others: Background, *, most: int = MOST) -> tuple[Topic, ...]:
    """What stands out most first; phrases that stand in the same texts are one topic."""
    texts = _texts(said, others)
    groups = _grouped(_candidates(texts, others), most)
    return tuple(_topic(group, texts) for group in groups)


def _texts(said: Sequence[Said], others: Background) -> list[_Text]:
    wordings: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        wordings[one.folded].append(one)
    given = [pieces(folded) for folded in wordings]
    keys = _keys(given, others)
    return [_text(keyed(one, keys), together, others) for one, together in zip(given, wordings.values(), strict=True)]


def _text(keys: list[str], said: list[Said], others: Background) -> _Text:
    kept = [one for one in said if not one.rejected]
    read = not others.comment_ids.isdisjoint([one.comment_id for one in said])
    return _Text(keys=keys, words=set(keys), said=said, kept=kept, twice=read)


def _candidates(texts: Sequence[_Text], others: Background) -> list[_Candidate]:
    """Best first, so many as are worth looking at."""
    least = FEW_PEOPLE if sum(bool(one.kept) for one in texts) < FEW_TEXTS else PEOPLE
    counted = PhraseCounts([one.keys if one.kept else [] for one in texts], least=least)
    scored = _scored(counted, texts, others)
    best = heapq.nsmallest(_EXAMINED, scored, key=lambda one: (-(scored[one][0] or 0), -scored[one][1], -len(one), one))
    places = counted.places(best)
    return [
        _Candidate(phrase, places[phrase], scored[phrase][0])
        for phrase in best
        if len({said.commenter_id for at in places[phrase] for said in texts[at].kept}) >= least
    ]


def _scored(
    counted: PhraseCounts, texts: Sequence[_Text], others: Background
) -> dict[Phrase, tuple[float | None, int]]:
    """Score and number of texts of the phrases that stand out."""
    size = sum(bool(one.kept) for one in texts)
    # The background holds the site's newest comments, these among them; what is counted here is not others'.
    twice = [at for at, one in enumerate(texts) if one.twice]
    many = others.texts - len(twice)
    if many < ENOUGH_OTHERS:
        return {phrase: (None, times) for phrase, times in counted.common.items()}
    counted_twice = counted.within(twice)
    scored: dict[Phrase, tuple[float | None, int]] = {}
    for phrase, times in counted.common.items():
        elsewhere = max(0, others.counts.get(phrase, 0) - counted_twice[phrase])
        score = _log_odds(times, size, elsewhere, many)
        if score >= STANDS_OUT:
            scored[phrase] = (score, times)
    return scored


def _log_odds(here: int, size: int, elsewhere: int, others: int) -> float:
    """The difference of the log-odds of having the phrase, in standard errors."""
    share = (here + elsewhere) / (size + others)
    having, lacking = 0.5 + PRIOR * share, 0.5 + PRIOR * (1 - share)
    odds = math.log((here + having) / (size - here + lacking))
    odds_elsewhere = math.log((elsewhere + having) / (others - elsewhere + lacking))
    return (odds - odds_elsewhere) / math.sqrt(1 / (here + having) + 1 / (elsewhere + having))


def _grouped(candidates: Sequence[_Candidate], most: int) -> list[list[_Candidate]]:
    """Each candidate joins the first group to whose first member it is close, or opens one."""
    groups: list[list[_Candidate]] = []
    for one in candidates[:_EXAMINED]:
        near = next((group for group in groups if _is_close(one, group[0])), None)
        if near is not None:
            near.append(one)
        elif len(groups) < most:
            groups.append([one])
    return groups


def _is_close(one: _Candidate, other: _Candidate) -> bool:
    together = len(one.texts & other.texts)
    common = together / max(len(one.texts), len(other.texts))
    return common >= SHARING if set(one.phrase) & set(other.phrase) else common >= APART and together >= TOGETHER


def _topic(group: Sequence[_Candidate], texts: Sequence[_Text]) -> Topic:
    first = group[0]
    # A longer phrase says more, where it is what at least half of them say.
    shown = max(group, key=lambda one: (2 * len(one.texts) >= len(first.texts), len(one.phrase), len(one.texts)))
    having = [texts[at] for at in sorted(frozenset().union(*(one.texts for one in group)))]
    kept = [one for text in having for one in text.kept]
    return Topic(
        phrase=shown.phrase,
        others=tuple(one.phrase for one in group if one is not shown)[:_OTHER_PHRASES],
        comments=len(kept),
        commenters=len({one.commenter_id for one in kept}),
        rejected=_rejected({one.phrase for one in group}, texts),
        civil=sum(one.civil for one in kept) / len(kept),
        score=first.score,
        central=_central(having),
        ids=tuple(one.comment_id for one in kept),
    )


def _rejected(phrases: set[Phrase], texts: Sequence[_Text]) -> int:
    return sum(
        len(text.said) - len(text.kept)
        for text in texts
        if len(text.said) > len(text.kept) and not phrases.isdisjoint(_phrases(text.keys))
    )


def _phrases(keys: Sequence[str]) -> Iterable[Phrase]:
    return chain(zip(keys), pairwise(keys), zip(keys, keys[1:], keys[2:], strict=False))


def _central(texts: Sequence[_Text]) -> tuple[int, ...]:
    """Nearest to the middle of the texts by the words that they share (cosine), by different people, none twice."""
    texts = texts[:_COMPARED]
    shared = Counter(chain.from_iterable(text.words for text in texts))
    shared[BREAK] = 0
    ranked = sorted(texts, key=lambda text: (-_centrality(text.words, shared), text.kept[0].comment_id))
    chosen: list[tuple[Said, frozenset[str]]] = []
    for text in ranked:
        if len(chosen) == _CENTRAL:
            break
        likeness = shingles(text.kept[0].folded)
        if all(_differs(text.kept[0], likeness, *other) for other in chosen):
            chosen.append((text.kept[0], likeness))
    return tuple(said.comment_id for said, _ in chosen)


def _centrality(words: set[str], shared: Mapping[str, int]) -> float:
    # A text of one or two words would be in the middle of everything and say nothing.
    return sum(map(shared.__getitem__, words)) / math.sqrt(max(len(words), _TELLING_WORDS))


def _differs(said: Said, likeness: frozenset[str], other: Said, others: frozenset[str]) -> bool:
    return said.commenter_id != other.commenter_id and resemblance(likeness, others) < _NEAR_DUPLICATE
