"""The migrations make exactly the schema, on both databases; a second run and a second process change nothing."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from dashboard.settings import Settings
from dashboard.wiring import Plant, build
from db.schema import metadata
from moderation.errors import Unavailable
from tests import postgres


def test_the_migrations_make_the_schema(plant: Plant) -> None:
    with plant.engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sqlite = connection.dialect.name == "sqlite"
        context = MigrationContext.configure(connection, opts={"include_object": _on_sqlite if sqlite else _anything})
        assert compare_metadata(context, metadata) == []


# What finds by trigrams: an index on PostgreSQL, on SQLite the tables of FTS5, which SQLAlchemy does not know.
TRIGRAMS = "ix_search_texts_folded"


def _on_sqlite(_: object, name: str | None, *__: object) -> bool:
    return name != TRIGRAMS and not (name or "").startswith("search_index")


def _anything(*_: object) -> bool:
    return True


def test_every_index_and_constraint_of_the_schema_is_there(plant: Plant) -> None:
    found = inspect(plant.engine)
    for table in metadata.sorted_tables:
        names = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} - names <= ({TRIGRAMS} if _is_sqlite(plant) else set())
        checks = {check["name"] for check in found.get_check_constraints(table.name)}
        assert {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint" and c.name} <= checks


def _is_sqlite(plant: Plant) -> bool:
    return plant.engine.dialect.name == "sqlite"


def test_a_second_preparation_changes_nothing(plant: Plant) -> None:
    plant.prepare()
    assert plant.is_current()


def test_two_processes_that_start_at_once_take_turns(postgres_server: URL) -> None:
    url = postgres.create(postgres_server)
    plants = [build(Settings(database_url=url.render_as_string(hide_password=False))) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda one: one.prepare(), plants))
    assert all(one.is_current() for one in plants)
    for one in plants:
        one.close()
    postgres.drop(postgres_server, url)


def test_an_unreachable_database_is_unavailable_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    plant = build(Settings(database_url=f"sqlite:///{tmp_path / 'folder'}"))
    with pytest.raises(Unavailable):
        plant.prepare()
    plant.close()
    refused = build(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(Unavailable):
        refused.is_current()
    refused.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://user:secret@host:port/x", "sqlite", ":"])
def test_only_the_two_databases_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="database") as refused:
        build(Settings(database_url=url))
    assert "secret" not in str(refused.value)
