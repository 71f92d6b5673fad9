"""Whether the database can be read and written: a disk that is full lets everything be read."""

from __future__ import annotations

import logging
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from db.engine import READ_ONLY
from db.migrate import is_current

# Everybody may ask, and each answer is a commit, so that one holds for some seconds.
_HOLDS = 5.0
# What PostgreSQL changes in place finds room in the pages that there are. More numbers than fit into so little memory
# go to a file beside the database, half a megabyte that is gone at once: nothing of it is in any table or log.
_MEMORY = "SELECT set_config('work_mem', '64kB', true), set_config('temp_tablespaces', '', true)"
_TO_DISK = "SELECT count(*) FROM generate_series(1, 40000)"
# `temp_file_limit`: somebody allows no such files, which says nothing of the disk.
_NO_FILES = "53400"
_log = logging.getLogger("taliq.database")


class Readiness:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._written: float | None = None
        self._told = ""

    def __call__(self) -> bool:
        """False where it lacks a migration; raises what the database raises."""
        try:
            ready = self._asked()
        except DBAPIError as error:
            self._tell(str(error.orig))
            raise
        self._told = ""
        return ready

    def _asked(self) -> bool:
        if not is_current(self._engine):
            return False
        if self._written is None or monotonic() - self._written > _HOLDS:
            self._written = None
            if self._engine.dialect.name == "postgresql":
                self._take_room()
            with self._engine.begin() as connection:
                # A change that changes nothing is written to the disk all the same.
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            self._written = monotonic()
        return True

    def _take_room(self) -> None:
        try:
            with self._engine.connect().execution_options(**READ_ONLY) as connection:
                connection.exec_driver_sql(_MEMORY)
                connection.exec_driver_sql(_TO_DISK)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _NO_FILES:
                raise

    def _tell(self, words: str) -> None:
        """The driver's words, once for each cause: of these two statements alone, no text of anybody's is in them."""
        words = words.strip().partition("\n")[0]
        if words != self._told:
            _log.warning("the database is not ready: %s", words)
        self._told = words

    def forget(self) -> None:
        """Ask the disk again at the next call."""
        self._written = None
