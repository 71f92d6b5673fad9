"""All that a database holds, table by table in values that do not depend on its kind, and back into an empty one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import (
    Boolean,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    Table,
    func,
    select,
)
from sqlalchemy.exc import DataError, IntegrityError

from db.engine import READ_ONLY
from db.filling import TableFilling, made_empty, tables_of
from db.migrate import revision_of
from db.unit_of_work import reporting_trouble, unit_of
from moderation.errors import Invalid
from moderation.ports import Filling, Piece, Snapshot

# Rows that the driver hands over at once; a comment may have twenty thousand letters.
_AT_ONCE = 500
# A model's file is megabytes by itself.
_LARGE = frozenset({"model_files"})
_MOST_ROWS = 20_000
_MOST_BYTES = 4 * 1024 * 1024
_KINDS = ((Boolean, "boolean"), (Integer, "integer"), (Float, "real"), (LargeBinary, "bytes"))


class SqlArchive:
    def __init__(self, engine: Engine, new_id: Callable[[], int]) -> None:
        self._engine = engine
        self._new_id = new_id

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with reporting_trouble(), self._engine.execution_options(**READ_ONLY).begin() as connection:
            tables = tables_of(connection)
            yield Snapshot(
                revision=str(revision_of(connection)),
                rows={table.name: _count(connection, table) for table in tables},
                unit=unit_of(connection, self._new_id),
                pieces=_pieces(connection, tables),
            )

    @contextmanager
    def filling(self, revision: str) -> Iterator[Filling]:
        with reporting_trouble(), _damage_told(), self._engine.begin() as connection:
            made_empty(connection, revision)
            yield TableFilling(connection, self._new_id)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Nobody else writes into an empty database: rows that do not fit each other came so."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise Invalid(field="backup", reason="damaged") from error


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _pieces(connection: Connection, tables: Iterable[Table]) -> Iterator[Piece]:
    for table in tables:
        columns = {column.name: _kind(column.type) for column in table.columns}
        for rows in _parts(connection, table):
            yield Piece(table=table.name, columns=columns, rows=rows)


def _parts(connection: Connection, table: Table) -> Iterator[list[tuple[object, ...]]]:
    at_once = 1 if table.name in _LARGE else _AT_ONCE
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=at_once)
    with connection.execute(query) as found:
        part: list[tuple[object, ...]] = []
        weight = 0
        for some in found.partitions():
            part += [tuple(row) for row in some]
            weight += sum(len(value) for row in some for value in row if isinstance(value, str | bytes))
            if len(part) >= _MOST_ROWS or weight >= _MOST_BYTES:
                yield part
                part, weight = [], 0
        if part:
            yield part


def _kind(of: object) -> str:
    return next((kind for known, kind in _KINDS if isinstance(of, known)), "text")
