"""A newsroom with a million comments in a minute: real ones are taken in, then copied inside the database.

Ids, external ids, commenters, articles, parents and times of each copy are its own, as if it had been sent: a thousand
copies are of twelve days. The copies' decisions stand at negative positions and have no events, so the log holds what
was done through the use cases alone.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text, update

from benchmarks import corpus
from benchmarks.figures import check
from benchmarks.newsroom import Newsroom
from db import schema
from db.stores import _findable, _records
from moderation.comment import Status

_AT_ONCE = 50
# Ids hold milliseconds in their upper bits; so the copies of a quarter of an hour before lie before the originals.
_ID_STEP, _STEP_MS = 1 << 42, 1 << 20
_POSITION_STEP = 1 << 32
_SHIFTED = {"id", "comment_id", "commenter_id", "article_id", "parent_id"}
_MOMENTS = {"created_at", "received_at", "edited_at", "entered_at", "decided_at", "first_seen_at"}
_NAMED = {"external_id", "parent_external_id"}
_TABLES = (
    schema.articles,
    schema.commenters,
    schema.comments,
    schema.search_texts,
    schema.scores,
    schema.decisions,
    schema.queue,
)


def fill(place: Newsroom, comments: int, *, template: int = 1_000, queued: int | None = None) -> None:
    """`comments` comments, of which the newsroom's policy decides how many wait; a multiple of the template.

    With `queued`, a multiple as well, no more copies than these stand in the queue, and the rest readers see.
    """
    waiting = comments if queued is None else queued
    check(comments % template == waiting % template == 0, "a whole number of copies")
    place.submit(corpus.comments(template, prefix="original"))
    for table in _TABLES:
        lowest = _lowest(place, table)
        copies = (waiting if table is schema.queue else comments) // template - 1
        for first in range(1, copies + 1, _AT_ONCE):
            with place.plant.engine.begin() as connection:
                _copy(connection, table, lowest=lowest, first=first, last=min(first + _AT_ONCE - 1, copies))
    with place.plant.engine.begin() as connection:
        if queued is not None:
            held = schema.comments.c.id.not_in(select(schema.queue.c.comment_id))
            connection.execute(update(schema.comments).where(held).values(status=Status.APPROVED.value))
        _findable.rebuild(connection)
        _records.recount(connection)
    _settle(place)
    check(place.count(schema.comments) == comments, "every copy is there")


def _lowest(place: Newsroom, table: Table) -> int:
    """The originals' lowest id: every copy's lies under it."""
    with place.plant.engine.connect() as connection:
        return connection.execute(select(func.min(table.c[_key(table)]))).scalar_one()


def _key(table: Table) -> str:
    return "id" if "external_id" in table.c else "comment_id"


def _copy(connection: Connection, table: Table, *, lowest: int, first: int, last: int) -> None:
    names = [column.name for column in table.columns]
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608 -- the names are the schema's own
            "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last) "
            f"SELECT {', '.join(map(_shifted, names))} FROM {table.name} AS original, numbers "
            f"WHERE original.{_key(table)} >= :lowest"
        ).bindparams(first=first, last=last, lowest=lowest)
    )


def _shifted(name: str) -> str:
    if name in _SHIFTED:
        return f"original.{name} - numbers.n * {_ID_STEP}"
    if name in _MOMENTS:
        return f"original.{name} - numbers.n * {_STEP_MS}"
    if name in _NAMED:
        return f"original.{name} || '~' || numbers.n"
    if name == "position":
        return f"original.position - numbers.n * {_POSITION_STEP}"
    return f"original.{name}"


def _settle(place: Newsroom) -> None:
    """What a running server would have done by itself by the next day: statistics, and the log of writes moved home."""
    engine = place.plant.engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        return
    # Not through the engine, which would open a transaction, and in one nothing can be moved.
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
