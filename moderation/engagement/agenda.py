"""What the newsroom should open, close or join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation.comment import Status
from moderation.text.asking import Ask

CANDIDATE_COMMENTS = 20
"""Fewer comments in the period say too little for a proposal to look at each before it is shown."""
CANDIDATE_TIMES = 2.0
"""So many times the site's own share of uncivil or rejected comments."""
CANDIDATE_SHARE = 0.15
"""And at least this share."""


def is_far(share: Any, usual: float) -> Any:
    """Of a share, or of each of an array, whether it is so far from the site's own that one should look."""
    return (share >= CANDIDATE_SHARE) & (share >= CANDIDATE_TIMES * usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """An article with its comments in the period. `hours` is how long of the period lies between the first and the
    last comment that came in for it, at least 1.

    `reports` are readers' reports in the period on its comments; `waiting` is what waits for a person right now.
    """

    article_id: int
    title: str
    section: str
    comments: int
    rejected: int
    civil: float
    reports: int
    waiting: int
    hours: float

    @property
    def traffic(self) -> float:
        """Comments an hour."""
        return self.comments / self.hours

    @property
    def heat(self) -> float:
        """Share of comments that are not civil."""
        return 1 - self.civil


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """An article whose comments should perhaps wait for a person before they are shown, and why in numbers.

    Of 20 comments and more; at least 15 % of them, and twice the site's own share in the same period, are uncivil or
    rejected. `removed` and `uncivil` are its shares, the `usual_` ones the site's. The worst first.
    """

    article_id: int
    title: str
    comments: int
    removed: float
    usual_removed: float
    uncivil: float
    usual_uncivil: float
    reports: int

    @property
    def by_removed(self) -> bool:
        """Whether it stands out by what was rejected of it alone."""
        return not is_far(self.uncivil, self.usual_uncivil)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRow:
    """A reader's comment to the newsroom; `body` is hostile input of at most 300 characters. Newest first, visible or
    pending only."""

    comment_id: int
    ask: Ask
    article_id: int
    title: str
    commenter: str
    body: str
    status: Status
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRow:
    """A comment that the desk set off in the period and that still is a pick; `body` as in `AskRow`."""

    comment_id: int
    article_id: int
    title: str
    commenter: str
    body: str
    picked_by: str
    picked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Question 3. At most 50 articles, 20 candidates, 20 comments of each ask, 20 picks; `asked` counts all of them."""

    heat: tuple[HeatRow, ...]
    candidates: tuple[CandidateRow, ...]
    asks: tuple[AskRow, ...]
    asked: tuple[tuple[Ask, int], ...]
    picks: tuple[PickRow, ...]
