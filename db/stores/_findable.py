"""The folded texts by which comments are found and the folded names by which commenters are, by their trigrams.

On PostgreSQL an index of the table, on SQLite an FTS5 table beside it. That is not kept by triggers, which FTS5 answers
one by one: a thousand rows at once cost a quarter of that. So texts are put into it many at once, as PostgreSQL's index
does by itself: until then they are on a list, and who searches reads those on the list as well (docs/decisions/0046).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    Text,
    TextClause,
    bindparam,
    column,
    delete,
    func,
    insert,
    inspect,
    literal_column,
    or_,
    select,
    table,
    update,
)
from sqlalchemy import text as literal_text

from db.schema import commenters, search_texts
from db.stores._lists import among
from db.stores._parts import parts_of
from db.stores._prepared import Prepared
from db.stores._sql import insert_rows
from moderation.text.finding import trigrams
from moderation.text.hamza import spellings

# Pages that a step of tidying writes: some 20 milliseconds, for which others wait.
_STEP = 250
# Making all parts one adds a level or two to the index's record, and an older SQLite, which sets no bound, takes an
# index of 2,000 for damaged. Made anew it has few; that takes a minute for a million, once in a year of daily erasures.
_TALLEST = 1_000
# So many on the list are put into the index; where many come at once, so many times as many.
_LOT, _TIMES = 1_000, 4
# A text of more letters goes in at once: each costs 55 nanoseconds, and the list is put in by one transaction.
_LONG = 1_000


class Findable:
    """A table's column `folded`; every row is in the index, whatever its text, or on the list of those to come."""

    def __init__(self, index: str, key: Column[int], *, listed: str | None = None) -> None:
        # SQLAlchemy knows no virtual tables: this has an id, a text, and two columns for orders and their numbers.
        self.index = table(index, column(index), column("rowid"), column("folded"), column("rank"))
        self._key = key
        self._folded: Column[str] = key.table.c.folded
        self._list = _List(listed) if listed else None
        found = select(key, self._folded).where(among(key, "ids"))
        told: ColumnElement[str] = literal_column("'delete'")
        self._take = Prepared(insert(self.index).from_select(["rowid", "folded"], found))
        self._forget = Prepared(
            insert(self.index).from_select([index, "rowid", "folded"], found.with_only_columns(told, key, self._folded))
        )

    def add(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        """What the table has been given: rows of (id, folded text)."""
        if not _on_sqlite(connection):
            return
        if self._list is None:
            insert_rows(connection, self.index, ("rowid", "folded"), rows)
            return
        insert_rows(connection, self.index, ("rowid", "folded"), [row for row in rows if len(row[1]) > _LONG])
        later = [id_ for id_, folded in rows if len(folded) <= _LONG]
        if later and self._list.add(connection, later) >= max(_LOT, _TIMES * len(later)):
            self._take.run(connection, ids=self._list.take(connection))

    @contextmanager
    def changing(self, connection: Connection, ids: Sequence[int]) -> Iterator[None]:
        """The index follows what becomes of these rows meanwhile: FTS5 must be told the text that it is to forget."""
        if not (_on_sqlite(connection) and ids):
            yield
            return
        listed = self._list.take(connection, ids) if self._list else ()
        if indexed := sorted(set(ids).difference(listed)):
            self._forget.run(connection, ids=indexed)
        yield
        self._take.run(connection, ids=ids)

    def found(self, query: Select[Any], given: str | None = None) -> list[tuple[Select[Any], ColumnElement[int]]]:
        """On SQLite, the same of what the index finds and of what is on the list, each with what it is ordered by.

        `given`: what `match` said; else it is to be bound to `trigrams`.
        """
        matches = self.matches() if given is None else self.matches().bindparams(trigrams=given)
        rowid: ColumnElement[int] = self.index.c.rowid
        indexed = query.join(self.index, rowid == self._key).where(matches), rowid
        if self._list is None:
            return [indexed]
        # With a sum no index leads to the list, so that it comes first: elsewhere it would be read again for each row,
        # however SQLite weighs a list that was empty when it was last counted.
        return [indexed, (query.join(self._list.table, self._list.id + 0 == self._key), self._list.id)]

    def purge(self, connection: Connection) -> None:
        """What FTS5 has forgotten stays in its older parts until all are made one; with names that is soon done."""
        if self._is_tall(connection):
            self.rebuild(connection)
        else:
            self._order(connection, "optimize")

    def tidy(self, connection: Connection, going: int | None) -> int | None:
        """A short step of the same where many texts take minutes; what it gives is to be given to the next step.

        None begins, and says that all that was there at the beginning is done. What others write meanwhile is for the
        next beginning: who began with each step would never end beside an import, and would grow the record by each.
        """
        if not _on_sqlite(connection):
            return None
        if going is None and self._is_tall(connection):
            self.rebuild(connection)
            return None
        # Less than nothing begins with all parts; what goes on is gone on with.
        pages = -_STEP if going is None else _STEP
        connection.execute(insert(self.index).values({self.index.name: "merge", "rank": pages}))
        merging = parts_of(connection, self.index.name).merging
        if going is None:
            return max(merging, default=None)
        return going if going in merging else None

    def rebuild(self, connection: Connection) -> None:
        """Make the index of what the table holds; a database of an earlier revision has none."""
        if not _on_sqlite(connection):
            return
        there = inspect(connection)
        if there.has_table(self.index.name):
            self._order(connection, "rebuild")
        if self._list is not None and there.has_table(self._list.table.name):
            self._list.take(connection)

    def matches(self) -> TextClause:
        """FTS5's condition, to which `trigrams` is bound as `match` words it."""
        given = bindparam("trigrams", type_=Text())
        return literal_text(f"{self.index.name} MATCH :trigrams").bindparams(given)

    def holds(self, connection: Connection, word: str) -> ColumnElement[bool]:
        """In any of its spellings."""
        if _on_sqlite(connection):
            return or_(*[func.instr(self._folded, one) > 0 for one in spellings(word)])
        return or_(*[self._folded.contains(one, autoescape=True) for one in spellings(word)])

    def _is_tall(self, connection: Connection) -> bool:
        return _on_sqlite(connection) and parts_of(connection, self.index.name).levels >= _TALLEST

    def _order(self, connection: Connection, order: str) -> None:
        if _on_sqlite(connection):
            connection.execute(insert(self.index).values({self.index.name: order}))


class _List:
    """Ids of rows that are not in the index yet."""

    def __init__(self, name: str) -> None:
        self.table = table(name, column("id", BigInteger()))
        self.id: ColumnElement[int] = self.table.c.id
        some = among(self.id, "ids")
        self._count = Prepared(select(func.count()).select_from(self.table))
        self._all = Prepared(select(self.id).order_by(self.id))
        self._some = Prepared(select(self.id).where(some))
        self._clear = Prepared(delete(self.table))
        self._strike = Prepared(delete(self.table).where(some))

    def add(self, connection: Connection, ids: Sequence[int]) -> int:
        """How many there are then."""
        insert_rows(connection, self.table, ("id",), [(id_,) for id_ in ids], together=True)
        count: int = self._count.scalar(connection)
        return count

    def take(self, connection: Connection, ids: Sequence[int] | None = None) -> list[int]:
        """Those of these that are on it, or all; they are not on it any more."""
        if ids is None:
            found = self._all.tuples(connection)
            self._clear.run(connection)
        elif found := self._some.tuples(connection, ids=ids):
            self._strike.run(connection, ids=ids)
        return [id_ for (id_,) in found]


TEXTS = Findable("search_index", search_texts.c.comment_id, listed="search_unindexed")
NAMES = Findable("names_index", commenters.c.id)


def match(words: Sequence[str]) -> str:
    """FTS5's own language, in which a double quote is doubled: a word's trigrams, in any of its spellings."""
    ways = [spellings(word) for word in words]
    asked = [_all_of([way[0] for way in ways if len(way) == 1])]
    asked += [" OR ".join(f"({_all_of([one])})" for one in way) for way in ways if len(way) > 1 and trigrams(way)]
    return " AND ".join(f"({one})" if " OR " in one else one for one in asked if one)


def _all_of(words: Sequence[str]) -> str:
    return " AND ".join('"' + one.replace('"', '""') + '"' for one in trigrams(words))


def add(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (comment id, folded text)."""
    insert_rows(connection, search_texts, ("comment_id", "folded"), rows, together=True)
    TEXTS.add(connection, rows)


def change(connection: Connection, comment_id: int, folded: str) -> None:
    with TEXTS.changing(connection, [comment_id]):
        connection.execute(update(search_texts).where(search_texts.c.comment_id == comment_id).values(folded=folded))


def remove(connection: Connection, comment_id: int) -> None:
    with TEXTS.changing(connection, [comment_id]):
        connection.execute(delete(search_texts).where(search_texts.c.comment_id == comment_id))


def rebuild(connection: Connection) -> None:
    """For who fills the tables without their stores."""
    for one in (TEXTS, NAMES):
        one.rebuild(connection)


def _on_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
