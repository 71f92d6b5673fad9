"""Who the readers are that write."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from moderation.engagement.conversation import ReturnRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How much of the period's comments the most active wrote. `top1`: comments of the most active 1 % of its
    commenters, rounded up to whole people; `top10`: of 10 %. Erased comments count: somebody wrote them."""

    commenters: int
    comments: int
    top1: int
    top10: int

    @property
    def share1(self) -> float | None:
        return self.top1 / self.comments if self.comments else None

    @property
    def share10(self) -> float | None:
        return self.top10 / self.comments if self.comments else None


def most_active(commenters: int, percent: int) -> int:
    """How many people the most active `percent` are; at least one, where there is anyone."""
    return ceil(commenters * percent / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributorRow:
    """A commenter of the period whose comments do the conversation good. `name` is hostile input.

    Among the 200 with most comments of the period, those with at least three and at most a tenth rejected; first
    who has most picks, then who has most visible comments.
    """

    commenter_id: int
    name: str
    comments: int
    visible: int
    rejected: int
    picks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterRow:
    """A reader who reported comments in the period. `reporter` is the site's own name of them (hostile input).

    `upheld`: a person rejected the comment; `turned_down`: a person approved it; the rest nobody has decided on.
    """

    reporter: str
    name: str
    reports: int
    upheld: int
    turned_down: int

    @property
    def accuracy(self) -> float | None:
        """Share upheld of those that a person decided on."""
        decided = self.upheld + self.turned_down
        return self.upheld / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Question 5. `returns` is of each bucket, `whole` of the period in one. Twenty of each list.

    Follows the filters of section and article; language and status are of comments, not of readers, and are ignored.
    """

    whole: ReturnRow
    returns: tuple[ReturnRow, ...]
    concentration: Concentration
    contributors: tuple[ContributorRow, ...]
    reporters: tuple[ReporterRow, ...]
