"""What comes in by the thousand goes in whole or not at all, also where SQLite looks at references at the commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import Engine, func, inspect, select, text

from db.migrate import config, upgrade
from db.schema import LATE, comments, metadata, scores
from moderation.errors import Contention
from moderation.ports import UnitOfWork
from moderation.service import audit
from tests.builders import OPERATOR, Newsroom, incoming
from tests.builders import scores as made_scores


def waiting(engine: Engine) -> set[str]:
    """Tables of which a reference is looked at no sooner than at the commit."""
    found = inspect(engine)
    return {
        table.name
        for table in metadata.sorted_tables
        for key in found.get_foreign_keys(table.name)
        if key["options"].get("initially") == "DEFERRED"
    }


def test_only_sqlite_waits_and_with_every_reference_of_these_tables(newsroom: Newsroom) -> None:
    engine = newsroom.plant.engine
    sqlite = engine.dialect.name == "sqlite"
    assert waiting(engine) == (LATE if sqlite else set())
    if sqlite:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
        texts = {name: sql for name, sql in rows if name in LATE}
        found = {name: sql.count("REFERENCES") for name, sql in texts.items()}
        assert {name: sql.count(") DEFERRABLE INITIALLY DEFERRED") for name, sql in texts.items()} == found
        assert min(found.values()) > 0


@pytest.mark.parametrize("missing", [0, 99, 100, 249])
def test_one_row_that_refers_to_nothing_takes_all_others_with_it(newsroom: Newsroom, missing: int) -> None:
    newsroom.submit(*(incoming(f"text {n}") for n in range(250)))
    ids = list(stored(newsroom))
    ids[missing] = 9

    def again(uow: UnitOfWork) -> None:
        uow.comments.add_scores(newsroom.site.id, [(id_, 2, made_scores()) for id_ in ids])

    refused(newsroom, again)


@pytest.mark.parametrize("double", [1, 100, 249])
def test_one_row_that_is_there_takes_all_others_with_it(newsroom: Newsroom, double: int) -> None:
    newsroom.submit(*(incoming(f"text {n}") for n in range(250)))
    rows = [(id_, 2, made_scores()) for id_ in stored(newsroom)]
    rows[double] = rows[0]
    refused(newsroom, lambda uow: uow.comments.add_scores(newsroom.site.id, rows))


def stored(newsroom: Newsroom) -> list[int]:
    with newsroom.plant.engine.connect() as connection:
        return list(connection.execute(select(comments.c.id).order_by(comments.c.id)).scalars())


def refused(newsroom: Newsroom, write: Callable[[UnitOfWork], None]) -> None:
    def count() -> int:
        with newsroom.plant.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(scores)).scalar_one()

    before = count()
    with pytest.raises(Contention) as error, newsroom.desk.begin() as uow:
        write(uow)
    assert (error.value.fields["what"], count()) == ("row", before)
    # And the next one finds nothing of it.
    assert newsroom.say("and now?").created
    assert all(one.ok for one in audit.verify(newsroom.desk, OPERATOR))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_there_and_back_nothing_is_copied_and_all_is_sound(newsroom: Newsroom) -> None:
    newsroom.submit(*(incoming(f"text {n}") for n in range(3)))
    engine = newsroom.plant.engine
    before = roots(engine)
    with engine.begin() as connection:
        command.downgrade(config(connection), "0027")
    assert waiting(engine) == set()
    # What a later step makes is made anew, wherever there is room.
    kept = {name for name, _ in roots(engine)}
    with pytest.raises(Contention), newsroom.desk.begin() as uow:
        uow.comments.add_scores(newsroom.site.id, [(9, 1, made_scores())])
    upgrade(engine)
    assert waiting(engine) == LATE
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    assert [one for one in roots(engine) if one[0] in kept] == [one for one in before if one[0] in kept]
    assert len(stored(newsroom)) == 3
    assert newsroom.say("and now?").created


def roots(engine: Engine) -> list[tuple[object, ...]]:
    """Where each table and index begins in the file; of one that was copied that is another page."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, rootpage FROM sqlite_master ORDER BY name, rootpage"))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_sqlite_that_lets_nobody_change_a_description_goes_without(newsroom: Newsroom) -> None:
    def defended(action: int, name: str | None, *_: object) -> int:
        return sqlite3.SQLITE_DENY if (action, name) == (sqlite3.SQLITE_UPDATE, "sqlite_master") else sqlite3.SQLITE_OK

    engine = newsroom.plant.engine
    with engine.begin() as connection:
        command.downgrade(config(connection), "0027")
    with engine.begin() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_authorizer(defended)
        command.upgrade(config(connection), "0028")
        raw.set_authorizer(None)
        command.upgrade(config(connection), "head")
        assert connection.execute(text("PRAGMA writable_schema")).scalar_one() == 0
    assert waiting(engine) == set()
    assert all(receipt.created for receipt in newsroom.submit(*(incoming(f"text {n}") for n in range(250))))
    assert newsroom.plant.is_current()
