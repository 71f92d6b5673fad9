"""Engines for SQLite and PostgreSQL, set up so that writers queue and readers never wait."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

from db.wal import WriteAheadLog
from db.wire import attend
from moderation.errors import Conflict

READ_ONLY = {"taliq_read_only": True}
BUSY_SECONDS = 10
# A connection that lay longer in the pool is asked whether its server still listens before it is used.
RESTED_SECONDS = 1.0
# Where a firewall forgets a connection, or a server's machine is gone, nobody says so: what is sent is lost, and Linux
# goes on sending it for a quarter of an hour. So the connection is over where nothing is acknowledged for so long (in
# milliseconds), and what lies idle says that it is there before most firewalls forget it (in seconds).
_WATCHED = {
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
# Seconds within which another process that makes SQLite's file has something in it.
_BEING_MADE = 1.0
# Kilobytes of pages that a connection to SQLite keeps. They are worth nothing once another one has written, and there
# is one for each thread; who takes in much is alone for long, and each insert must find its place in large indexes.
_CACHE, _LARGE_CACHE = 16_384, 65_536
# Bytes of the write-ahead log after which its pages are moved into the database (db/wal.py). In an import the same
# pages of an index change with each batch, and are moved once for many of these.
_LOG, _LARGE_LOG = 32_000_000, 128_000_000
# One snapshot for all statements of a reader: a verification must not see events that came after the head.
_READING = (b"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",)
_WRITING = (b"BEGIN",)
# Where nobody has said where logs go, Python writes warnings to standard error; the error itself says what happened.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


def connect(url: str, *, pool_size: int = 10, witnesses: Iterable[Path] = ()) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`; any other database is refused with ValueError.

    Its connections raise Conflict(what="database_encoding") where PostgreSQL keeps texts in anything but UTF-8, and
    Conflict(what="database_emptied") where SQLite's file has nothing in it, though a write-ahead log beside it or one
    of the `witnesses` tells that it was a desk's.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: the error quotes the address, and with it the password.
        raise ValueError("not a database's address") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if "uri" in parsed.query:
            # `db.wal` looks beside the file.
            raise ValueError("not a path of a database")
        return _sqlite(parsed, pool_size=pool_size, witnesses=tuple(witnesses))
    if backend == "postgresql":
        return _postgresql(parsed, pool_size=pool_size)
    raise ValueError(f"unsupported database: {backend}")


def file_of(url: str) -> Path | None:
    """The file of a database of SQLite; None of one that has none. ValueError as `connect`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("not a database's address") from None
    in_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    return Path(str(parsed.database)) if in_file else None


def expect_much(engine: Engine, *, before_commit: Callable[[], None]) -> None:
    """For a process that writes by the thousand. `before_commit` is called whenever a transaction is about to be
    committed, which leaves the interpreter to others for a while."""
    # Before what `attend` sends along with the commit.
    event.listen(engine, "commit", lambda _: before_commit(), insert=True)
    if engine.dialect.name == "sqlite":
        engine.update_execution_options(taliq_log=_LARGE_LOG)
        event.listen(engine, "begin", _enlarge, insert=True)


def leave_no_trace(connection: Connection) -> None:
    """What was erased goes from SQLite's write-ahead log too when this transaction is over, as far as nobody reads it.

    PostgreSQL's is its administrator's.
    """
    if connection.dialect.name == "sqlite":
        connection.info["erased"] = True


def _enlarge(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_LARGE_CACHE}")


def _postgresql(url: URL, *, pool_size: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        # An error's words are read by people who are not meant to read comments.
        hide_parameters=True,
        # Whose turn it is gets the connection that the last one left, which knows its statements and tables best.
        pool_use_lifo=True,
        pool_size=pool_size,
        max_overflow=pool_size * 2,
        # What is asked by the hundred thousand is prepared by `db.route`; psycopg would deallocate that with its own.
        connect_args={
            # What the address says itself counts.
            **{name: value for name, value in _WATCHED.items() if name not in url.query},
            "connect_timeout": 5,
            "application_name": "taliq",
            "prepare_threshold": None,
            # Else it is the database's or the environment's.
            "client_encoding": "UTF8",
        },
    )

    attend(engine)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        # The server tells it by itself with each connection.
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            connection.close()
            raise Conflict(what="database_encoding", encoding=encoding)

    @event.listens_for(engine, "checkin")
    def _checkin(_: object, record: ConnectionPoolEntry) -> None:
        record.info["rested"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _checkout(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        # SQLAlchemy's own `pool_pre_ping` asks each time, which costs as much as a query of the path it guards.
        if monotonic() - record.info.get("rested", monotonic()) < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("taliq_read_only")
        connection.info["opening"] = _READING if reads else _WRITING

    return engine


def _sqlite(url: URL, *, pool_size: int, witnesses: Sequence[Path]) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    log = None
    if not in_memory and url.database is not None:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        log = WriteAheadLog(url.database)
    pool: dict[str, Any] = (
        {"poolclass": StaticPool}
        if in_memory
        else {"poolclass": QueuePool, "pool_size": pool_size, "max_overflow": pool_size * 2}
    )
    engine = create_engine(
        url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, **pool
    )

    if not in_memory and url.database is not None:
        _stay_with(engine, os.path.abspath(url.database), witnesses)

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: object) -> None:
        # The driver must not open transactions of its own; `begin` below says when and of which kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            # Of a database yet to be made: half the calls of the system, and single comments cost what they did.
            "page_size = 8192",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            # What is erased is overwritten in the file; not every build of SQLite does so by itself.
            "secure_delete = ON",
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            f"cache_size = -{_CACHE}",
            # `_checkin` below sees to it.
            "wal_autocheckpoint = 0",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A plain BEGIN upgrades from reader to writer in the middle and fails with "database is locked" under load.
        options = connection.get_execution_options()
        reads = options.get("taliq_read_only")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
        if not reads:
            connection.info["log"] = options.get("taliq_log", _LOG)

    @event.listens_for(engine, "checkin")
    def _checkin(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        bound, erased = record.info.pop("log", None), record.info.pop("erased", False)
        if connection is None or log is None:
            return
        if erased:
            log.begin_anew(connection)
        elif bound:
            log.checkpoint_if_long(connection, bound=bound)

    return engine


def _stay_with(engine: Engine, database: str, witnesses: Sequence[Path]) -> None:
    """A file that was moved, removed or replaced takes what is written to it along, and SQLite itself does not look:
    what is stored then would be acknowledged, and found by nobody who opens the database by its name.
    """

    making = threading.Lock()
    asked_before = False

    @event.listens_for(engine, "do_connect")
    def _do_connect(*_: object) -> None:
        nonlocal asked_before
        with making:
            if not asked_before:
                _check_not_emptied(database, witnesses)
                asked_before = True
                # Before there is any connection: to close a file takes away the locks that this process has on it.
                _make_for_owner(database)
            elif not os.path.lexists(database):
                # SQLite would make an empty one in its place.
                missing = sqlite3.OperationalError("unable to open database file")
                missing.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
                raise missing

    @event.listens_for(engine, "connect")
    def _connect(_: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identity(database)

    @event.listens_for(engine, "checkout")
    def _checkout(_: object, record: ConnectionPoolEntry, __: object) -> None:
        if record.info.get("file") != _identity(database):
            raise DisconnectionError


def _check_not_emptied(database: str, witnesses: Sequence[Path]) -> None:
    """SQLite takes an empty file for a new database, and removes the write-ahead log beside it with all that was stored
    last. So a file that a crash of the disk cut to nothing would be a desk without a comment, and nobody be told.
    """
    beside = Path(f"{database}-wal")
    until = monotonic() + _BEING_MADE
    while _size(Path(database)) == 0 and (_size(beside) or any(map(_size, witnesses))):
        if monotonic() > until:
            raise Conflict(what="database_emptied", path=database)
        # Another process may be making it.
        sleep(0.05)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_for_owner(database: str) -> None:
    """What readers wrote is no other account's to read; SQLite gives the files beside a database its rights.

    One that is there keeps what its owner gave it; where none can be made SQLite says so.
    """
    with suppress(OSError):
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
