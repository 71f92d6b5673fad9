"""A moderator's shift: what they did, who else is at the desk, and when the work asks for a pause. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# From here on the overall score is called harsh: what a moderator had to read and would likely reject.
HARSH = 0.5
# Work goes on over a gap of this length, and after so long of it, or so much that is harsh, a break does good. The
# first two are the display-screen advice of occupational health: short breaks, at least one in an hour.
GAP = timedelta(minutes=5)
LONG = timedelta(minutes=50)
MUCH_WITHIN, MUCH = timedelta(minutes=30), 40
# Silent reading of prose: 238 English words a minute (Brysbaert 2019), some 24 characters a second; Arabic is slower.
CHARACTERS_A_SECOND = 24.0
# Nobody needs to read every word; a third of the time, several times in a row, is no reading.
HASTE, HASTY = 1 / 3, 6
MAX_NOTE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Someone who holds a comment right now. `article` is the title of what they are at."""

    name: str
    article: str
    comment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What one left for those who come after them."""

    id: int
    by: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A decision of one's own: when, and the overall score of what one had to read for it, None for one of a batch."""

    at: datetime
    reject: float | None

    @property
    def harsh(self) -> bool:
        return self.reject is not None and self.reject >= HARSH


class Break(StrEnum):
    """Why a break is suggested."""

    LONG = "long"
    HARSH = "harsh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What one did since the shift's first moment, and what there is to know about the desk."""

    since: datetime
    decided: int
    harsh: int
    suggested: Break | None
    colleagues: tuple[Colleague, ...]
    handovers: tuple[Handover, ...]


def pause(reads: Sequence[Read], now: datetime) -> Break | None:
    """Whether a break would do good; `reads` newest first. None also where one has just had one."""
    if not reads or now - reads[0].at > GAP:
        return None
    harsh = sum(read.harsh for read in reads if now - read.at <= MUCH_WITHIN)
    if harsh >= MUCH:
        return Break.HARSH
    begun = reads[0].at
    for read in reads[1:]:
        if begun - read.at > GAP:
            break
        begun = read.at
    return Break.LONG if now - begun >= LONG else None


def hasty(paces: Sequence[tuple[int, float]]) -> bool:
    """Whether the last decisions came faster than anyone reads: (characters, seconds on the screen), oldest first."""
    last = paces[-HASTY:]
    return len(last) == HASTY and all(
        seconds < HASTE * characters / CHARACTERS_A_SECOND for characters, seconds in last
    )
