"""Decisions, the feed of them, and the policies that they were made by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from moderation.comment import Status
from moderation.decision import Decision, Reason, Recorded
from moderation.grace import Grace
from moderation.policy import Policy
from moderation.queue import RecentDecision


class NewDecision(NamedTuple):
    """A decision about to be stored; `position` is its event's place in the site's log."""

    id: int
    comment_id: int
    comment_version: int
    decision: Decision
    staff_id: int | None
    inputs: str
    status_before: Status | None
    status_after: Status
    waited_ms: int | None
    undoes: int | None
    position: int
    batch_id: int | None = None
    harsh: bool | None = None
    """Of a person's decision: whether they had a harsh text to read for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """What the site is told of one decision. `position` is the feed's cursor: it grows in the order of commits."""

    position: int
    external_id: str
    comment_id: int
    status: Status
    outcome: str
    reasons: tuple[str, ...]
    actor_kind: str
    version: int
    decided_at: datetime
    message: str = ""
    answers_appeal: bool = False
    undone_at: datetime | None = None

    @property
    def by_machine(self) -> bool:
        return self.actor_kind == "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    number: int
    created_at: datetime
    created_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A person's decision on a text, for holding a model against it."""

    decision_id: int
    comment_id: int
    body: str
    language: str
    rejected: bool
    reasons: tuple[Reason, ...]


class Decisions(Protocol):
    def insert(self, site_id: int, rows: Sequence[NewDecision], *, at: datetime) -> None: ...
    def get(self, decision_id: int) -> Recorded | None: ...
    def latest(self, comment_ids: Sequence[int]) -> dict[int, Recorded]: ...
    def of_comments(self, comment_ids: Sequence[int]) -> dict[int, tuple[Recorded, ...]]:
        """All on each of these, in their order."""
        ...

    def verdict(self, comment_id: int) -> Recorded | None:
        """The last decision that was not taken back."""
        ...

    def by_people(self, comment_ids: Sequence[int]) -> dict[int, tuple[Recorded, ...]]:
        """People's own on each of these, newest first, what was taken back as well; what has none is left out."""
        ...

    def inputs(self, comment_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """What `decide()` saw, as JSON, of the policy's decisions on each of these, in their order."""
        ...

    def recent(self, site_id: int, staff_id: int, *, limit: int) -> list[RecentDecision]: ...
    def after(self, site_id: int, position: int, *, limit: int) -> list[FeedItem]: ...
    def of_batch(self, batch_id: int) -> list[Recorded]:
        """Those that stand and are their comment's last, in the order in which they were made."""
        ...

    def forget_words(self, comment_id: int) -> None:
        """The notes of the decisions and opinions on a comment, and the messages to its author."""
        ...

    def count_of_batch(self, batch_id: int) -> int: ...
    def judged(self, site_id: int | None, *, before: int | None, limit: int) -> list[Judged]:
        """People's decisions that stand and whose text has not changed since, newest first, from below the id `before`.

        None as site is every site; none of a comment that was erased.
        """
        ...


class Policies(Protocol):
    def active(self, site_id: int) -> Policy: ...
    def numbered(self, site_id: int, number: int) -> Policy | None: ...
    def grace(self, site_id: int, *, since: datetime) -> Grace:
        """As far back as it can matter, from that moment on, for what a site has been told."""
        ...

    def add(self, policy: Policy, *, by: str, note: str, at: datetime) -> None: ...
    def history(self, site_id: int) -> list[PolicyVersion]: ...
