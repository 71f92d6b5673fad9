"""What SQLite is told of each connection, and more of one that takes in much."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from db.engine import connect, expect_much


@pytest.mark.parametrize("page", [4_096, 8_192])
def test_bounds_are_in_bytes_whatever_a_database_was_made_with(tmp_path: Path, page: int) -> None:
    file = tmp_path / "desk.sqlite"
    if page != 8_192:
        with sqlite3.connect(file) as made:
            made.execute(f"PRAGMA page_size = {page}")
            made.execute("CREATE TABLE earlier (id INTEGER)")
        made.close()
    engine, commits = connect(f"sqlite:///{file}"), list[str]()

    def told() -> tuple[int, ...]:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS later (id INTEGER)")
            names = ("page_size", "wal_autocheckpoint", "cache_size")
            return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names)

    assert told() == (page, 32_000_000 // page, -16_384)
    expect_much(engine, before_commit=lambda: commits.append("now"))
    assert told() == (page, 128_000_000 // page, -65_536)
    assert commits == ["now"]
    engine.dispose()
