"""What each database is told of each connection, and more of one that takes in much."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import nullcontext
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from db import engine as engine_module
from db.engine import READ_ONLY, connect, expect_much
from db.wal import WriteAheadLog
from moderation.errors import Conflict


@pytest.mark.parametrize("page", [4_096, 8_192])
def test_a_connection_is_told_what_holds_for_whom(tmp_path: Path, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "desk.sqlite"
    if page != 8_192:
        with sqlite3.connect(file) as made:
            made.execute(f"PRAGMA page_size = {page}")
            made.execute("CREATE TABLE earlier (id INTEGER)")
        made.close()
    engine, commits, bounds = connect(f"sqlite:///{file}"), list[str](), list[int]()
    monkeypatch.setattr(WriteAheadLog, "checkpoint_if_long", lambda _, connection, bound: bounds.append(bound))

    def told() -> tuple[int, ...]:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS later (id INTEGER)")
            return tuple(
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_size", "cache_size")
            )

    assert told() == (page, -16_384)
    expect_much(engine, before_commit=lambda: commits.append("now"))
    assert told() == (page, -65_536)
    assert commits == ["now"]
    with engine.execution_options(**READ_ONLY).connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM later")
    # Who only read has nothing to move.
    assert bounds == [32_000_000, 128_000_000]
    engine.dispose()


@pytest.mark.parametrize(("there", "mode"), [(None, 0o600), (0o640, 0o640)])
def test_a_database_is_its_owners_alone_unless_they_gave_it_other_rights(
    tmp_path: Path, there: int | None, mode: int
) -> None:
    file = tmp_path / "desk.sqlite"
    if there is not None:
        file.touch()
        file.chmod(there)
    before = os.umask(0o022)
    try:
        engine = connect(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE texts (body TEXT)")
            assert {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == dict.fromkeys(
                ("desk.sqlite", "desk.sqlite-wal", "desk.sqlite-shm"), mode
            )
    finally:
        os.umask(before)
    engine.dispose()


def test_what_took_the_databases_place_is_written_to(tmp_path: Path) -> None:
    """And not the file that was removed, which the connections still have open."""
    file = tmp_path / "desk.sqlite"
    for name in ("desk.sqlite", "new.sqlite"):
        with sqlite3.connect(tmp_path / name) as made:
            made.execute("CREATE TABLE texts (body TEXT)")
        made.close()
    engine = connect(f"sqlite:///{file}")

    def write(body: str) -> list[str]:
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO texts VALUES (?)", (body,))
            return list(connection.exec_driver_sql("SELECT body FROM texts").scalars())

    assert write("one") == ["one"]
    for beside in ("wal", "shm"):
        (tmp_path / f"desk.sqlite-{beside}").unlink()
    (tmp_path / "new.sqlite").replace(file)
    assert write("two") == ["two"]
    assert write("three") == ["two", "three"]
    engine.dispose()


@pytest.mark.parametrize(("beside", "emptied"), [("-wal", True), (".key", True), (None, False)])
def test_a_file_that_was_cut_to_nothing_is_no_new_database(
    tmp_path: Path, beside: str | None, emptied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite would remove the log, in which the last of what was stored may be."""
    monkeypatch.setattr(engine_module, "_BEING_MADE", 0.0)
    file, left = tmp_path / "desk.sqlite", tmp_path / f"desk.sqlite{beside}"
    file.touch()
    if beside:
        left.write_bytes(b"what is left")
    engine = connect(f"sqlite:///{file}", witnesses=[tmp_path / "desk.sqlite.key"])
    for _ in range(2):
        with pytest.raises(Conflict) if emptied else nullcontext() as told:
            engine.connect().close()
        if emptied:
            assert told.value.fields == {"what": "database_emptied", "path": str(file)}  # type: ignore[union-attr]
            assert left.read_bytes() == b"what is left"
    assert bool(file.stat().st_size) is not emptied
    engine.dispose()


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, key = tmp_path / "desk.sqlite", tmp_path / "signing.key"
    key.write_bytes(b"a key")
    file.touch()
    other = connect(f"sqlite:///{file}")
    monkeypatch.setattr(engine_module, "sleep", lambda _: other.connect().close())
    engine = connect(f"sqlite:///{file}", witnesses=[key])
    engine.connect().close()
    engine.dispose()
    other.dispose()


def test_a_server_that_is_lost_is_told_by_the_error_alone(
    postgres_server: URL, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    engine = connect(postgres_server.render_as_string(hide_password=False))
    raw = engine.raw_connection()

    def fill() -> None:
        with raw.cursor().copy("COPY filled FROM STDIN") as copy:
            with engine.connect() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({raw.driver_connection.info.backend_pid})")
            for _ in range(100_000):
                copy.write_row(("a" * 60,))

    raw.cursor().execute("CREATE TEMPORARY TABLE filled (letters TEXT)")
    with pytest.raises(psycopg.OperationalError):
        fill()
    raw.invalidate()
    engine.dispose()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("asked", "idle", "patience"),
    [({}, "30", "20000"), ({"keepalives_idle": "7", "tcp_user_timeout": "900"}, "7", "900")],
)
def test_a_server_that_says_nothing_any_more_is_not_waited_for(
    postgres_server: URL, asked: dict[str, str], idle: str, patience: str
) -> None:
    """Of a connection that a firewall forgot nobody tells; what the address says itself counts."""
    engine = connect(postgres_server.update_query_dict(asked).render_as_string(hide_password=False))
    with engine.connect() as connection:
        told = {one.keyword: one.val for one in connection.connection.driver_connection.pgconn.info}  # type: ignore[union-attr]
    engine.dispose()
    assert told[b"keepalives_idle"] == idle.encode()
    assert told[b"tcp_user_timeout"] == patience.encode()
