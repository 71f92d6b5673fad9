"""The grace period: when a site hears of what a person decided, and what it has therefore been told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from moderation.comment import Comment, Status
from moderation.decision import Recorded

# Moments are whole milliseconds, so this is how long before its end something was in force for the last time.
_MILLISECOND = timedelta(milliseconds=1)
_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A site waited for `length` from `since` until the next step."""

    since: datetime
    length: timedelta


@dataclass(frozen=True, slots=True)
class Grace:
    """How long a site waited of late, newest first: a policy that changes it makes nothing untold that was told."""

    steps: tuple[Step, ...]

    def told_until(self, at: datetime) -> datetime:
        """People's acts up to then were told by `at`; it never goes back as `at` goes on."""
        if not any(step.length for step in self.steps):
            # No other process's clock, a little ahead, may hold back what nobody asked to wait.
            return _EVER
        ends = [at, *(step.since - _MILLISECOND for step in self.steps[:-1])]
        pairs = zip(self.steps, ends, strict=True)
        return max(min(at, end) - step.length for step, end in pairs if step.since <= at)

    def is_due(self, made: datetime, at: datetime) -> bool:
        return made <= self.told_until(at)

    def is_never_told(self, made: datetime, undone_at: datetime | None) -> bool:
        """It was taken back before it was due."""
        return undone_at is not None and not self.is_due(made, undone_at)


def told(made: Sequence[Recorded], grace: Grace, at: datetime) -> tuple[Recorded, ...]:
    """Of all decisions on a comment, in their order, those that its site has been told.

    A machine's are due at once. What was taken back stands until the site has been told of that as well.
    """
    undone_at = {one.undoes: one.decided_at for one in made if one.undoes is not None}
    due = [
        one
        for one in made
        if one.decision.by_machine
        or (grace.is_due(one.decided_at, at) and not grace.is_never_told(one.decided_at, undone_at.get(one.id)))
    ]
    taken_back = {one.undoes for one in due}
    return tuple(replace(one, undone=one.id in taken_back) for one in due)


def standing(made: Sequence[Recorded]) -> Recorded | None:
    """The last that was not taken back."""
    return next((one for one in reversed(made) if one.undoes is None and not one.undone), None)


def status_told(comment: Comment, newest: Recorded) -> Status:
    """`newest` of what was told. That a text is gone is no decision, and told at once."""
    return Status.ERASED if comment.status is Status.ERASED else newest.status_after


def version_told(comment: Comment, newest: Recorded) -> int:
    return comment.version if comment.status is Status.ERASED else newest.comment_version + 1
