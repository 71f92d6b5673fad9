"""The comments that came in with a stretch of the log, read once for all that is counted of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
)

from db.schema import audit_events, comments, decisions, reader_numbers
from db.stores._prepared import Prepared
from db.stores.insights.buckets import QUARTER
from db.stores.insights.conditions import milliseconds
from db.stores.insights.measures import OF_EACH
from db.stores.rollups.clock import Clock, Kind
from db.stores.rollups.vectors import Ints
from moderation.comment import Status

NOBODY, NEVER = -1, 2**62
"""In place of a reader's number and of when they wrote first, where that is not known."""
_first, _then = decisions.alias("first_decision"), decisions.alias("then")
numbered = (reader_numbers.c.site_id == comments.c.site_id) & (reader_numbers.c.commenter_id == comments.c.commenter_id)
number_or_nobody = func.coalesce(reader_numbers.c.number, literal(NOBODY, BigInteger()))
first_or_never = func.coalesce(reader_numbers.c.first_at, literal(NEVER, BigInteger()))
_reasons = (
    select(_then.c.reasons)
    .where(_then.c.comment_id == comments.c.id, _then.c.comment_version == comments.c.version - 1)
    .correlate(comments)
    .scalar_subquery()
)
_NUMBERS: dict[str, ColumnElement[Any]] = {
    "at": milliseconds(comments.c.created_at),
    "section_id": func.coalesce(comments.c.section_id, literal(0)),
    "article_id": comments.c.article_id,
    **OF_EACH,
    "commenter_id": comments.c.commenter_id,
    "number": number_or_nobody,
    "first_at": first_or_never,
    "decided_at": milliseconds(_first.c.decided_at),
    "review": case((_first.c.review, 1), else_=0),
    "by_policy": case((_first.c.staff_id.is_(None), 1), else_=0),
}
_WORDS: dict[str, ColumnElement[Any]] = {
    "language": comments.c.language,
    "status": comments.c.status,
    "outcome": _first.c.outcome,
    # Of the decision that rejected it, if one did.
    "reasons": case((comments.c.status == Status.REJECTED.value, _reasons), else_=null()),
}
_ARRIVED = Prepared(
    select(*[one.label(name) for name, one in (_NUMBERS | _WORDS).items()])
    .select_from(_first.join(comments, comments.c.id == _first.c.comment_id).outerjoin(reader_numbers, numbered))
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


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A number each by the names of columns; a word stands there by its place among the words of its column.

    In whatever state they are now: whatever has happened to them since is in the log and comes again.
    """

    columns: Mapping[str, Ints]
    words: Mapping[str, Sequence[str | None]]

    @classmethod
    def of(cls, connection: Connection, stretch: Stretch) -> Arrivals:
        rows = _ARRIVED.tuples(connection, site=stretch.site_id, start=stretch.start, end=stretch.end)
        found = list(zip(*rows, strict=True)) or [()] * (len(_NUMBERS) + len(_WORDS))
        numbers = np.array(found[: len(_NUMBERS)], np.int64)
        columns: dict[str, Ints] = dict(zip(_NUMBERS, numbers, strict=True))
        words: dict[str, list[str | None]] = {}
        for name, given in zip(_WORDS, found[len(_NUMBERS) :], strict=True):
            places: dict[str | None, int] = {}
            columns[name] = np.array([places.setdefault(word, len(places)) for word in given], np.int64)
            words[name] = list(places)
        return cls(columns, words)

    def __len__(self) -> int:
        return len(self.columns["at"])

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def only(self, these: NDArray[np.bool_]) -> Arrivals:
        return replace(self, columns={name: column[these] for name, column in self.columns.items()})

    def where(self, name: str, word: str | None) -> NDArray[np.bool_]:
        """Which have this word."""
        words = self.words[name]
        found: NDArray[np.bool_] = self.columns[name] == (words.index(word) if word in words else len(words))
        return found

    def counted(
        self, starts: Ints, keys: Sequence[str], counts: Sequence[str]
    ) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...]]]:
        """((start, keys), counts): how many there are of each start and keys, and the sums of the other counts."""
        if not len(self):
            return
        columns = [starts, *[self.columns[key] for key in keys]]
        found, firsts, places = _told_apart(columns)
        sums = [np.bincount(places, minlength=found)]
        sums += [np.bincount(places, self.columns[name], found).astype(np.int64) for name in counts]
        labels = [column[firsts].tolist() for column in columns]
        for place, key in enumerate(keys, start=1):
            if key in self.words:
                words = self.words[key]
                labels[place] = [words[one] for one in labels[place]]
        yield from zip(zip(*labels, strict=True), zip(*[one.tolist() for one in sums], strict=True), strict=True)


def _told_apart(columns: Sequence[Ints]) -> tuple[int, Ints, Ints]:
    """How many different rows there are, where each stands first, and which of them each row is."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        values, places = np.unique(column, return_inverse=True)
        code = code * len(values) + places
    _, firsts, places = np.unique(code, return_index=True, return_inverse=True)
    return len(firsts), firsts, places


def starts(clock: Clock, kind: Kind, moments: Ints) -> Ints:
    """Of the hour, day or month in which each moment lies."""
    quarters, places = np.unique(moments // QUARTER * QUARTER, return_inverse=True)
    return np.array([clock.start(kind, at) for at in quarters.tolist()], np.int64)[places]
