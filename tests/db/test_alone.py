"""What one process of a desk does at a time, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db.alone import alone
from db.engine import connect

# Other tests have databases of their own on this server.
_END = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


@pytest.fixture
def engines(database_url: str) -> Iterator[tuple[Engine, Engine]]:
    """As of two processes."""
    made = connect(database_url), connect(database_url)
    yield made
    for engine in made:
        engine.dispose()


def test_one_is_at_it_at_a_time(engines: tuple[Engine, Engine]) -> None:
    one, other = engines
    for _ in range(2):
        with alone(one, "report") as free, alone(other, "report") as free_too, alone(other, "backup") as of_another:
            assert (free, free_too, of_another) == (True, False, True)
    with alone(other, "report") as free:
        assert free
    with pytest.raises(ValueError, match="it failed"), alone(one, "report"):
        raise ValueError("it failed")
    with alone(other, "report") as free:
        assert free


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_server_that_ends_the_session_lets_go_of_it(engines: tuple[Engine, Engine]) -> None:
    one, other = engines
    with alone(one, "report") as free:
        assert free
        with other.begin() as connection:
            assert connection.execute(text(_END)).scalars().all() == [True]
    with alone(other, "report") as free, alone(one, "backup") as free_too:
        assert (free, free_too) == (True, True)


def test_where_there_can_be_no_lock_each_is_free(tmp_path: Path) -> None:
    kept_nowhere = connect("sqlite://")
    with alone(kept_nowhere, "report") as free, alone(kept_nowhere, "report") as free_too:
        assert (free, free_too) == (True, True)
    gone = connect(f"sqlite:///{tmp_path / 'gone' / 'desk.sqlite'}")
    (tmp_path / "gone").rmdir()
    with alone(gone, "report") as free:
        assert free
