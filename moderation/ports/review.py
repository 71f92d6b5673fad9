"""What the desk works on: the queue, cards, watch-lists, opinions, appeals, picks and shifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from moderation.appeal import Appeal
from moderation.comment import Comment
from moderation.opinion import Opinion, OwnOpinion
from moderation.pick import Pick
from moderation.queue import Card, Case, Entry, Facets, Order, QueueCounts, QueueFilter, WatchList
from moderation.shift import Colleague, Handover, Read


class Queue(Protocol):
    def add_new(self, entries: Sequence[Entry]) -> None: ...
    def add(self, entry: Entry) -> None:
        """Insert, or renew the place of a comment that already waits; its time of entry and its claim stay."""
        ...

    def remove(self, comment_id: int) -> None: ...
    def get(self, comment_id: int) -> Entry | None: ...
    def claim(
        self, comment_id: int, *, staff_id: int, until: datetime, now: datetime, besides: int | None = None
    ) -> bool:
        """Lease one comment, if it waits and is free. What the person holds but for it and `besides` is let go."""
        ...

    def ask_next(
        self,
        site_id: int,
        *,
        staff_id: int,
        where: QueueFilter,
        order: Order,
        until: datetime,
        now: datetime,
        leaving: int | None = None,
        besides: int | None = None,
    ) -> Callable[[], int | None]:
        """Lease a comment along with what is asked next; call what it gives for its id.

        It is what this person holds already, else what another let lapse, else the free one that comes first in this
        order; never the one they are `leaving` nor one `besides`, which alone they go on holding.
        """
        ...

    def renew(self, comment_id: int, *, staff_id: int, until: datetime, besides: int, besides_until: datetime) -> bool:
        """Prolong what this person holds of the two; whether they hold the first. What another holds stays theirs."""
        ...

    def release(self, staff_id: int, *, except_for: int | None = None) -> int: ...
    def skip(self, site_id: int, comment_id: int, *, staff_id: int, now: datetime, until: datetime) -> None: ...
    def unskip(self, comment_id: int, *, staff_id: int | None = None) -> None:
        """None as person is everyone."""
        ...

    def bring_back(
        self, site_id: int, *, staff_id: int, until: datetime, comment_id: int | None = None
    ) -> list[tuple[int, datetime]]:
        """Forget this person's skips that would end by then, or the one of this comment: of which, and to end when."""
        ...

    def skipped(
        self, site_id: int, *, staff_id: int, now: datetime, until: datetime, limit: int
    ) -> list[tuple[int, datetime]]:
        """What still waits and this person skipped, with when each skip ends: after `now`, by `until`. Latest first."""
        ...

    def counts(self, site_id: int, *, staff_id: int, where: QueueFilter, now: datetime) -> QueueCounts: ...
    def facets(self, site_id: int, *, within: Sequence[int] | None = None) -> Facets:
        """`within`: these sections alone."""
        ...


class Watches(Protocol):
    def of(self, site_id: int, staff_id: int) -> WatchList: ...
    def replace(self, site_id: int, staff_id: int, *, article_ids: Sequence[int], section_ids: Sequence[int]) -> None:
        """What is not of the site is left out."""
        ...


class Opinions(Protocol):
    """Open ones: neither withdrawn nor settled, and on the comment's present text."""

    def add(self, opinion: Opinion) -> None: ...
    def on(self, comment_id: int) -> tuple[Opinion, ...]:
        """Oldest first."""
        ...

    def open(self, opinion_id: int) -> Opinion | None: ...
    def of(self, site_id: int, staff_id: int, *, limit: int) -> list[OwnOpinion]:
        """Newest first."""
        ...

    def withdraw(self, opinion_id: int, *, at: datetime) -> bool:
        """False if it is not open any more."""
        ...

    def settle(self, comment_id: int, *, by: int) -> None:
        """All open ones, by the decision of this id."""
        ...

    def unsettle(self, decision_id: int) -> None: ...


class Appeals(Protocol):
    def add(self, appeal: Appeal, *, salt: bytes) -> None: ...
    def open_on(self, comment_id: int) -> Appeal | None:
        """Not settled, and on the comment's present text."""
        ...

    def against(self, decision_id: int) -> Appeal | None: ...
    def last(self, comment_id: int) -> Appeal | None: ...
    def settle(self, comment_id: int, *, by: int) -> None:
        """Whatever is open, by the decision of this id."""
        ...

    def unsettle(self, decision_id: int) -> None: ...


class Picks(Protocol):
    """What is picked: the present text was, and readers see it."""

    def among(self, comment_ids: Sequence[int]) -> set[int]: ...
    def of_article(self, article_id: int, *, until: datetime, limit: int) -> list[Pick]:
        """Picked up to then, newest first."""
        ...

    def add(self, comment: Comment, *, by: str, at: datetime) -> None: ...
    def drop(self, comment_id: int) -> None: ...
    def drop_since(self, comment_id: int, since: datetime, *, by: str) -> bool:
        """Drop what this person picked then or later; whether there was such a pick."""
        ...


class Shifts(Protocol):
    def reads(self, site_id: int, staff_id: int, *, since: datetime, limit: int) -> list[Read]:
        """One's own decisions since then, newest first, among the `limit` newest; what took another back is none."""
        ...

    def colleagues(self, site_id: int, staff_id: int, *, now: datetime) -> list[Colleague]:
        """Whoever else holds a comment of the site."""
        ...

    def add_handover(self, site_id: int, left: Handover) -> None: ...
    def handovers(self, site_id: int, *, since: datetime, limit: int) -> list[Handover]:
        """Newest first."""
        ...


class Cards(Protocol):
    def case(self, comment_id: int) -> Case | None: ...
    def ask_case(self, comment_id: int) -> Callable[[], Case | None]:
        """The same, asked along with what is asked next, which saves a round trip; call what it gives for the case."""
        ...

    def card(self, comment_id: int, *, staff_id: int, now: datetime) -> Card | None:
        """`card.claimed` says whether this person holds it now."""
        ...

    def ask_held(
        self, *, staff_id: int, now: datetime, leaving: int | None, besides: int | None
    ) -> Callable[[int], Card | None]:
        """`card` of what `ask_next` leased just before, with no round trip of its own; call what it gives for it."""
        ...
