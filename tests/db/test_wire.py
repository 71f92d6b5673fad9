"""Statements that go to the driver: their values, their lists, and what is kept until the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.engine import connect
from db.route import Answer, Route
from db.statement import Statement
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._sql import insert_rows, put_rows
from db.types import Id, Instant
from moderation.errors import Contention

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
notes = Table(
    "notes",
    MetaData(),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("word", String(20), nullable=False),
    Column("at", Instant),
    Column("packed", LargeBinary),
)
_PUT = Prepared(insert(notes).values(id=bindparam("id"), word=bindparam("word"), at=bindparam("at")))
_ALL = Prepared(select(notes).order_by(notes.c.id))
_ONE = Prepared(select(notes).where(notes.c.id == bindparam("id")))
_MARK = Prepared(update(notes).where(notes.c.id == bindparam("which")).values(word=bindparam("mark")))
_OF = Prepared(select(notes.c.id).where(among(notes.c.word, "words")).order_by(notes.c.id))


@pytest.fixture
def engine(database_url: str):
    engine = connect(database_url)
    with engine.begin() as connection:
        notes.create(connection)
    yield engine
    with engine.begin() as connection:
        notes.drop(connection)
    engine.dispose()


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements went with each trip to PostgreSQL, what opens and ends a transaction not counted."""
    made: list[int] = []
    run = Route.run

    def counted(route: Route, statements: Sequence[Statement], **given: Any) -> Answer:
        made.append(len(statements))
        return run(route, statements, **given)

    monkeypatch.setattr(Route, "run", counted)
    return made


def put(engine: Engine, *ids: int, then: Callable[[Connection], object] | None = None) -> None:
    with engine.begin() as connection:
        for one in ids:
            _PUT.defer(connection, id=one, word=f"w{one % 2}", at=NOON)
        if then is not None:
            then(connection)


def stored(engine: Engine) -> list[int]:
    with engine.begin() as connection:
        return [row.id for row in _ALL.all(connection)]


def test_values_come_back_as_what_they_were(engine: Engine) -> None:
    with engine.begin() as connection:
        assert _PUT.run(connection, id=2**40, word="؟%s?", at=NOON) == 1
        assert _PUT.run(connection, id=2, word="b", at=None) == 1
        rows = _ALL.all(connection)
    assert [(row.id, row.word, row.at) for row in rows] == [(2, "b", None), (2**40, "؟%s?", NOON)]


@pytest.mark.parametrize("packed", [b"", b"\x00\xff\\x41'", bytes(range(256)) * 4_000])
def test_bytes_come_back_as_what_they_were(engine: Engine, packed: bytes) -> None:
    with engine.begin() as connection:
        put_rows(
            connection, notes, ("id",), ("word", "packed"), [(1, "a", packed), (2, "b", b"other"), (3, "c", packed)]
        )
        # Beside values of other kinds, and where there are none.
        put_rows(connection, notes, ("id",), ("word", "packed"), [(2, "b", packed), (3, "c", None)])
        insert_rows(connection, notes, ("id", "packed", "word"), [(4, packed, "d")])
        rows = _ALL.all(connection)
    assert [(row.id, row.word, row.at, row.packed) for row in rows] == [
        (1, "a", None, packed),
        (2, "b", None, packed),
        (3, "c", None, None),
        (4, "d", None, packed),
    ]


@pytest.mark.parametrize("ignore", [False, True])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_rows_go_in_together_by_any_number(engine: Engine, count: int, ignore: bool) -> None:
    rows = [(number, f"w{number}") for number in range(count)]
    with engine.begin() as connection:
        if ignore:
            insert_rows(connection, notes, ("id", "word"), rows[-1:])
        insert_rows(connection, notes, ("id", "word"), rows, ignore=ignore, together=True)
        assert [(row.id, row.word) for row in _ALL.all(connection)] == rows


def test_a_list_of_any_length_is_one_value(engine: Engine) -> None:
    put(engine, *range(1, 6))
    with engine.begin() as connection:
        assert [row.id for row in _OF.all(connection, words=["w1", "no", "'); --"])] == [1, 3, 5]
        assert _OF.all(connection, words=[]) == []
        assert len(_OF.all(connection, words=[f"w{n}" for n in range(5_000)])) == 5


WORDS = ("", " ", "NULL", '"', "\\", '\\"', "a,b", "{x}", "'; --", "{", '","', "\n\t", "؟%s", "é\u200f", "$1")


def test_words_and_numbers_of_a_list_are_what_they_were(engine: Engine) -> None:
    rows = [(2**40 + number, word) for number, word in enumerate(WORDS)] + [(-1, "last")]
    with engine.begin() as connection:
        put_rows(connection, notes, ("id",), ("word",), rows)
        assert [(row.id, row.word) for row in _ALL.all(connection)] == sorted(rows)
        assert [row.id for row in _OF.all(connection, words=list(WORDS))] == [row[0] for row in rows[:-1]]
        assert [row.id for row in _OF.all(connection, words=['"', '","'])] == [2**40 + 3, 2**40 + 10]


@pytest.mark.parametrize("word", ["a\0b", "\0", "\ud800"])
def test_a_word_that_no_text_may_hold_is_refused_beside_others(engine: Engine, word: str) -> None:
    """SQLite looks for them, and finds none."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            assert _OF.all(connection, words=["a", word]) == []
        else:
            with pytest.raises((DBAPIError, UnicodeEncodeError)):
                _OF.all(connection, words=["a", word])
        # Nothing was sent, so the connection is as good as before.
        put_rows(connection, notes, ("id",), ("word",), [(1, "a")])
    assert stored(engine) == [1]


def test_what_is_kept_is_there_for_the_next_statement_and_after_the_commit(engine: Engine) -> None:
    with engine.begin() as connection:
        _PUT.defer(connection, id=1, word="a", at=None)
        assert [row.id for row in _ALL.all(connection)] == [1]
        _PUT.defer(connection, id=2, word="a", at=None)
        assert connection.execute(select(notes.c.id).order_by(notes.c.id)).scalars().all() == [1, 2]
        _PUT.defer(connection, id=3, word="a", at=None)
    assert stored(engine) == [1, 2, 3]


def test_a_question_is_answered_whatever_is_sent_after_it(engine: Engine) -> None:
    put(engine, 1, 2)
    with engine.begin() as connection:
        first, none = _ONE.ask(connection, id=1), _ONE.ask(connection, id=9)
        _PUT.defer(connection, id=9, word="a", at=NOON)
        second = _ONE.ask(connection, id=2)
        assert (second().word, first().word, none(), second().id) == ("w0", "w1", None, 2)
        by_the_next = _ONE.ask(connection, id=9)
        assert len(_ALL.all(connection)) == 3
        assert by_the_next().at == NOON
        by_sqlalchemy = _ONE.ask(connection, id=1)
        connection.execute(select(notes.c.id))
        assert by_sqlalchemy().word == "w1"
        by_the_commit = _ONE.ask(connection, id=2)
    assert by_the_commit().word == "w0"


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_question_travels_with_what_comes_after_it(engine: Engine, trips: list[int]) -> None:
    with engine.begin() as connection:
        asked = [_ONE.ask(connection, id=one) for one in (1, 2)]
        assert trips == []
        _ALL.all(connection)
        assert [one() for one in asked] == [None, None]
    assert trips == [3, 0], "what was asked and the next, then the commit"


@pytest.mark.parametrize("backend", ["postgresql"])
def test_what_was_asked_in_a_transaction_that_was_rolled_back_has_no_answer(engine: Engine) -> None:
    with engine.connect() as connection:
        with connection.begin() as transaction:
            asked = _ONE.ask(connection, id=1)
            transaction.rollback()
        with pytest.raises(RuntimeError, match="never sent"):
            asked()


def test_an_error_of_what_was_kept_is_told_to_who_asked_after_it(engine: Engine) -> None:
    put(engine, 1)
    with pytest.raises(IntegrityError):
        put(engine, 1, then=lambda connection: _ONE.ask(connection, id=1)())
    assert stored(engine) == [1]


def test_after_an_error_of_what_was_sent_for_the_first_time_all_else_goes_on(engine: Engine) -> None:
    put(engine, 1)
    # A connection that knows no statement yet.
    engine.dispose()
    for _ in range(2):
        with pytest.raises(IntegrityError):
            put(engine, 1)
        assert stored(engine) == [1]
    put(engine, 2)
    assert stored(engine) == [1, 2]


def test_what_is_kept_goes_with_its_transaction(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        put(engine, 1, 2, then=lambda _: 1 / 0)
    put(engine, 3)
    assert stored(engine) == [3]


def test_an_error_of_what_was_kept_ends_the_transaction(engine: Engine) -> None:
    put(engine, 1)
    with pytest.raises(IntegrityError):
        put(engine, 7, 1, 8)
    with pytest.raises(IntegrityError):
        put(engine, 1, 9, then=_ALL.all)
    put(engine, 10)
    assert stored(engine) == [1, 10]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_closed_connection_is_told(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.connection.driver_connection.close()
        with pytest.raises(DBAPIError):
            _ALL.all(connection)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_connection_that_was_cut_is_told_and_replaced(engine: Engine) -> None:
    with engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(DBAPIError) as cut:
            _ALL.all(connection)
        assert cut.value.connection_invalidated
    assert stored(engine) == []


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_rested_connection_is_asked_before_it_is_used(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine.RESTED_SECONDS", 0.0)
    with engine.connect() as first, engine.connect() as second:
        pids = [one.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for one in (first, second)]
    with engine.connect() as killer:
        mine = killer.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        for pid in set(pids) - {mine}:
            killer.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        assert stored(engine) == []


def test_who_was_not_first_is_told_before_anything_is_committed(engine: Engine) -> None:
    put(engine, 1)
    with engine.begin() as connection:
        _MARK.defer(connection, must_change=True, which=1, mark="w7")
        assert [row.word for row in _ALL.all(connection)] == ["w7"]
    for then in (lambda _: None, _ALL.all):
        with pytest.raises(Contention):
            mark(engine, 9, then)
    assert stored(engine) == [1]


def mark(engine: Engine, which: int, then: Callable[[Connection], object]) -> None:
    with engine.begin() as connection:
        _PUT.defer(connection, id=5, word="a", at=None)
        _MARK.defer(connection, must_change=True, which=which, mark="w8")
        then(connection)
