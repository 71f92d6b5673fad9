"""The queue: what waits for a person, in which order and why, and leases so that no two people work on one comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from moderation.appeal import Appeal
from moderation.article import Article, Commenter, Record
from moderation.comment import Comment, Revision
from moderation.decision import Cause, Decision, Recorded
from moderation.flag import Flag
from moderation.opinion import Opinion
from moderation.score import Label, Scores

# A longer gap between two decisions is a pause and not work, and a few gaps tell no pace.
PAUSE = timedelta(minutes=2)
FEWEST_GAPS = 5
LEASE = timedelta(minutes=5)
# Of what comes after the comment on the screen: shorter, so that of two leases the longer is of the one that is read.
AHEAD = timedelta(minutes=4)
# Who reads for longer than a lease goes on holding the comment, but not while they are away from the screen for long.
READING = timedelta(minutes=20)
SKIP_FOR = timedelta(minutes=30)
# Who has done their part with a comment that waits for another person: it stays away from them for as long as it does.
AWAY = timedelta(days=365)
COUNT_CAP = 10_000
# From so many comments within an hour an article is busy, and more than so many say nothing new.
BUSY, BUSIEST = 10, 60
TRAFFIC_OF = timedelta(hours=1)
# With so long a wait a comment gains a point, and after so many points the card says so.
AGEING = timedelta(hours=2)
LONG = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def kept_until(since: datetime, now: datetime) -> datetime | None:
    """Until when a comment is held that has been read `since` then; None once that has gone on for too long."""
    end = since + READING
    return min(now + LEASE, end) if now < end else None


class Factor(StrEnum):
    """What raised a comment in the queue, in words that the card can show."""

    THREAT = "threat"
    SEVERITY = "severity"
    REPORTS = "reports"
    SECOND_OPINION = "second_opinion"
    APPEAL = "appeal"
    LISTED_WORD = "listed_word"
    LINK = "link"
    REPEAT = "repeat"
    NEW_COMMENTER = "new_commenter"
    TRAFFIC = "traffic"
    WAITING = "waiting"


class Order(StrEnum):
    """What comes first. `PRIORITY` is the queue's own order; the others go by when a comment came, or by its score."""

    PRIORITY = "priority"
    NEWEST = "newest"
    OLDEST = "oldest"
    UNCERTAIN = "uncertain"
    SCORE = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """`points` are the sum of the factors' points; with those for its age, more is sooner."""

    factors: tuple[tuple[Factor, int], ...]

    @property
    def points(self) -> int:
        return sum(points for _, points in self.factors)


def priority(scores: Scores, decision: Decision, *, reports: int, traffic: int = 0, newcomer: bool = False) -> Priority:
    """Threats and reports come before rudeness, rudeness before formalities.

    `traffic`: how many comments the article had within the hour, counted up to `BUSIEST`. `newcomer`: the desk knows
    nothing of the commenter; a policy that holds such comments says so in its causes.
    """
    factors = [
        *_by_score(scores),
        (Factor.REPORTS, 80 * min(reports, 5)),
        (Factor.LISTED_WORD, 90 if Cause.SUSPECT_WORD in decision.causes else 0),
        (Factor.LINK, 30 if Cause.LINK in decision.causes else 0),
        (Factor.REPEAT, 40 if Cause.REPEAT in decision.causes else 0),
        (Factor.NEW_COMMENTER, 20 if newcomer or Cause.NEW_COMMENTER in decision.causes else 0),
        (Factor.TRAFFIC, min(traffic, BUSIEST) // 2 if traffic >= BUSY else 0),
    ]
    return _of(factors)


def place(given: Priority, entered_at: datetime) -> int:
    """The smallest is the first. All that wait age alike, so that whoever came earlier by `AGEING` is ahead by a point
    for good, and nothing is counted anew as time goes by."""
    return (entered_at - _EPOCH) // AGEING - given.points


def rescored(given: Priority, scores: Scores) -> Priority:
    """The same comment by other scores; what does not come of scores stays."""
    others = [pair for pair in given.factors if pair[0] not in (Factor.THREAT, Factor.SEVERITY)]
    return _of([*_by_score(scores), *others])


# Somebody waits for an answer: a colleague, or a commenter.
_ASKED = {Factor.SECOND_OPINION: 120, Factor.APPEAL: 150}


def asking(given: Priority, factor: Factor, *, asked: bool = True) -> Priority:
    """The same comment with or without somebody who asks."""
    others = [pair for pair in given.factors if pair[0] is not factor]
    return _of([*others, (factor, _ASKED[factor])] if asked else others)


def asked_of(given: Priority) -> tuple[Factor, ...]:
    """Who asks meanwhile."""
    return tuple(factor for factor, _ in given.factors if factor in _ASKED)


def appealed(scores: Scores, *, reports: int) -> Priority:
    """A rejected comment whose author appealed."""
    given = _of([*_by_score(scores), (Factor.REPORTS, 80 * min(reports, 5))])
    return asking(given, Factor.APPEAL)


def _by_score(scores: Scores) -> list[tuple[Factor, int]]:
    _, top = scores.top()
    return [
        (Factor.THREAT, round(400 * scores.threat) if scores.threat >= 0.2 else 0),
        (Factor.SEVERITY, round(300 * top)),
    ]


def _of(factors: Sequence[tuple[Factor, int]]) -> Priority:
    return Priority(factors=tuple((factor, points) for factor, points in factors if points))


def doubt_of(reject: float) -> float:
    """How far the overall score is from a toss-up: the smallest is the most uncertain."""
    return abs(reject - 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A comment's place in the queue."""

    comment_id: int
    site_id: int
    article_id: int
    section_id: int | None
    language: str
    top_label: Label
    top_score: float
    reject: float
    priority: Priority
    entered_at: datetime
    claimed_by: int | None = None
    claimed_until: datetime | None = None

    def raised_by(self, now: datetime) -> tuple[tuple[Factor, int], ...]:
        """All that raises it now, the most first; of its age once that is worth a word."""
        waited = max((now - self.entered_at) // AGEING, 0)
        aged = ((Factor.WAITING, waited),) if waited >= LONG else ()
        return tuple(sorted((*self.priority.factors, *aged), key=lambda pair: -pair[1]))

    @property
    def doubt(self) -> float:
        return doubt_of(self.reject)

    def held_by(self, staff_id: int, now: datetime) -> bool:
        return self.claimed_by == staff_id and self._leased(now)

    def held_by_other(self, staff_id: int | None, now: datetime) -> bool:
        return self.claimed_by not in (None, staff_id) and self._leased(now)

    def _leased(self, now: datetime) -> bool:
        return self.claimed_until is not None and self.claimed_until > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a decision on a stored comment must know: its place in the queue, if it waits, and who asked for what."""

    comment: Comment
    scores: Scores
    entry: Entry | None
    reports: int
    opinions: tuple[Opinion, ...] = ()
    appeal: Appeal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """None means any. `older_than` and `newer_than` compare with when the comment entered the queue.

    `watched` keeps to the asker's watch-list, `limited` to the sections that they are limited to.
    """

    article_id: int | None = None
    section_id: int | None = None
    label: Label | None = None
    language: str | None = None
    older_than: datetime | None = None
    newer_than: datetime | None = None
    watched: bool = False
    limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """`waiting` stops counting at `COUNT_CAP`; `capped` says that there are more."""

    waiting: int
    capped: bool
    with_others: int
    oldest: datetime | None


def time_left(waiting: int, decided: Sequence[float]) -> timedelta | None:
    """How long the rest takes at a person's own pace, the median gap between their decisions (moments in seconds).

    None while nothing waits or the decisions are too few to tell.
    """
    gaps = [later - earlier for earlier, later in pairwise(decided)]
    worked = [gap for gap in gaps if 0 < gap <= PAUSE.total_seconds()]
    if not waiting or len(worked) < FEWEST_GAPS:
        return None
    return timedelta(seconds=waiting * median(worked))


class Watched(StrEnum):
    ARTICLE = "article"
    SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList:
    """What one moderator looks after on one site, as (id, shown name)."""

    articles: tuple[tuple[int, str], ...] = ()
    sections: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What can be filtered by right now: (id or value, shown name, how many wait), most first, at most 100 each."""

    articles: tuple[tuple[int, str, int], ...]
    sections: tuple[tuple[int, str, int], ...]
    languages: tuple[tuple[str, int], ...]
    labels: tuple[tuple[Label, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that a moderator needs to decide on one comment. `claimed` says whether the caller holds its lease.

    `held_by` names the colleague who holds it instead, if one does.

    `verdict` is the last decision that still stands: what was undone, and the undoing, say nothing of why it is here.
    `earlier`: what people decided on it before, newest first, what was taken back as well. `allowed_domains` are those
    of the policy that made the verdict, where it is here for a link.
    """

    comment: Comment
    article: Article
    commenter: Commenter
    record: Record
    scores: Scores
    verdict: Recorded
    flags: tuple[Flag, ...]
    revisions: tuple[Revision, ...]
    parent: Comment | None
    parent_commenter: Commenter | None
    replies: int
    entry: Entry | None
    claimed: bool
    held_by: str | None = None
    opinions: tuple[Opinion, ...] = ()
    appeal: Appeal | None = None
    earlier: tuple[Recorded, ...] = ()
    allowed_domains: tuple[str, ...] = ()


class Skip(NamedTuple):
    """One's own, while it keeps a comment that still waits away from oneself."""

    comment_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentDecision:
    """A person's decision with enough of the comment to recognise it. `undoable`: still the comment's last."""

    recorded: Recorded
    body: str
    commenter_name: str
    article_title: str
    undoable: bool
