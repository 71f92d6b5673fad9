"""A database's log and nothing else of it, for a process that does nothing else and must not take long to start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from db.engine import READ_ONLY, connect
from db.stores.log import LogStore


@contextmanager
def reading(url: str) -> Iterator[LogStore]:
    """In one transaction that only reads; `url` as `db.engine.connect` takes it."""
    engine = connect(url, pool_size=1)
    try:
        with engine.execution_options(**READ_ONLY).begin() as connection:
            yield LogStore(connection)
    finally:
        engine.dispose()
