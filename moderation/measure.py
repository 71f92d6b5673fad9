"""What the desk does about a commenter: a warning, comments held, a suspension, a ban. Each has an end or is lifted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.article import Commenter, Record
from moderation.decision import Reason
from moderation.errors import Invalid

LONGEST = timedelta(days=366)
MAX_NOTE = 1_000


class MeasureKind(StrEnum):
    """From the mildest to the gravest. A warning is told and counted, and changes nothing of what becomes of a text."""

    WARN = "warn"
    HOLD = "hold"
    SUSPEND = "suspend"
    BAN = "ban"


_GRAVITY = {kind: place for place, kind in enumerate(MeasureKind)}
CLOSES = frozenset({MeasureKind.SUSPEND, MeasureKind.BAN})
"""What is written meanwhile is rejected; the site is told so with each comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Against one commenter, or against a `domain` of e-mail and those below it; exactly one of the two is given.

    `site_id` is where it was taken; with `everywhere` it holds on all sites of the desk. `until` is None for one
    without an end. `note` is for colleagues; `reason` is what the commenter may be told.
    """

    id: int
    site_id: int
    commenter_id: int | None = None
    domain: str | None = None
    everywhere: bool = False
    kind: MeasureKind
    reason: Reason
    note: str
    set_by: str
    starts_at: datetime
    until: datetime | None
    lifted_at: datetime | None = None
    lifted_by: str | None = None

    def __post_init__(self) -> None:
        if (self.commenter_id is None) is (self.domain is None):
            raise ValueError("a measure is against a commenter or against a domain")

    @property
    def broad(self) -> bool:
        """Whether it reaches further than one commenter of one site."""
        return self.everywhere or self.domain is not None

    def in_force(self, at: datetime) -> bool:
        ends = [end for end in (self.until, self.lifted_at) if end is not None]
        return self.starts_at <= at and all(at < end for end in ends)


def gravest(measures: Iterable[Measure], at: datetime) -> Measure | None:
    """What decides about a comment written then; a warning never does."""
    found = [one for one in measures if one.kind is not MeasureKind.WARN and one.in_force(at)]
    return max(found, key=lambda one: (_GRAVITY[one.kind], one.starts_at), default=None)


def check_bounds(kind: MeasureKind, note: str, *, now: datetime, until: datetime | None) -> None:
    """A suspension has an end; a warning has none; no end lies in the past or beyond a year."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    if kind is MeasureKind.SUSPEND and until is None:
        raise Invalid(field="until", reason="missing")
    if kind is MeasureKind.WARN and until is not None:
        raise Invalid(field="until", reason="not_listed")
    if until is not None and not now < until <= now + LONGEST:
        raise Invalid(field="until", reason="out_of_range")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How often this person reported others' comments, of how many of those people rejected, approved, or wait."""

    made: int = 0
    upheld: int = 0
    turned_down: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """How many reports readers made against this person's comments, and against how many of them."""

    reports: int = 0
    comments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a moderator wants colleagues to know of a commenter, apart from any measure."""

    id: int
    site_id: int
    commenter_id: int
    text: str
    actor: str
    left_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The same person on another site of the desk."""

    commenter: Commenter
    site_name: str
    site_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a measure against a domain would hit: how many commenters, how many of them with comments that readers see,
    and the newest of them."""

    commenters: int
    published: int
    sample: tuple[Commenter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A commenter as the desk knows them; `measures` and `remarks` newest first, `standing` is what is in force now.

    `from_afar` are measures taken on other sites or against their e-mail's domain that reach them here. `address` is
    None as well for who may not see it; `domain` is for everybody. `elsewhere`: the same person on other sites.

    `within_sections`: for who works on some sections of the site; the record is of these, the rest is left out.
    """

    commenter: Commenter
    record: Record
    reporting: Reporting
    reported: Reported
    measures: tuple[Measure, ...]
    standing: Measure | None
    remarks: tuple[Remark, ...] = ()
    from_afar: tuple[Measure, ...] = ()
    address: str | None = None
    domain: str | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    within_sections: bool = False
