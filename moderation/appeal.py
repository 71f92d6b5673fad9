"""An appeal: a commenter asks that a rejection be looked at again, by another person than the one who rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.decision import Outcome, Recorded

MAX_TEXT = 4_000


class AppealStatus(StrEnum):
    """`LAPSED`: the author changed or deleted the comment, so that nothing is left to answer."""

    OPEN = "open"
    GRANTED = "granted"
    TURNED_DOWN = "turned_down"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Against one decision, on the text of one revision. `against`: the person who decided, None if the policy did."""

    id: int
    site_id: int
    comment_id: int
    decision_id: int
    revision: int
    against: int | None
    text: str
    opened_at: datetime
    settled_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An appeal with what became of it; `answer` is the decision that settled it."""

    appeal: Appeal
    status: AppealStatus
    answer: Recorded | None = None


def status_of(appeal: Appeal, answer: Recorded | None, *, revision: int, erased: bool) -> AppealStatus:
    """`revision` and `erased` are of the comment as it is now."""
    if answer is not None:
        return AppealStatus.GRANTED if answer.decision.outcome is Outcome.APPROVE else AppealStatus.TURNED_DOWN
    return AppealStatus.LAPSED if erased or revision != appeal.revision else AppealStatus.OPEN


def open_until(decided_at: datetime, days: int) -> datetime | None:
    """Until when one may appeal; None where the site takes no appeals."""
    return decided_at + timedelta(days=days) if days else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the site may tell a commenter whose comment is not shown: what, why, by whom, and how to object."""

    comment_id: int
    external_id: str
    language: str
    time_zone: str
    site_title: str
    article_title: str
    created_at: datetime
    verdict: Recorded
    appeal_until: datetime | None
    appeal: Answered | None
