"""What is discussed and where: sites, sections, articles; and who writes: commenters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Mode(StrEnum):
    """`pre`: readers see a comment once it was approved; `post`: at once, unless something speaks against it."""

    PRE = "pre"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    id: int
    name: str
    title: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    id: int
    site_id: int
    external_id: str
    title: str
    url: str
    section: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingArticle:
    """`url`, `section`, `published_at`: None leaves what is known as it is; an empty text takes it out."""

    external_id: str
    title: str
    url: str | None = None
    section: str | None = None
    published_at: datetime | None = None


# What a reader's id becomes, with a number, when it is taken away: because they asked, or after its period.
ERASED, EXPIRED = "erased:", "expired:"


def is_alias(external_id: str) -> bool:
    return external_id.startswith((ERASED, EXPIRED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Commenter:
    id: int
    site_id: int
    external_id: str
    name: str
    first_seen_at: datetime

    @property
    def erased(self) -> bool:
        return self.external_id.startswith(ERASED)

    @property
    def anonymous(self) -> bool:
        """Erased, or quiet for longer than the desk keeps who it was."""
        return is_alias(self.external_id)


class Record(NamedTuple):
    """A commenter's past on the site: visible, rejected and waiting comments, and reports against them.

    `of_latest`: no more than so many of their latest comments were looked at; None if all were.
    """

    visible: int = 0
    rejected: int = 0
    pending: int = 0
    reported: int = 0
    of_latest: int | None = None

    @property
    def total(self) -> int:
        return self.visible + self.rejected + self.pending

    @property
    def is_new(self) -> bool:
        """Nothing of theirs was published or rejected yet."""
        return not (self.visible or self.rejected)
