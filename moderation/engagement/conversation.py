"""How the conversation is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moderation.decision import Reason
from moderation.engagement.overview import CivilityRow, GroupRow

TURN_REPLIES = 6
"""The least number of direct replies of which one says that a thread turned."""
TURN_DAYS = 7
"""Threads are looked for among the last so many days of the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedRow:
    """Of the comments received in the bucket, those that are rejected now. `share` is None without comments."""

    start: datetime
    comments: int
    rejected: int

    @property
    def share(self) -> float | None:
        return self.rejected / self.comments if self.comments else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """Rejected comments of the period by the reasons of the decision in force; with two reasons one counts in both."""

    reason: Reason
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """A comment whose direct replies began civil and did not stay so.

    Its replies in order of time, halved (the middle one belongs to the later half): in the earlier half at least two
    thirds are civil, in the later half at most one third. `since` is when the first uncivil reply of the later half
    was written. Erased replies do not count.
    """

    comment_id: int
    article_id: int
    title: str
    replies: int
    civil_before: float
    civil_after: float
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeRow:
    """`replies` answer another comment; `characters` are those of all comments (erased ones have none)."""

    start: datetime
    comments: int
    replies: int
    characters: int

    @property
    def replies_each(self) -> float | None:
        """Replies to each comment that is none: how much people talk with each other."""
        first = self.comments - self.replies
        return self.replies / first if first else None

    @property
    def length(self) -> float | None:
        """Mean length in characters."""
        return self.characters / self.comments if self.comments else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageRow:
    """`language` is one of `moderation.text.language.LANGUAGES`: ar, arabizi (Arabic in Latin letters), en, fr, other.

    Dialects are not told apart: nothing in the product recognises them reliably.
    """

    language: str
    comments: int
    rejected: int
    civil: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """Distinct commenters of the bucket: `new` wrote their first comment on the site in it, `returning` wrote before
    it. Follows the filters of section and article, not those of language and status."""

    start: datetime
    commenters: int
    new: int

    @property
    def returning(self) -> int:
        return self.commenters - self.new

    @property
    def share(self) -> float | None:
        """Of those who come back among all."""
        return self.returning / self.commenters if self.commenters else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Question 2. `sections` and `articles` (the 15 with most comments) are for civility and for the share removed."""

    civility: tuple[CivilityRow, ...]
    sections: tuple[GroupRow, ...]
    articles: tuple[GroupRow, ...]
    removed: tuple[RemovedRow, ...]
    reasons: tuple[ReasonRow, ...]
    turns: tuple[TurnRow, ...]
    returns: tuple[ReturnRow, ...]
    shape: tuple[ShapeRow, ...]
    languages: tuple[LanguageRow, ...]
