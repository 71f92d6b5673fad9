"""The comments that came in with a stretch of the log, read once for all that is counted of them."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
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
from db.stores._counting import counted_as, made_it_so
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores.insights.buckets import QUARTER
from db.stores.insights.conditions import milliseconds
from db.stores.insights.measures import OF_EACH
from db.stores.rollups.clock import Clock, Kind
from db.stores.rollups.columns import joined, numbers_of, packed, words_of
from db.stores.rollups.vectors import Ints
from moderation.comment import Status
from moderation.decision import Outcome

NOT_REJECTED = "-"
"""In place of the reasons of a rejection, which may be none at all."""
# So many places for each row cost less than sorting the rows.
_ROOMY = 4
_reasons = select(decisions.c.reasons).where(made_it_so).correlate(comments).scalar_subquery()
_SIZE = "characters"
# Each 1 or 0, and words that are known beforehand: in one number, since each column takes its time to be handed over.
_SAID: dict[str, ColumnElement[int]] = {
    "review": case((decisions.c.review, 1), else_=0),
    "by_policy": case((decisions.c.staff_id.is_(None), 1), else_=0),
}
_FLAGS: dict[str, ColumnElement[int]] = {
    **{name: OF_EACH[name] for name in ("civil", "rejected", "replies")},
    "by_machine": case((comments.c.decided_by_machine, 1), else_=0),
}


def _together(flags: Mapping[str, ColumnElement[int]], word: ColumnElement[Any], of: type[StrEnum]) -> Any:
    place = case({str(one): place for place, one in enumerate(of)}, value=word)
    return reduce(operator.add, [one * (1 << at) for at, one in enumerate((*flags.values(), place))])


def _apart(flags: Mapping[str, Any], of: type[StrEnum], numbers: Ints) -> tuple[dict[str, Ints], Coded]:
    """The flags and the word that were put together."""
    found = {name: numbers >> at & 1 for at, name in enumerate(flags)}
    return found, Coded(numbers >> len(flags), [str(one) for one in of])


_CAME = Prepared(
    select(
        packed(decisions.c.comment_id),
        packed(milliseconds(decisions.c.decided_at)),
        packed(_together(_SAID, decisions.c.outcome, Outcome)),
    ).where(
        decisions.c.site_id == bindparam("site"),
        decisions.c.position >= bindparam("start"),
        decisions.c.position < bindparam("end"),
        decisions.c.comment_version == 0,
    )
)
_NUMBERS: dict[str, ColumnElement[Any]] = {
    "at": milliseconds(comments.c.created_at),
    "section_id": func.coalesce(comments.c.section_id, literal(0)),
    "article_id": comments.c.article_id,
    "commenter_id": comments.c.commenter_id,
}
# By their ids alone: of ten thousand that came one after another the index is gone through once, and not for each as a
# join would.
_THEIRS = Prepared(
    select(
        packed(comments.c.id),
        *[packed(one) for one in _NUMBERS.values()],
        packed(_together(_FLAGS, counted_as, Status)),
        packed(OF_EACH[_SIZE]),
        joined(comments.c.language),
        # Of the decisions that rejected them, where one did.
        joined(case((counted_as == Status.REJECTED.value, func.coalesce(_reasons, NOT_REJECTED)))),
    ).where(among(comments.c.id, "comments"))
)
_WAITING = Prepared(select(packed(queue.c.comment_id)).where(among(queue.c.comment_id, "comments")))


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

    @classmethod
    def of_numbers(cls, values: Ints) -> Coded:
        labels, codes = np.unique(values, return_inverse=True)
        return cls(codes, labels.tolist())

    def values(self) -> Ints:
        return np.array(self.labels, np.int64)[self.codes]

    def only(self, these: NDArray[np.bool_]) -> Coded:
        return Coded(self.codes[these], self.labels)


def _of_some(those: Ints, text: str | None) -> Coded:
    """The words of those rows that are 1."""
    at = np.flatnonzero(those)
    found = Coded.of([NOT_REJECTED, *words_of(text, len(at))])
    codes = np.zeros(len(those), np.int64)
    codes[at] = found.codes[1:]
    return Coded(codes, found.labels)


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
        came = numbers_of(*_CAME.tuples(connection, site=stretch.site_id, start=stretch.start, end=stretch.end))
        asked = came[0].tolist()
        [theirs] = _THEIRS.tuples(connection, comments=asked)
        [[waiting]] = _WAITING.tuples(connection, comments=asked)
        *given, language, reasons = theirs
        comment, *numbers, together, characters = numbers_of(given)
        # In the order of the comments.
        order = np.argsort(came[0])
        _, decided_at, said = came[:, order[np.searchsorted(came[0], comment, sorter=order)]]
        waits = np.isin(comment, numbers_of([waiting]))
        columns: dict[str, Ints] = dict(zip(_NUMBERS, numbers, strict=True))
        flags, status = _apart(_FLAGS, Status, together)
        of_first, outcome = _apart(_SAID, Outcome, said)
        columns |= flags | of_first | {_SIZE: characters, "decided_at": decided_at, "waiting": waits.astype(np.int64)}
        # As in `OF_EACH`.
        columns["machine"] = np.where(waits, 0, columns.pop("by_machine"))
        coded = {name: Coded.of_numbers(columns[name]) for name in ("section_id", "article_id")}
        coded |= {"status": status, "outcome": outcome, "language": Coded.of(words_of(language, len(comment)))}
        coded["reasons"] = _of_some(columns["rejected"], reasons)
        times = Times(clock, columns["at"])
        coded |= {kind.value: times.starts(kind) for kind in Kind}
        coded["decided"] = Times(clock, decided_at).starts(Kind.HOUR)
        return cls(columns, coded, alone=len(comment) == stretch.end - stretch.start)

    def __len__(self) -> int:
        return len(self.columns["at"])

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def only(self, these: NDArray[np.bool_]) -> Arrivals:
        if these.all():
            return self
        return Arrivals(
            {name: column[these] for name, column in self.columns.items()},
            {name: one.only(these) for name, one in self.coded.items()},
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
