"""The audit log."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from moderation.audit import Event, Sealed
from moderation.checkpoint import Stored
from moderation.verification import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """None means any. `people_only` leaves out what the policy did by itself.

    `outcome` and `reason` are of the decision that an event tells of; `article_id` and `commenter_id` take in all that
    happened to their comments, and to themselves.
    """

    actor: str | None = None
    type: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    people_only: bool = False
    comment_id: int | None = None
    outcome: str | None = None
    reason: str | None = None
    article_id: int | None = None
    commenter_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """The stored head of one log: `root` is the Merkle tree hash over `size` leaves.

    Whoever has the database's own rights can store what no log has, as a negative size.
    """

    log_id: int
    origin: str
    size: int
    root: bytes
    frontier: bytes


class ErasedComment(NamedTuple):
    """A comment whose text was erased, by its author, at the desk or at the end of its period."""

    position: int
    comment_id: int
    external_id: str
    at: datetime


class Log(Protocol):
    def open(self, log_id: int, *, origin: str) -> None: ...
    def append(self, log_id: int, events: Sequence[Event]) -> list[Sealed]:
        """Seal the events at the end of the log. Locks the log's head until the transaction ends."""
        ...

    def hold(self, log_id: int) -> None:
        """Lock the log's head until the transaction ends: whoever has changed something of the site is done by then."""
        ...

    def heads(self) -> list[LogHead]: ...
    def hashes(self, log_id: int, positions: Collection[int]) -> dict[int, tuple[bytes, bytes]]:
        """The leaf and the subtree that are stored with each event there is, by its position."""
        ...

    def erasures(self, log_id: int, *, after: int, among: int, limit: int) -> tuple[list[ErasedComment], int]:
        """Of so many events after a position the first `limit` that tell of one, and the last position looked at.

        That is `after` where no event has come since.
        """
        ...

    def place_of(self, decision_id: int) -> tuple[int, int] | None:
        """The log and the position of the event that tells of the decision."""
        ...

    def page(self, log_id: int, where: EventFilter, *, before: int | None, limit: int) -> list[Sealed]:
        """Newest first."""
        ...

    def following(
        self, log_id: int, where: EventFilter, *, after: int | None, until: int | None = None, limit: int
    ) -> list[Sealed]:
        """In order of position, those behind `after` up to but without `until`."""
        ...

    def rows(self, log_id: int, *, start: int | None = None, end: int | None = None) -> Iterator[Row]:
        """All there are, as they are, in order of position; or those from `start` on, up to but without `end`."""
        ...

    def event(self, log_id: int, position: int) -> Sealed | None: ...
    def checkpoints(self, log_id: int, *, after: int | None = None) -> list[Stored]:
        """Those of more than `after` events, smallest first."""
        ...

    def newest_checkpoint(self, log_id: int) -> Stored | None: ...

    def checkpoint(self, log_id: int, size: int) -> Stored | None: ...
    def add_checkpoint(self, made: Stored) -> None: ...

    def actors(self, log_id: int) -> list[str]: ...
    def newest(self) -> datetime | None:
        """The latest time of an event in any of the logs."""
        ...
