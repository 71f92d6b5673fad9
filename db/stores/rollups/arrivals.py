"""The comments that came in with a stretch of the log, read once for all that is counted of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    literal,
    select,
)

from db.schema import audit_events, comments, decisions, queue
from db.stores._prepared import Prepared
from db.stores.insights.buckets import QUARTER
from db.stores.insights.conditions import milliseconds
from db.stores.insights.measures import OF_EACH
from db.stores.rollups.clock import Clock, Kind
from db.stores.rollups.columns import joined, numbers_of, words_of
from db.stores.rollups.vectors import Ints
from moderation.comment import Status

NOT_REJECTED = "-"
"""In place of the reasons of a rejection, which may be none at all."""
# So many places for each row cost less than sorting the rows.
_ROOMY = 4
_first, _then = decisions.alias("first_decision"), decisions.alias("then")
_reasons = (
    select(_then.c.reasons)
    .where(_then.c.comment_id == comments.c.id, _then.c.comment_version == comments.c.version - 1)
    .correlate(comments)
    .scalar_subquery()
)
_waits = queue.c.comment_id.is_not(None)
_NUMBERS: dict[str, ColumnElement[Any]] = {
    "at": milliseconds(comments.c.created_at),
    "section_id": func.coalesce(comments.c.section_id, literal(0)),
    "article_id": comments.c.article_id,
    "commenter_id": comments.c.commenter_id,
    "decided_at": milliseconds(_first.c.decided_at),
}
_SIZE = "characters"
# Each 1 or 0.
_FLAGS: dict[str, ColumnElement[int]] = {
    **{name: one for name, one in OF_EACH.items() if name != _SIZE},
    # As there, by one look into the queue.
    "machine": case((comments.c.decided_by_machine & ~_waits, 1), else_=0),
    "waiting": case((_waits, 1), else_=0),
    "review": case((_first.c.review, 1), else_=0),
    "by_policy": case((_first.c.staff_id.is_(None), 1), else_=0),
}
# In one number, its lowest bits the flags: each column takes its time to be handed over.
_together = sum((one * (1 << place) for place, one in enumerate(_FLAGS.values())), OF_EACH[_SIZE] * (1 << len(_FLAGS)))
_WORDS: dict[str, ColumnElement[Any]] = {
    "language": comments.c.language,
    "status": comments.c.status,
    "outcome": _first.c.outcome,
    # Of the decision that rejected it, if one did.
    "reasons": func.coalesce(case((comments.c.status == Status.REJECTED.value, _reasons)), NOT_REJECTED),
}
_ARRIVED = Prepared(
    select(*[joined(one) for one in (*_NUMBERS.values(), _together, *_WORDS.values())])
    .select_from(
        _first.join(comments, comments.c.id == _first.c.comment_id).outerjoin(
            queue, queue.c.comment_id == comments.c.id
        )
    )
    .where(
        _first.c.site_id == bindparam("site"),
        _first.c.position >= bindparam("start"),
        _first.c.position < bindparam("end"),
        _first.c.comment_version == 0,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Events of a site's log from one position up to before another."""

    site_id: int
    start: int
    end: int

    @property
    def events(self) -> list[ColumnElement[bool]]:
        place = audit_events.c.position
        return [audit_events.c.log_id == self.site_id, place >= self.start, place < self.end]


class Coded(NamedTuple):
    """What stands in each row, as its place among the different ones."""

    codes: Ints
    labels: Sequence[Any]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Coded:
        labels = list(dict.fromkeys(values))
        places = {label: place for place, label in enumerate(labels)}
        return cls(np.fromiter(map(places.__getitem__, values), np.int64, len(values)), labels)

    def values(self) -> Ints:
        return np.array(self.labels, np.int64)[self.codes]


class Times:
    """Moments by the quarters of an hour in which they lie, for each of which the calendar is asked once."""

    def __init__(self, clock: Clock, moments: Ints) -> None:
        self._clock = clock
        quarters, self._places = np.unique(moments // QUARTER * QUARTER, return_inverse=True)
        self._quarters: list[int] = quarters.tolist()

    def starts(self, kind: Kind) -> Coded:
        """Of the hour, day or month in which each lies."""
        begun = Coded.of([self._clock.start(kind, at) for at in self._quarters])
        return Coded(begun.codes[self._places], begun.labels)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Numbers by the names of columns, and what they are counted by: also the kinds of `Kind`, and `decided`, the hour
    of the decision that each came with. `alone`: nothing else happened in the stretch.

    In whatever state they are now: whatever has happened to them since is in the log and comes again.
    """

    columns: Mapping[str, Ints]
    coded: Mapping[str, Coded]
    alone: bool

    @classmethod
    def of(cls, connection: Connection, stretch: Stretch, clock: Clock) -> Arrivals:
        [texts] = _ARRIVED.tuples(connection, site=stretch.site_id, start=stretch.start, end=stretch.end)
        *numbers, together = numbers_of(texts[: -len(_WORDS)])
        columns: dict[str, Ints] = dict(zip(_NUMBERS, numbers, strict=True))
        columns |= {name: together >> place & 1 for place, name in enumerate(_FLAGS)}
        columns[_SIZE] = together >> len(_FLAGS)
        coded = {name: Coded.of(columns[name].tolist()) for name in ("section_id", "article_id")}
        for name, text in zip(_WORDS, texts[-len(_WORDS) :], strict=True):
            coded[name] = Coded.of(words_of(text, len(together)))
        times = Times(clock, columns["at"])
        coded |= {kind.value: times.starts(kind) for kind in Kind}
        coded["decided"] = Times(clock, columns["decided_at"]).starts(Kind.HOUR)
        return cls(columns, coded, alone=len(together) == stretch.end - stretch.start)

    def __len__(self) -> int:
        return len(self.columns["at"])

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def only(self, these: NDArray[np.bool_]) -> Arrivals:
        if these.all():
            return self
        return Arrivals(
            {name: column[these] for name, column in self.columns.items()},
            {name: Coded(codes[these], labels) for name, (codes, labels) in self.coded.items()},
            self.alone,
        )

    def where(self, name: str, word: str) -> NDArray[np.bool_]:
        """Which have this word."""
        codes, labels = self.coded[name]
        found: NDArray[np.bool_] = codes == (labels.index(word) if word in labels else len(labels))
        return found

    def counted(self, keys: Sequence[str], counts: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...]]]:
        """(keys, counts): how many there are of each keys, and the sums of the other counts."""
        if not len(self):
            return
        columns = [self.coded[key] for key in keys]
        code, many = np.zeros(len(self), np.int64), 1
        for codes, labels in columns:
            code, many = code * len(labels) + codes, many * len(labels)
        # Where there are few, each has its place; else those that there are must be told apart first.
        if many > _ROOMY * len(self):
            different, code = np.unique(code, return_inverse=True)
            many = len(different)
        else:
            different = np.arange(many)
        times = np.bincount(code, minlength=many)
        there = np.flatnonzero(times)
        sums = [times, *[np.bincount(code, self.columns[name], many).astype(np.int64) for name in counts]]
        rest, found = different[there], []
        for _, labels in reversed(columns):
            rest, places = np.divmod(rest, len(labels))
            found.append([labels[place] for place in places.tolist()])
        numbers = zip(*[one[there].tolist() for one in sums], strict=True)
        yield from zip(zip(*reversed(found), strict=True), numbers, strict=True)
