"""Second opinions: what one moderator would decide, until another agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.decision import Outcome, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Open while it is neither withdrawn nor settled by a decision, and the text is still the one it was given on."""

    id: int
    site_id: int
    comment_id: int
    revision: int
    staff_id: int
    actor: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    note: str
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOpinion:
    """One's own open opinion with enough of the comment to recognise it."""

    opinion: Opinion
    body: str
    commenter_name: str


def agreeing(opinions: Sequence[Opinion], outcome: Outcome) -> tuple[Opinion, ...]:
    return tuple(opinion for opinion in opinions if opinion.outcome is outcome)
