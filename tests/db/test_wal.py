"""SQLite's write-ahead log is moved into the database, and only while nobody can write."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db import engine as engines
from db import wal
from db.engine import READ_ONLY, connect
from db.wal import WriteAheadLog

BOUND = 200_000
ROW = b"x" * 20_000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


@pytest.fixture
def engine(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(engines, "_LOG", BOUND)
    made = connect(f"sqlite:///{database}")
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (id INTEGER PRIMARY KEY, body BLOB)")
    yield made
    made.dispose()


def write(engine: Engine, times: int = 1) -> None:
    for _ in range(times):
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO things (body) VALUES (?)", (ROW,))


def log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


def moved(database: Path, folder: Path) -> int:
    """How many rows the database has without its log."""
    folder.mkdir(exist_ok=True)
    alone = shutil.copy(database, folder / "alone.sqlite")
    with closing(sqlite3.connect(alone)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM things").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_it_is_moved_when_it_is_long_and_begins_anew(engine: Engine, database: Path, tmp_path: Path) -> None:
    write(engine, 3)
    assert moved(database, tmp_path / "early") == 0
    write(engine, 97)
    assert moved(database, tmp_path / "late") > 85
    # A transaction goes in before it is seen that the log is long.
    assert log_of(database).stat().st_size < BOUND + 4 * len(ROW)


def test_the_bound_is_in_bytes_whatever_the_size_of_a_page(database: Path, tmp_path: Path) -> None:
    for page in (512, 4_096, 65_536):
        file = database.with_name(f"{page}.sqlite")
        with closing(sqlite3.connect(file)) as made:
            made.execute(f"PRAGMA page_size = {page}")
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, body BLOB)")
        with closing(sqlite3.connect(file, isolation_level=None)) as writer:
            writer.execute("PRAGMA wal_autocheckpoint = 0")
            sizes = []
            for _ in range(40):
                writer.execute("INSERT INTO things (body) VALUES (?)", (ROW,))
                sizes.append((log_of(file).stat().st_size, WriteAheadLog(str(file)).is_long(BOUND)))
            # The first page behind the bound is a whole one.
            assert all(is_long for size, is_long in sizes if size > BOUND + page + 100)
            assert not any(is_long for size, is_long in sizes if size <= BOUND)
            assert {is_long for _, is_long in sizes} == {True, False}


@pytest.mark.parametrize("content", [None, b"", b"\0" * 31, b"\0" * 4_000_000], ids=["none", "empty", "cut", "zeroes"])
def test_what_is_no_log_is_not_long(database: Path, content: bytes | None) -> None:
    if content is not None:
        log_of(database).write_bytes(content)
    assert not WriteAheadLog(str(database)).is_long(BOUND)


class Watched:
    """A connection beside whose statements somebody does something."""

    def __init__(self, connection: sqlite3.Connection, beside: Callable[[], None]) -> None:
        self._connection, self._beside = connection, beside
        self.told: list[str] = []

    def execute(self, statement: str) -> sqlite3.Cursor:
        self.told.append(statement)
        self._beside()
        return self._connection.execute(statement)


def test_nobody_can_write_meanwhile(database: Path, engine: Engine) -> None:
    write(engine, 3)
    refused = []

    def write_too() -> None:
        with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                refused.append(error.sqlite_errorcode)

    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        watched = Watched(connection, write_too)
        WriteAheadLog(str(database)).checkpoint_if_long(watched, bound=50_000)  # type: ignore[arg-type]
    assert watched.told == ["PRAGMA wal_checkpoint(PASSIVE)"]
    assert refused == [sqlite3.SQLITE_BUSY]
    write(engine)


def test_no_connection_moves_it_by_itself(engine: Engine) -> None:
    with engine.connect() as connection, engine.execution_options(**READ_ONLY).connect() as other:
        for one in (connection, other):
            assert one.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one() == 0


def test_it_waits_for_who_writes_and_is_moved_with_a_later_commit(
    engine: Engine, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "_PATIENCE", 0.0)
    write(engine, 3)
    with (
        closing(sqlite3.connect(database, isolation_level=None)) as other,
        closing(sqlite3.connect(database, isolation_level=None)) as connection,
    ):
        other.execute("BEGIN IMMEDIATE")
        WriteAheadLog(str(database)).checkpoint_if_long(connection, bound=50_000)
        assert moved(database, tmp_path / "held") == 0
        other.execute("ROLLBACK")
        WriteAheadLog(str(database)).checkpoint_if_long(connection, bound=50_000)
        assert moved(database, tmp_path / "free") == 3


def test_what_a_reader_needs_stays_and_goes_when_it_has_read(engine: Engine, database: Path, tmp_path: Path) -> None:
    write(engine, 2)
    with engine.execution_options(**READ_ONLY).connect() as reader:
        count = "SELECT count(*) FROM things"
        assert reader.exec_driver_sql(count).scalar_one() == 2
        write(engine, 60)
        assert reader.exec_driver_sql(count).scalar_one() == 2
        assert moved(database, tmp_path / "read") <= 2
        assert log_of(database).stat().st_size > 60 * len(ROW)
    write(engine)
    assert moved(database, tmp_path / "done") == 63


def test_a_disk_that_fails_takes_nothing_back(engine: Engine, database: Path) -> None:
    write(engine, 3)

    def fail() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        WriteAheadLog(str(database)).checkpoint_if_long(Watched(connection, fail), bound=50_000)  # type: ignore[arg-type]
        assert connection.execute("SELECT count(*) FROM things").fetchone() == (3,)
    # The one that held the place of a writer has left it.
    write(engine)


def test_a_link_to_the_database_has_its_log_where_it_leads(database: Path, engine: Engine, tmp_path: Path) -> None:
    write(engine, 3)
    link = tmp_path / "elsewhere" / "link.sqlite"
    link.parent.mkdir()
    link.symlink_to(database)
    with closing(sqlite3.connect(link, isolation_level=None)) as connection:
        WriteAheadLog(str(link)).checkpoint_if_long(connection, bound=50_000)
    assert moved(database, tmp_path / "alone") == 3


def test_an_error_of_the_log_s_file_takes_nothing_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "pread", fail)
    write(engine, 2)
    with engine.execution_options(**READ_ONLY).connect() as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM things").scalar_one() == 2


def test_it_is_the_same_database_from_another_folder(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_LOG", 50_000)
    monkeypatch.chdir(database.parent)
    engine = connect(f"sqlite:///{database.name}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (id INTEGER PRIMARY KEY, body BLOB)")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    write(engine, 20)
    assert list(elsewhere.iterdir()) == []
    assert moved(database, tmp_path / "alone") > 10
    engine.dispose()


def test_an_address_that_is_no_path_is_refused(database: Path) -> None:
    with pytest.raises(ValueError, match="not a path"):
        connect(f"sqlite:///file:{database}?uri=true")


def test_many_who_write_and_read_lose_nothing(
    engine: Engine, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_LOG", 30_000)
    threads = [threading.Thread(target=write, args=(engine, 12)) for _ in range(4)]
    for thread in threads:
        thread.start()
    counts = []
    while any(thread.is_alive() for thread in threads):
        with engine.execution_options(**READ_ONLY).connect() as reader:
            counts.append(reader.exec_driver_sql("SELECT count(*) FROM things").scalar_one())
    for thread in threads:
        thread.join()
    assert counts == sorted(counts)
    write(engine)
    assert moved(database, tmp_path / "alone") == 49
    engine.dispose()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*), max(id) FROM things").fetchone() == (49, 49)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def erase(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE things SET body = ''")
        engines.leave_no_trace(connection)


def test_what_was_erased_is_in_no_file(engine: Engine, database: Path) -> None:
    write(engine, 3)
    assert ROW[:100] in log_of(database).read_bytes()
    erase(engine)
    for file in (database, log_of(database)):
        assert ROW[:100] not in file.read_bytes()
    # The next one who writes keeps what the log came to be, as ever.
    write(engine, 3)
    write(engine, 97)
    assert log_of(database).stat().st_size > BOUND


def test_what_was_erased_is_in_the_log_while_it_is_read(
    engine: Engine, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "_TRIES", 2)
    write(engine)
    with engine.execution_options(**READ_ONLY).connect() as reader:
        count = "SELECT count(*) FROM things WHERE body = ''"
        assert reader.exec_driver_sql(count).scalar_one() == 0
        erase(engine)
        assert reader.exec_driver_sql(count).scalar_one() == 0
        assert ROW[:100] in log_of(database).read_bytes()
    erase(engine)
    assert ROW[:100] not in log_of(database).read_bytes()


def test_erasing_beside_others_who_write_and_read_loses_nothing(engine: Engine, database: Path, tmp_path: Path) -> None:
    threads = [threading.Thread(target=write, args=(engine, 12)) for _ in range(3)]
    for thread in threads:
        thread.start()
    times = 0
    while any(thread.is_alive() for thread in threads) or times < 3:
        times += 1
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO things (body) VALUES ('')")
            engines.leave_no_trace(connection)
    for thread in threads:
        thread.join()
    engine.dispose()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM things").fetchone() == (36 + times,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
