"""How the desk is doing. Nothing here names a person but `Workload`, which only they and the desk's head may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt

from moderation.decision import Outcome
from moderation.engagement.overview import DeskRow

AGES = (15, 60, 240, 1_440)
"""Upper ends, in minutes, of the ages by which what waits is counted; the last class is older."""
SHIFT_GAP_HOURS = 4
"""A shift ends where nothing was decided for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRow:
    """How many wait for less than `below` minutes, and at least as long as the class before; None is the oldest."""

    below: int | None
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """What waits for a person at the moment of asking; follows the filter, not the period."""

    waiting: int
    oldest: datetime | None
    ages: tuple[AgeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """`arrived`: decisions of the bucket that asked for a person's look at a comment that was not held already.
    `left`: people's decisions on what waited. An undo counts as neither, and what it took back does not count.
    Both are None, a gap, before the site's first comment and for buckets that have not begun.
    """

    start: datetime
    arrived: int | None
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRow:
    """What the policy said last before a person decided in the period, and how often the person saw it otherwise.

    `looked_at` are people's decisions on comments whose decision before (of those that stand) was the policy's with
    this `outcome`.
    `overruled`: rejected what it approved, approved what it rejected. A hold asks for a person and cannot be overruled:
    there `overruled` counts the rejections. `decided` are the policy's decisions of the period with this outcome.
    """

    outcome: Outcome
    decided: int
    looked_at: int
    overruled: int

    @property
    def share(self) -> float | None:
        return self.overruled / self.looked_at if self.looked_at else None


class Double(StrEnum):
    """How it came that two people looked at one comment."""

    OPINION = "opinion"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """Comments that two people judged, and where both said the same.

    `opinion`: opinions given in the period and settled since, each against the decision that settled it. `appeal`:
    appeals lodged in the period against a person's rejection and answered since; turned down is agreement.
    """

    double: Double
    pairs: int
    agreed: int

    @property
    def share(self) -> float | None:
        return self.agreed / self.pairs if self.pairs else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Wilson's interval at 95 %: between what the share may truly lie."""
        if not self.pairs:
            return None
        n, p, z = self.pairs, self.agreed / self.pairs, 1.96
        middle, width = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (max((middle - width) / (1 + z * z / n), 0.0), min((middle + width) / (1 + z * z / n), 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealsCount:
    """Appeals lodged in the period and what has become of them. `median_seconds`: from lodging to the answer."""

    lodged: int
    granted: int
    turned_down: int
    lapsed: int
    open: int
    median_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Question 4."""

    queue: QueueNow
    flow: tuple[FlowRow, ...]
    desk: tuple[DeskRow, ...]
    machine: tuple[MachineRow, ...]
    agreement: tuple[AgreementRow, ...]
    appeals: AppealsCount


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """A person's decisions with no gap of four hours among them. `harsh` had an overall score of one half or more,
    and were in no batch.

    `rejected` and `harsh` are of `decided`. What was taken back does not count. In order of persons, then of time.
    """

    staff_id: int
    name: str
    start: datetime
    end: datetime
    decided: int
    rejected: int
    harsh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """`everyone` is whether the caller may see all of the desk; otherwise `shifts` are the caller's own."""

    everyone: bool
    shifts: tuple[ShiftRow, ...]
