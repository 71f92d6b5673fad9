"""A decision: an outcome, at least one reason, and who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from moderation.comment import Status


class Outcome(StrEnum):
    APPROVE = "approve"
    HOLD = "hold"
    REJECT = "reject"


class Reason(StrEnum):
    """Why, in the field's words. Readers report with these, rules fire with these, moderators reject with these."""

    OFFENSIVE = "offensive"
    ABUSIVE = "abusive"
    HARASSMENT = "harassment"
    HATE_SPEECH = "hate_speech"
    THREAT = "threat"
    OBSCENE = "obscene"
    SPAM = "spam"
    AD = "ad"
    BANNED_WORD = "banned_word"
    MISINFORMATION = "misinformation"
    ILLEGAL_CONTENT = "illegal_content"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class Cause(StrEnum):
    """What made the policy or a person decide as they did; finer than a reason, and shown on the card."""

    CIVIL = "civil"
    SCORE = "score"
    BANNED_WORD = "banned_word"
    SUSPECT_WORD = "suspect_word"
    LINK = "link"
    REPEAT = "repeat"
    BANNED = "banned"
    SUSPENDED = "suspended"
    WATCHED = "watched"
    NEW_COMMENTER = "new_commenter"
    PRE_MODERATION = "pre_moderation"
    REPORTED = "reported"
    EDITED = "edited"
    HUMAN = "human"
    SECOND_OPINION = "second_opinion"
    APPEAL = "appeal"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`actor` is `policy:7` or `moderator:amal`. `detail` maps a cause to what fired it: labels, a count, listed words.

    `review` asks for a person's look: always for a held comment, and for a visible one that readers reported.
    """

    outcome: Outcome
    causes: tuple[Cause, ...]
    reasons: tuple[Reason, ...]
    actor: str
    detail: Mapping[str, object] = field(default_factory=dict)
    note: str = ""
    # To the commenter, from the desk; the note is for colleagues.
    message: str = ""
    review: bool = False

    def __post_init__(self) -> None:
        if self.outcome is Outcome.HOLD and not self.review:
            raise ValueError("what is held waits for a person")
        if not self.causes:
            raise ValueError("a decision names at least one cause")
        if self.outcome is Outcome.REJECT and not self.reasons:
            raise ValueError("a rejection names at least one reason")

    @property
    def by_machine(self) -> bool:
        return self.actor.startswith("policy:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A decision as stored. `waited_ms`: of a person's, how long the comment had waited; None where it did not."""

    id: int
    comment_id: int
    comment_version: int
    decision: Decision
    status_before: Status | None
    status_after: Status
    decided_at: datetime
    undoes: int | None = None
    undone: bool = False
    staff_id: int | None = None
    waited_ms: int | None = None


def status_after(decision: Decision) -> Status:
    """A machine's approval publishes a comment that no human has seen; a person's approval says so."""
    if decision.outcome is Outcome.REJECT:
        return Status.REJECTED
    if decision.outcome is Outcome.HOLD:
        return Status.PENDING
    return Status.PUBLISHED if decision.by_machine else Status.APPROVED
