"""The cells of one hour or day, counted anew, and what stands in them.

By statements that are compiled once: with fifty at work the tallies ask hundreds of them a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, bindparam, literal, literal_column, select

from db.schema import comments, decisions, logs
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores.insights.conditions import milliseconds
from db.stores.rollups.clock import Clock, Kind
from db.stores.rollups.families import Cell, Family

first = decisions.alias("first_decision")
came = (first.c.comment_id == comments.c.id) & (first.c.comment_version == 0)
# So many ids are left out of a count at once; of so many articles each is read by itself.
_FEW, _FEW_ARTICLES = 20_000, 50
_SITE, _POSITION = bindparam("site", type_=BigInteger()), bindparam("position", type_=BigInteger())


def came_before(connection: Connection, site_id: int, position: int) -> tuple[FromClause, ColumnElement[bool]]:
    """The comments that came in before the position of the log, and by what they are told."""
    few = _few_later(connection, site_id, position)
    return _came_before(literal(site_id, BigInteger()), literal(position, BigInteger()), few=few)


def _few_later(connection: Connection, site_id: int, position: int) -> bool:
    head = connection.execute(select(logs.c.size).where(logs.c.id == site_id)).scalar()
    return (head or 0) - position <= _FEW


def _came_before(
    site_id: ColumnElement[int], position: ColumnElement[int], *, few: bool
) -> tuple[FromClause, ColumnElement[bool]]:
    """While a site catches up many came later. Else these are left out by their ids, which is a third of the work of
    looking up where each one came."""
    if not few:
        return comments.join(first, came), first.c.position < position
    later = select(first.c.comment_id).where(
        first.c.site_id == site_id, first.c.position >= position, first.c.comment_version == 0
    )
    return comments, comments.c.id.not_in(later)


@cache
def _counting(family: Family, kind: Kind, *, few: bool, by_article: bool) -> Prepared:
    source, condition = _came_before(_SITE, _POSITION, few=few)
    asked = [family.keys[key] for key in _kept(family, kind) if key in family.keys]
    at = milliseconds(comments.c.created_at)
    # As a sum no index serves it: SQLite would read all of a day where an article has an index of its own.
    site_id = comments.c.site_id + literal_column("0") if by_article else comments.c.site_id
    query = (
        select(*asked, *family.counts.values())
        .select_from(family.of(source))
        .where(condition, site_id == _SITE, at >= bindparam("start"), at < bindparam("end"), *family.where)
        .group_by(*asked)
    )
    return Prepared(query.where(among(comments.c.article_id, "articles")) if kind is Kind.ARTICLE_DAY else query)


@cache
def _standing(family: Family, kind: Kind) -> Prepared:
    table = family.table
    query = select(*[table.c[name] for name in (*family.keys, *family.counts)]).where(
        table.c.site_id == bindparam("site"), table.c.kind == bindparam("kind"), table.c.at == bindparam("start")
    )
    return Prepared(query.where(among(table.c.article_id, "articles")) if kind is Kind.ARTICLE_DAY else query)


def _kept(family: Family, kind: Kind) -> Cell:
    """The names of the keys that the kind keeps, and in place of the others what stands there."""
    return family.bases[kind](tuple(family.keys))


@dataclass(frozen=True, slots=True)
class Anew:
    """For one family of one site, before a position of its log."""

    connection: Connection
    clock: Clock
    family: Family
    site_id: int
    position: int

    def differences(self, places: Sequence[tuple[Kind, int, Sequence[int]]]) -> Iterator[tuple[Cell, Sequence[int]]]:
        """(cell, counts), some cells twice: what each place counts now, and less what stands in it.

        A place is a kind and its start, and of a day the articles that are asked.
        """
        few = _few_later(self.connection, self.site_id, self.position)
        for kind, start, articles in places:
            yield from self._counted(kind, start, articles, few=few)
            yield from self._less(kind, start, articles)

    def _counted(
        self, kind: Kind, start: int, articles: Sequence[int], *, few: bool
    ) -> Iterator[tuple[Cell, Sequence[int]]]:
        by_article = bool(articles) and len(articles) <= _FEW_ARTICLES and self.connection.dialect.name == "sqlite"
        counting = _counting(self.family, kind, few=few, by_article=by_article)
        given: dict[str, Any] = {"site": self.site_id, "position": self.position, "start": start}
        given |= {"end": self.clock.after(kind, start)} | _asked(articles)
        kept = _kept(self.family, kind)
        for row in counting.tuples(self.connection, **given):
            found = iter(row)
            keys = [next(found) if key in self.family.keys else key for key in kept]
            yield (kind.value, start, *keys), tuple(found)

    def _less(self, kind: Kind, start: int, articles: Sequence[int]) -> Iterator[tuple[Cell, Sequence[int]]]:
        width = len(self.family.keys)
        standing = _standing(self.family, kind)
        given = {"site": self.site_id, "kind": kind.value, "start": start} | _asked(articles)
        for row in standing.tuples(self.connection, **given):
            yield (kind.value, start, *row[:width]), [-number for number in row[width:]]


def _asked(articles: Sequence[int]) -> dict[str, list[int]]:
    return {"articles": list(articles)} if articles else {}
