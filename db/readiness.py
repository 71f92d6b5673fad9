"""Whether the database can be read and written: a disk that is full lets everything be read."""

from __future__ import annotations

from time import monotonic

from sqlalchemy import Engine

from db.migrate import is_current

# Everybody may ask, and each answer is a commit, so that one holds for some seconds.
_HOLDS = 5.0


class Readiness:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._written: float | None = None

    def __call__(self) -> bool:
        """False where it lacks a migration; raises what the database raises."""
        if not is_current(self._engine):
            return False
        if self._written is None or monotonic() - self._written > _HOLDS:
            self._written = None
            with self._engine.begin() as connection:
                # A change that changes nothing is written to the disk all the same.
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            self._written = monotonic()
        return True

    def forget(self) -> None:
        """Ask the disk again at the next call."""
        self._written = None
