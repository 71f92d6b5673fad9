"""Finding stored comments, and deciding many of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from moderation.comment import Comment, Status
from moderation.decision import Outcome, Reason, Recorded
from moderation.score import Label, Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """None means any. `words` are folded and must all be in the text.

    `at_least` and `at_most` bound `label`'s score, or the overall one where no label is given. `since` and `until`
    (excluded) are about when the comment was written. `domain` is that of the commenter's e-mail, or one above it.
    `within`: sections by their ids, of which it must be in one.
    """

    words: tuple[str, ...] = ()
    status: Status | None = None
    article_id: int | None = None
    section_id: int | None = None
    commenter_id: int | None = None
    domain: str | None = None
    language: str | None = None
    label: Label | None = None
    at_least: float | None = None
    at_most: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: tuple[int, ...] | None = None


class Claim(NamedTuple):
    """Who has a comment of the queue in their hands, and until when."""

    staff_id: int
    name: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A comment as a list shows it. `claim` may have lapsed: `with_colleague` tells."""

    comment: Comment
    scores: Scores
    commenter_name: str
    article_title: str
    by_machine: bool
    claim: Claim | None = None

    def with_colleague(self, staff_id: int, now: datetime) -> str | None:
        """The name of the other person who holds it now; None if nobody else does."""
        if self.claim is None or self.claim.staff_id == staff_id or self.claim.until <= now:
            return None
        return self.claim.name


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """Newest arrivals first; `next_before` is where the next page begins, None after the last."""

    rows: tuple[Found, ...]
    next_before: int | None


class Chosen(NamedTuple):
    """A comment as the person who chose it saw it."""

    comment_id: int
    version: int


class Folded(NamedTuple):
    """A comment as it is compared with others."""

    comment_id: int
    version: int
    revision: int
    commenter_id: int
    article_id: int
    folded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """Another comment that says much the same. `resemblance`: the share of what both say; `verdict`: what stands."""

    found: Found
    resemblance: float
    verdict: Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment with what it answers, the first of the thread first, and what answers it, the first reply first.

    `more`: how many replies are left out.
    """

    before: tuple[Found, ...]
    comment: Found
    replies: tuple[Found, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Near-identical comments. `sample`: the newest of them, as a list shows them. `revisions`: of the texts that were
    compared, in the order of `chosen`."""

    chosen: tuple[Chosen, ...]
    revisions: tuple[int, ...]
    commenters: int
    articles: int
    sample: tuple[Found, ...]


class LeftOut(StrEnum):
    """Why a comment of a batch was not decided with it."""

    CHANGED = "changed"
    CLAIMED = "claimed"
    SAME = "same"
    OPINION = "opinion"
    APPEAL = "appeal"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Many decisions made by one act. `size`: how many comments were chosen; `undoes`: the batch that it takes back.

    `decided`: on how many of them it has made a decision; the rest was left out.
    """

    id: int
    site_id: int
    actor: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    size: int
    created_at: datetime
    undoes: int | None = None
    undone: bool = False
    decided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    batch_id: int
    decided: int
    left_out: Mapping[LeftOut, int]
