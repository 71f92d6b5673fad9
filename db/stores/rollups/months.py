"""Whole months of tallies, read once for each edition that they have (`kept.py`): over years they are megabytes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection, bindparam, delete, select

from db.schema import article_tallies, reader_tallies, tallied_months
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._sql import put_rows
from db.stores.rollups.clock import Kind
from db.stores.rollups.columns import numbers_of, packed
from db.stores.rollups.kept import Kept
from db.stores.rollups.readers import EVERY_SECTION, FIRST, WROTE
from db.stores.rollups.vectors import Ints, Stored, Vector, added_up, total
from db.types import from_milliseconds

Month = TypeVar("Month")
# Of ten million comments over three years some 20 MB.
_KEPT = Kept(most=48_000_000)
_EDITION_BITS = 62
_ARTICLES = ("section_id", "article_id", "comments", "civil", "rejected")
_NEVER = 1 << 62
_HALF_A_MONTH = 15 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The months of a site that start at or after `start` and before `end`, in milliseconds."""

    site_id: int
    start: int
    end: int


class Months:
    """For one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readers(self, span: Span, what: str, section: int) -> Iterator[tuple[int, Stored]]:
        """(start, who wrote how often) of each month, in order."""
        return iter(self._readers(self._editions(span), span, what, section).items())

    def times(self, span: Span, what: str, section: int) -> Vector:
        """How often each reader wrote in all of the months."""
        editions = self._editions(span)

        def made() -> Vector:
            years = [self._year(months, span, what, section) for months in _by_year(editions)]
            return _shared(total(years))

        return _KEPT.made((span, what, section, "sum"), _edition(editions), made, _size)

    def articles(self, span: Span, section: int | None) -> Ints:
        """Columns of all months: article, comments, civil, rejected; of one section, if there is one."""
        editions = self._editions(span)

        def made() -> Ints:
            months = self._articles(editions, span).values()
            columns = np.concatenate([np.empty((len(_ARTICLES), 0), np.int64), *months], axis=1)
            if section is not None:
                columns = columns[:, columns[0] == section]
            return np.array(added_up(columns[1], columns[2:]))

        return _KEPT.made((span, "articles", section, "sum"), _edition(editions), made, lambda one: one.nbytes)

    def warm(self, site_id: int) -> None:
        """Read what all charts of years ask for, as far as it is not kept and there is room for it: what does not fit
        would be read again each time."""
        if _KEPT.is_nearly_full:
            return
        span = Span(site_id=site_id, start=0, end=_NEVER)
        editions = self._editions(span)
        for what in (WROTE, FIRST):
            self._readers(editions, span, what, EVERY_SECTION)
        self._articles(editions, span)
        for months in _by_year(editions):
            self._year(months, span, WROTE, EVERY_SECTION)

    def _editions(self, span: Span) -> dict[int, int]:
        """By the months' starts, in order."""
        found = _EDITIONS.tuples(self._connection, site=span.site_id, start=span.start, end=span.end)
        return dict(found)

    def _readers(self, editions: Mapping[int, int], span: Span, what: str, section: int) -> dict[int, Stored]:
        def read(months: list[int]) -> dict[int, Stored]:
            rows = _READERS.tuples(self._connection, site=span.site_id, what=what, section=section, months=months)
            return {at: Stored.of(readers, counts) for at, readers, counts in rows}

        return self._kept(editions, (span.site_id, what, section), read, lambda one: one.size)

    def _year(self, editions: Mapping[int, int], span: Span, what: str, section: int) -> Vector:
        """The sum of a year's months: spans that begin or end in other years share it."""

        def made() -> Vector:
            months = self._readers(editions, span, what, section).values()
            return _shared(total([one.vector() for one in months]).narrowed())

        return _KEPT.made((span.site_id, what, section, "year", *editions), _edition(editions), made, _size)

    def _articles(self, editions: Mapping[int, int], span: Span) -> dict[int, Ints]:
        """Columns of each month: those of `_ARTICLES`."""

        def read(months: list[int]) -> dict[int, Ints]:
            columns = [article_tallies.c[name] for name in _ARTICLES]
            query = (
                select(article_tallies.c.at, *[packed(column) for column in columns])
                .where(
                    article_tallies.c.site_id == span.site_id,
                    article_tallies.c.kind == Kind.ARTICLE_MONTH.value,
                    article_tallies.c.at.in_(months),
                )
                .group_by(article_tallies.c.at)
            )
            return {row[0]: numbers_of(row[1:]) for row in self._connection.execute(query)}

        return self._kept(editions, (span.site_id, "articles"), read, lambda one: one.nbytes)

    def _kept(
        self,
        editions: Mapping[int, int],
        of: tuple[Any, ...],
        read: Callable[[list[int]], Mapping[int, Month]],
        size: Callable[[Month], int],
    ) -> dict[int, Month]:
        """The months that hold something, in order; those that have changed are read."""
        found: dict[int, tuple[Month | None] | None] = {
            at: _KEPT.get((*of, at), edition) for at, edition in editions.items()
        }
        missing = [at for at, month in found.items() if month is None]
        if missing:
            fresh = read(missing)
            for at in missing:
                one = fresh.get(at)
                # That a month holds nothing of a section is kept too.
                found[at] = (one,)
                _KEPT.put((*of, at), editions[at], (one,), size=0 if one is None else size(one))
        return {at: month[0] for at, month in found.items() if month is not None and month[0] is not None}


def _by_year(editions: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """In the calendar of no zone: what matters is that a month is always in the same year."""
    for _, months in groupby(editions.items(), lambda one: from_milliseconds(one[0] + _HALF_A_MONTH).year):
        yield dict(months)


def _shared(vector: Vector) -> Vector:
    for column in (vector.numbers, vector.counts):
        column.flags.writeable = False
    return vector


def _size(vector: Vector) -> int:
    return vector.numbers.nbytes + vector.counts.nbytes


def _edition(editions: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(editions.values())


def give_editions(connection: Connection, site_id: int, months: set[int]) -> None:
    """To months whose tallies are written in this transaction."""
    rows = [(site_id, at, secrets.randbits(_EDITION_BITS)) for at in sorted(months)]
    put_rows(connection, tallied_months, ("site_id", "at"), ("edition",), rows)


def forget_editions(connection: Connection, site_id: int) -> None:
    connection.execute(delete(tallied_months).where(tallied_months.c.site_id == site_id))


_EDITIONS = Prepared(
    select(tallied_months.c.at, tallied_months.c.edition)
    .where(
        tallied_months.c.site_id == bindparam("site"),
        tallied_months.c.at >= bindparam("start"),
        tallied_months.c.at < bindparam("end"),
    )
    .order_by(tallied_months.c.at)
)
_READERS = Prepared(
    select(reader_tallies.c.at, reader_tallies.c.readers, reader_tallies.c.counts).where(
        reader_tallies.c.site_id == bindparam("site"),
        reader_tallies.c.what == bindparam("what"),
        reader_tallies.c.kind == Kind.MONTH.value,
        reader_tallies.c.section_id == bindparam("section"),
        among(reader_tallies.c.at, "months"),
    )
)
